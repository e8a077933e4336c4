"""Escapes untrusted text for Slack: it cannot mention, link, format or add lines.

Slack documents an escape for `&`, `<` and `>` only (docs.slack.dev/messaging/formatting-message-text). For the rest
there is none, and reports differ on whether an invisible character before `*`, `_`, `~` or a backtick stops them: next
to such a mark a zero-width space even *enables* bold in the middle of a word. So marks that could act are replaced by
letters that look alike, which no parser can take for marks; an underscore between two letters or digits never acts and
stays, so that `snake_case` can be copied. What only acts as a whole (`@name`, `#name`, `:name:`, addresses) is broken by
one U+2060 WORD JOINER: it has no width, allows no line break, and belongs to no name, scheme or host. Every mrkdwn
object is sent with `verbatim` too, which turns Slack's own detection of links and mentions off.
"""

import re
import unicodedata

from bot.shortening import cut

JOINER = "\u2060"
_INVISIBLE_KEPT = frozenset({"\u200c", "\u200d"})
"""Joiners that are part of the spelling in several scripts."""

_LOOK_ALIKES = {"*": "\u2217", "~": "\u223c", "`": "\u02cb", "_": "\u02cd"}
_MARK = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])")
_QUOTING = re.compile(r"^(?:[>\uff1e]\s*)+")
_ACTING = re.compile(
    r"@(?=\w)"
    r"|#(?=[^\W\d])"
    r"|:(?=//|[\w+'-]+:)"
    r"|(?<=mailto):|(?<=tel):"
    r"|(?<=\w)\.(?=[^\W\d_]{2,}(?!\w))",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>|\"`\\^{}]|[^\x21-\x7e]")
_REPORTED = re.compile(r'"(.*)" \(([^()"]{1,40})\)\Z', re.DOTALL)
_ADDRESS = re.compile(r"https?://[^/\s]+", re.IGNORECASE)
LONGEST_ADDRESS, LONGEST_WRITTEN = 1000, 2000
"""Of an address, and of what is written for it: each `&` in it takes five characters."""


def plain(text: str, limit: int = 3000) -> str:
    """Return text on one line of at most `limit` characters.

    Control, direction and other invisible characters are removed.
    """
    kept = " ".join("".join(_visible_character(char) for char in text[: 20 * limit]).split())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def _visible_character(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "" if category[0] == "C" and char not in _INVISIBLE_KEPT else char


def escape(text: str, limit: int = 3000) -> str:
    """Escape untrusted text for mrkdwn: it reads the same and has no effect.

    `limit` counts visible characters.
    """
    quiet = _QUOTING.sub("\u203a ", _MARK.sub(lambda mark: _LOOK_ALIKES[mark[0]], plain(text, limit)))
    joined = _ACTING.sub(lambda found: found[0] + JOINER, quiet)
    return entities(joined)


def escaped_letters(text: str) -> list[str]:
    """Return what `escape` makes of each character of plain text, for who needs to know where one went.

    Their entities are still to be replaced.
    """
    quoting = _QUOTING.match(text)
    quoted_to = quoting.end() if quoting else 0
    quiet = _MARK.sub(lambda mark: _LOOK_ALIKES[mark[0]], text)
    letters = ["\u203a ", *[""] * (quoted_to - 1), *quiet[quoted_to:]] if quoting else list(quiet)
    moved = quoted_to - 2 if quoting else 0
    for found in _ACTING.finditer("".join(letters)):
        letters[found.end() - 1 + moved] += JOINER
    return letters


def entities(text: str) -> str:
    """Replace `&`, `<` and `>` by the entities that Slack documents."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str, limit: int = 60) -> str:
    """Return escaped text in quotation marks; empty stays empty."""
    escaped = escape(text, limit)
    return f'"{escaped}"' if escaped else ""


def reported(detail: str, limit: int = 60) -> str:
    """Return a CI's detail about how a run ended, shortened so that its cause stays.

    Of `"last line" (exit 1)` only the line is shortened.
    """
    found = _REPORTED.match(detail.strip())
    if found is None:
        return quoted(cut(plain(detail), limit), limit)
    return f"{quoted(cut(plain(found[1]), limit), limit)} ({escape(found[2], 40)})".lstrip()


def link(address: str, label: str) -> str:
    """Return a link with a label; empty if the address is not a plain http(s) URL."""
    return f"<{entities(address)}|{escape(label, 60)}>" if _is_plain_address(address) else ""


def link_to(address: str, letters: str) -> str:
    """Return a link on text that `escaped_letters` gave; only the text if the address is not a plain http(s) URL."""
    return f"<{entities(address)}|{entities(letters)}>" if _is_plain_address(address) else entities(letters)


def _is_plain_address(address: str) -> bool:
    fits = len(address) <= LONGEST_ADDRESS and len(entities(address)) <= LONGEST_WRITTEN
    return fits and _ADDRESS.match(address) is not None and not _UNSAFE_IN_ADDRESS.search(address)


def visible(mrkdwn: str) -> str:
    """Return the visible text of our mrkdwn.

    Links are their labels, mentions `@id`; joiners and formatting marks are removed.
    """
    text = _TOKEN.sub(lambda token: token[3] or f"{token[1] and '@'}{token[2]}", mrkdwn)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(rf"[{JOINER}*`]", "", text)
