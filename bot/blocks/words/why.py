"""Answers `/release why`: everything that releases wait for, and who can clear it."""

from collections.abc import Sequence

from bot.blocks.block_kit import Message, message
from bot.blocks.card_view import CardView
from bot.blocks.headline import headline
from bot.blocks.names import listing
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryWords
from bot.blocks.silence import silence_line
from bot.blocks.waits import wait_lines


def why(releases: Sequence[CardView]) -> Message:
    """Return everything that releases wait for, and who can clear it."""
    numbers = listing([f"r{view.release.number}" for view in releases])
    head = (
        f"What {numbers} {'waits' if len(releases) == 1 else 'wait'} for"
        if numbers
        else "Nothing is going on."
    )
    lines = [line for view in releases for line in _why(view)]
    return message(head, *paragraphs(lines or [head]))


def _why(view: CardView) -> list[str]:
    waits = wait_lines(view.waiting, view.names, view.directory)
    silent = silence_line(view.silence, view.names)
    lines = [
        f"• {line}" for line in ([f"{silent}. What is known of it may be old."] if silent else []) + waits
    ]
    return [headline(view), *(lines or ["It waits for nothing: it has ended."])]


WORDS = QueryWords(lambda found: why(found.releases), QueryReads(releases=True))
