"""Answers `/release mine`: what waits for the reader, their own releases, and how those ended in the last day."""

from collections.abc import Iterator

from bot.blocks.block_kit import Message, message
from bot.blocks.card_view import CardView
from bot.blocks.names import listing
from bot.blocks.own_releases import is_own, own_endings
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.review_lines import own_reviews
from bot.blocks.standing import can_do, standing_line, whom_to_ask

ENDS = 50
"""How many ended releases of a service are looked through."""

MOST_ENDED = 10


def mine(found: QueryResult) -> Message:
    """Return what a person can do now, their releases under way, and what of theirs ended in the last day."""
    lines = [*_waiting(found), *_own(found), *_ended(found)]
    head = "What is yours" if lines else "Nothing waits for you, and nothing of yours is under way."
    return message(head, *paragraphs(lines or [head]))


def _waiting(found: QueryResult) -> Iterator[str]:
    waits = [
        f"• {standing_line(view)}. You can {listing(can, 'or')}"
        for view in found.releases
        if (can := can_do(view, found.query.actor, found.own_teams))
    ]
    waits += [f"• {line}" for line in own_reviews(found)]
    yield from ["*Waits for you*", *waits] if waits else []


def _own(found: QueryResult) -> Iterator[str]:
    own = [view for view in found.releases if is_own(view.release, found)]
    if own:
        yield "*Your releases*"
    for view in own:
        yield f"• {_with_whom_to_ask(view)}"


def _with_whom_to_ask(view: CardView) -> str:
    return f"{standing_line(view)}. {whom_to_ask(view)}".rstrip()


def _ended(found: QueryResult) -> Iterator[str]:
    ended = [line for _, line in own_endings(found)]
    if ended:
        yield "*Yours that ended in the last day*"
    for line in ended[:MOST_ENDED]:
        yield f"• {line}"
    if len(ended) > MOST_ENDED:
        yield f"and {len(ended) - MOST_ENDED} more: /release history"


WORDS = QueryWords(mine, QueryReads(releases=True, services=True, ends=ENDS, people=True, everywhere=True))
