"""Shortens and splits our mrkdwn to Slack's limits: never inside of a link, a mention, a date or an entity.

What a link adds to a message is its address, which nobody sees: where there is no room, the label stays as text.
"""

import re
from collections.abc import Sequence

_LINK = re.compile(r"<https?://[^<>|]*\|([^<>]*)>")
_WHOLE = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);")
_QUOTING = re.compile(r"\s*(?:&gt;\s*)+")
"""What makes a quotation of a line that begins with it."""

LONGEST_ROW = 2400
"""A row of links takes no more of a section: enough for any address that is a link at all."""

_SEPARATORS = ("; ", ", ", " ")


def fitted(text: str, limit: int) -> str:
    """Return mrkdwn of at most `limit` characters: its last links become text first, then its end is cut."""
    if len(text) <= limit:
        return text
    for found in reversed(list(_LINK.finditer(text))):
        text = text[: found.start()] + found[1] + text[found.end() :]
        if len(text) <= limit:
            return text
    return text[: _end(text, limit - 1)].rstrip() + "…"


def above(text: str, last: str, limit: int) -> str:
    """Return text with a last line, which is kept whole if it can be: what stands above it is shortened."""
    kept = fitted(last, limit)
    if not text or not kept:
        return fitted(text, limit) or kept
    room = limit - len(kept) - 1
    return f"{fitted(text, room)}\n{kept}" if room > 0 else kept


def row_of(links: Sequence[str]) -> str:
    """Return links in a row that leaves room in a section; a link for which there is none is left out."""
    row = ""
    for each in filter(None, links):
        longer = f"{row} · {each}" if row else each
        row = longer if len(longer) <= LONGEST_ROW else row
    return row


def with_links(lines: Sequence[str], room: int) -> list[str]:
    """Return lines with as many links as add at most `room` characters to them; the others are text."""
    shown: list[str] = []
    for line in lines:
        parts, done = list[str](), 0
        for found in _LINK.finditer(line):
            adds = len(found[0]) - len(found[1])
            room, kept = (room - adds, found[0]) if adds <= room else (0, found[1])
            parts += [line[done : found.start()], kept]
            done = found.end()
        shown.append("".join([*parts, line[done:]]))
    return shown


def pieces(line: str, limit: int) -> list[str]:
    """Split a line into parts of at most `limit` characters: after "; ", ", " or a space where there is one."""
    rest = _LINK.sub(lambda found: found[0] if len(found[0]) <= limit else found[1], line)
    parts: list[str] = []
    while len(rest) > limit:
        end = _separator(rest, limit) or _end(rest, limit)
        parts.append(rest[:end].rstrip())
        quoting = _QUOTING.match(rest, end)
        rest = f"\u203a {rest[quoting.end() :]}" if quoting else rest[end:].lstrip()
    return [*parts, rest]


def _separator(text: str, limit: int) -> int:
    """Return the end of the best separator in the second half before the limit; 0 if there is none."""
    open_text = _WHOLE.sub(lambda found: "x" * len(found[0]), text[: 2 * limit])[:limit]
    places = (
        open_text.rfind(mark, limit // 2) + len(mark)
        for mark in _SEPARATORS
        if mark in open_text[limit // 2 :]
    )
    return next(places, 0)


def _end(text: str, limit: int) -> int:
    """Return where text can be cut at the latest."""
    for found in _WHOLE.finditer(text):
        if found.start() < limit < found.end():
            return found.start() or limit
    return limit
