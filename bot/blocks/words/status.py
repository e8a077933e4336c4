"""Answers `/release status`: the open releases and what is locked, one line each."""

from collections.abc import Sequence

from bot.blocks.block_kit import Message, message
from bot.blocks.card_view import CardView
from bot.blocks.headline import headline
from bot.blocks.names import Names, plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords, ServiceView
from bot.blocks.silence import silence_line
from bot.blocks.text import escape
from bot.blocks.waits import in_short
from bot.blocks.words.template import lock_in_short


def status(releases: Sequence[CardView], locks: Sequence[str] = ()) -> Message:
    """Return the state of each open release, and in a few words what it waits for; then what is locked."""
    head = plural(len(releases), "release") + " under way" if releases else "Nothing is going on."
    if locks and not releases:
        head = "No release is under way."
    return message(head, *paragraphs([*map(_status, releases), *locks] or [head]))


def _locks(service: ServiceView, names: Names) -> list[str]:
    """Return a line for each locked environment of a service."""
    named = escape(service.plan.service, 40)
    found = (
        (each.name, service.environments[each.name].current_locks(names.now))
        for each in service.plan.environments
        if each.name in service.environments
    )
    return [
        f"{escape(name, 24)} of {named} is {'; '.join(lock_in_short(lock, names) for lock in locks)}"
        for name, locks in found
        if locks
    ]


def _status(view: CardView) -> str:
    waits = in_short(view.waiting, view.names, view.directory)
    said = "; ".join(filter(None, (silence_line(view.silence, view.names), waits)))
    return headline(view) + (f": {said}" if said else "")


def _answer(found: QueryResult) -> Message:
    """Answer about all open releases and locks, or about the one release that is named."""
    services = () if found.query.release else found.services
    return status(found.releases, [line for each in services for line in _locks(each, found.names)])


WORDS = QueryWords(
    _answer,
    QueryReads(releases=True, services=True),
)
