"""Answers `/release status`: the open releases, one line each."""

from collections.abc import Sequence

from bot.blocks.block_kit import Message, message
from bot.blocks.card_view import CardView
from bot.blocks.headline import headline
from bot.blocks.names import plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryWords
from bot.blocks.silence import silence_line
from bot.blocks.waits import in_short


def status(releases: Sequence[CardView]) -> Message:
    """Return the state of each open release, and in a few words what it waits for."""
    head = plural(len(releases), "release") + " under way" if releases else "Nothing is going on."
    return message(head, *paragraphs([_status(view) for view in releases] or [head]))


def _status(view: CardView) -> str:
    waits = in_short(view.waiting, view.names, view.directory)
    said = "; ".join(filter(None, (silence_line(view.silence, view.names), waits)))
    return headline(view) + (f": {said}" if said else "")


WORDS = QueryWords(lambda found: status(found.releases), QueryReads(releases=True))
