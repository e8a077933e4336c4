"""Answers `/release where`: what is live in each environment of a service, of all here, or where one build is."""

from bot.blocks.block_kit import Message, message
from bot.blocks.board import board, holder_does
from bot.blocks.build_lines import build_name, lies_in, mark_of, releases_of
from bot.blocks.calendar_lines import calendar_notes
from bot.blocks.names import Names, listing
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords, ServiceView
from bot.blocks.review_lines import review_notes
from bot.blocks.text import escape
from bot.blocks.words.template import lock_in_short
from handlers.build import Build
from handlers.environments import EnvironmentState


def where(service: ServiceView, names: Names, environment: str = "") -> Message:
    """Return for each environment what is live, its holder, its queue, its locks, and the reviews that it owes."""
    lines = [
        line
        for each in service.plan.environments
        if environment in ("", each.name)
        for line in _environment_state(
            service, service.environments.get(each.name) or EnvironmentState(each.name), names
        )
    ]
    return message(f"What is live of {escape(service.plan.service, 40)}", *paragraphs(lines))


def _environment_state(service: ServiceView, state: EnvironmentState, names: Names) -> list[str]:
    """Return the line of an environment; several locks follow it, a line for each."""
    live = state.live
    parts = ["nothing yet"]
    if live is not None:
        since = names.clock(live.since)
        by = f"r{live.release}" if live.release else "from outside"
        version = live.build.version or live.build.sha[:7]
        parts = [f"{escape(version, 24)} since {since} ({by})"]
    if state.failed:
        parts.append("the last deployment failed")
    parts.append(_holder(service, state, names))
    if state.queue:
        parts.append("in line: " + listing([f"r{entry.release}" for entry in state.queue]))
    locks = [lock_in_short(lock, names) for lock in state.current_locks(names.now)]
    several = locks if len(locks) > 1 else []
    owners = dict.fromkeys(names.user(lock.owner) for lock in state.current_locks(names.now))
    parts += [f"locked by {listing(list(owners))}"] if several else locks
    parts += calendar_notes(service, state.environment, names)
    parts += review_notes(state, names)
    return [f"*{escape(state.environment, 24)}*: {', '.join(parts)}", *(f"• {lock}" for lock in several)]


def _holder(service: ServiceView, state: EnvironmentState, names: Names) -> str:
    if not state.holder:
        return "free"
    holder = next((each for each in service.open_releases if each.number == state.holder), None)
    does = "" if holder is None else f" ({holder_does(holder, state.environment, names)})"
    return f"held by r{state.holder}{does}"


def _where_is(service: ServiceView, build: Build, found: QueryResult) -> str:
    """Return where a build is, what speaks against it, and which release is bringing it somewhere."""
    mark = mark_of(service, build, found)
    said = [lies_in(service, build, found) or "It is live nowhere."]
    was = "was " if mark.startswith(("rejected", "rolled")) else ""
    said += [f"It {was}{mark}."] if mark else []
    said += [
        f"r{each.number} is on its way to {escape(each.step.environment, 24)}."
        for each in releases_of(service, build)
        if not each.ended
    ]
    return f"*{build_name(build)}*: {' '.join(said)}"


def answer(found: QueryResult) -> Message:
    """Return where a build is, the environments of one service, or a board of several."""
    names, environment = found.names, found.query.environment
    if found.query.version:
        lines = [_where_is(each, build, found) for each in found.services for build in each.builds]
        return message(f"Where {escape(found.query.version, 40)} is", *paragraphs(lines))
    if len(found.services) == 1:
        return where(found.services[0], names, environment)
    return message("What is live", *board(found.services, environment, names.in_policy_zone()))


WORDS = QueryWords(answer, QueryReads(services=True))
