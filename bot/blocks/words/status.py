"""Answers `/release status`: what waits for the reader, what else is under way, what is locked, and what ended last."""

from collections.abc import Iterator, Sequence

from bot.blocks.block_kit import Message, message
from bot.blocks.build_lines import became_of, lies_in
from bot.blocks.calendar_lines import frozen_lines
from bot.blocks.card_view import CardView
from bot.blocks.endings import ending_line
from bot.blocks.names import listing, plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.review_lines import review_owed_lines
from bot.blocks.service_lines import lock_lines, locked, stage_line
from bot.blocks.standing import can_do, standing_line
from bot.blocks.text import escape
from handlers.release import Release

ENDS = 3
READ_ENDS = 20
MOST_STAGES = 10


def status(found: QueryResult) -> Message:
    """Return what waits for the reader and what they can do, what else is under way, what is locked, and what ended last."""
    if found.query.version:
        return _of_build(found)
    possible = [(view, can_do(view, found.query.actor, found.own_teams)) for view in found.releases]
    waits = [_for_you(view, can) for view, can in possible if can]
    others = [standing_line(view) for view, can in possible if not can]
    services, where = found.services, found.query.environment
    locks = [line for each in services for line in lock_lines(each, found.names, where)]
    frozen = [line for each in services for line in frozen_lines(each, found.names, where)]
    reviews = [line for each in services for line in review_owed_lines(each, found.names, where)]
    closed = sum(len(locked(each, found.names, where)) for each in services)
    parts = [
        *_part("Waits for you", waits),
        *_part("Also under way" if waits else "Under way", others),
        *_part("Locked", locks),
        *_part("Frozen", frozen),
        *_part("Reviews owed", reviews),
        *_part("Ended last", _ends(found)),
    ]
    head = _head(len(waits), len(others), closed)
    quiet = (
        []
        if found.releases or locks or frozen or reviews
        else ["Nothing waits and nothing runs.", *_stages(found)]
    )
    return message(head, *paragraphs([*quiet, *parts]))


def _head(waits: int, others: int, locks: int) -> str:
    said = [f"{plural(waits, 'release')} for you" if waits else ""]
    said.append(f"{waits + others} under way" if waits or others else "No release is under way")
    said.append(f"{plural(locks, 'environment')} locked" if locks else "")
    return ", ".join(filter(None, said))


def _part(title: str, lines: Sequence[str]) -> list[str]:
    return [f"*{title}*", *(f"• {line}" for line in lines)] if lines else []


def _for_you(view: CardView, can: Sequence[str]) -> str:
    return f"{standing_line(view)}. You can {listing(list(can), 'or')}"


def _stages(found: QueryResult) -> Iterator[str]:
    for each in found.services[:MOST_STAGES]:
        yield stage_line(each, found.names)
    if len(found.services) > MOST_STAGES:
        yield f"and {len(found.services) - MOST_STAGES} more services: /release where"


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
    return [ending_line(release, service.environments, found.names) for release, service in ended[:ENDS]]


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
