"""Renders what changed: one title a line on a card, titles by author in an announcement and in a form."""

from bot.blocks.fitting import with_links
from bot.blocks.phone import LINE_WIDTH, height
from bot.blocks.references import References, is_linked, linked
from bot.blocks.text import escape, visible
from handlers.build import Change

LONGEST_TITLE = 60
TITLES_PER_AUTHOR = 4
FEWEST_LETTERS = 16
"""A title on a card is cut to its line, but not shorter than this."""

CARD_TITLES = 3
LONGEST_NOTE = 160
"""How long a title is in release notes, where it may take more than a line."""

NOTES_ROOM = 8000
LINKS_ROOM = 1200
"""How many characters the links in titles add to a section; titles beyond it have none."""


def title_lines(changes: tuple[Change, ...], references: References, most: int) -> list[str]:
    """Return the first titles, each with its author on one line of a phone; the last line counts the rest."""
    rest = len(changes) - most
    lines: list[str] = []
    for place, change in enumerate(changes[:most], start=1):
        more = f", and {rest} more" if place == most and rest > 0 else ""
        by = f" ({escape(change.author, 20) or 'unknown'}){more}"
        room = max(LINE_WIDTH - len(visible(f"• {by}")), FEWEST_LETTERS)
        lines.append(f"• {_title(change, references, room)}{by}")
    return with_links(lines, LINKS_ROOM)


def note_lines(changes: tuple[Change, ...], references: References, most: int) -> list[str]:
    """Return the first titles with their authors, those that name a ticket before the others."""
    lines = [
        (not is_linked(title), f"• {title} ({escape(change.author, 30) or 'unknown'})")
        for change in changes
        for title in [linked(change.title or change.sha[:7], references, LONGEST_NOTE)]
    ]
    first = [line for _, line in sorted(lines, key=lambda each: each[0])[:most]]
    return with_links([line for each in first for line in with_links([each], LINKS_ROOM)], NOTES_ROOM)


def change_lines(changes: tuple[Change, ...], references: References, room: int) -> list[str]:
    """Return titles by author on at most `room` lines of a phone.

    What does not fit is counted; if no title fits, nothing is returned, as the line above it counts them all.
    """
    lines: list[str] = []
    listed = used = 0
    for author, own in _by_author(changes).items():
        few = own[: TITLES_PER_AUTHOR if len(own) <= TITLES_PER_AUTHOR else TITLES_PER_AUTHOR - 1]
        titles = ", ".join(_title(each, references, LONGEST_TITLE) for each in few)
        line = f"{titles} ({escape(author, 30) or 'unknown'})"
        used += height(f"• {line}")
        if used > room - (listed + len(few) < len(changes)):
            break
        lines.append(f"• {line}")
        listed += len(few)
    rest = len(changes) - listed
    shown = with_links(lines, LINKS_ROOM)
    return [*shown, f"and {rest} more"] if shown and rest else shown


def _title(change: Change, references: References, limit: int) -> str:
    return linked(change.title or change.sha[:7], references, limit)


def _by_author(changes: tuple[Change, ...]) -> dict[str, list[Change]]:
    by_author: dict[str, list[Change]] = {}
    for change in changes:
        by_author.setdefault(change.author, []).append(change)
    return by_author
