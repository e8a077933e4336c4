"""Answers `/release status`: what waits for the reader, what else is under way, what is locked, and what ended last."""

from collections.abc import Iterator, Sequence

from bot.blocks.block_kit import Message, message
from bot.blocks.build_lines import became_of, lies_in
from bot.blocks.card_view import CardView
from bot.blocks.endings import ending_line, stage_line
from bot.blocks.names import listing, plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords, ServiceView
from bot.blocks.standing import can_do, standing_line
from bot.blocks.text import escape
from bot.blocks.words.template import lock_in_short
from handlers.release import Release

ENDS = 3
READ_ENDS = 20
MOST_STAGES = 10


def status(found: QueryResult) -> Message:
    """Return what waits for the reader and what they can do, what else is under way, what is locked, and what ended last."""
    if found.query.version:
        return _of_build(found)
    deeds = [(view, can_do(view, found.query.actor, found.own_teams)) for view in found.releases]
    waits = [_for_you(view, can) for view, can in deeds if can]
    others = [standing_line(view) for view, can in deeds if not can]
    locks = [line for each in found.services for line in locks_of(each, found)]
    parts = [
        *_part("Waits for you", waits),
        *_part("Also under way" if waits else "Under way", others),
        *_part("Locked", locks),
        *_part("Ended last", _ends(found)),
    ]
    head = _head(len(waits), len(others), len(locks))
    quiet = [] if found.releases or locks else ["Nothing waits and nothing runs.", *_stages(found)]
    return message(head, *paragraphs([*quiet, *parts]))


def _head(waits: int, others: int, locks: int) -> str:
    said = [f"{plural(waits, 'release')} for you" if waits else ""]
    said.append(f"{waits + others} under way" if waits or others else "No release is under way")
    said.append(f"{plural(locks, 'environment')} locked" if locks else "")
    return ", ".join(filter(None, said))


def _part(title: str, lines: Sequence[str]) -> list[str]:
    return [f"*{title}*", *(f"• {line}" for line in lines)] if lines else []


def _for_you(view: CardView, deeds: Sequence[str]) -> str:
    return f"{standing_line(view)}. You can {listing(list(deeds), 'or')}"


def _stages(found: QueryResult) -> Iterator[str]:
    for each in found.services[:MOST_STAGES]:
        yield stage_line(each.plan, each.environments, found.names)
    if len(found.services) > MOST_STAGES:
        yield f"and {len(found.services) - MOST_STAGES} more services: /release where"


def locks_of(service: ServiceView, found: QueryResult) -> list[str]:
    """Return a line for each locked environment of a service."""
    named, names = escape(service.plan.service, 40), found.names
    states = (
        (each.name, service.environments[each.name].current_locks(names.now))
        for each in service.plan.environments
        if each.name in service.environments and found.query.environment in ("", each.name)
    )
    return [
        f"{escape(name, 24)} of {named} is {'; '.join(lock_in_short(lock, names) for lock in locks)}"
        for name, locks in states
        if locks
    ]


def _ends(found: QueryResult) -> list[str]:
    """Return how the last releases ended, the latest first."""
    where = found.query.environment
    ended = [
        (each, service)
        for service in found.services
        for each in service.ends
        if not where or any(step.environment == where and step.attempt for step in each.steps)
    ]
    ended.sort(key=lambda pair: _ended_at(pair[0]), reverse=True)
    return [ending_line(release, service.aftermath, found.names) for release, service in ended[:ENDS]]


def _ended_at(release: Release) -> float:
    return release.ending.at.timestamp() if release.ending is not None else 0.0


def _of_build(found: QueryResult) -> Message:
    """Return what became of each build that a version means, and where it is."""
    lines = [
        line
        for service in found.services
        for build in service.builds
        for line in (*became_of(service, build, found), lies_in(service, build, found))
        if line
    ]
    return message(f"What became of {escape(found.query.version, 40)}", *paragraphs(lines))


WORDS = QueryWords(status, QueryReads(releases=True, services=True, ends=READ_ENDS, people=True))
