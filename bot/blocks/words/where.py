"""Answers `/release where`: what is live in each environment of a service."""

from collections.abc import Mapping

from bot.blocks.block_kit import Message, message, section
from bot.blocks.names import Names, listing
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.text import escape
from bot.blocks.words.template import lock_in_short
from bot.blocks.words.usage_errors import usage_error_lines
from handlers.environments import EnvironmentState
from handlers.plan import Plan
from handlers.requests import UsageError


def where(plan: Plan, environments: Mapping[str, EnvironmentState], names: Names) -> Message:
    """Return for each environment what is live, its holder, its queue, and its locks."""
    lines = [
        _environment_state(each.name, environments.get(each.name) or EnvironmentState(each.name), names)
        for each in plan.environments
    ]
    return message(f"What is live of {escape(plan.service, 40)}", *paragraphs(lines))


def _environment_state(name: str, environment_state: EnvironmentState, names: Names) -> str:
    live = environment_state.live
    parts = ["nothing yet"]
    if live is not None:
        since = names.clock(live.since)
        by = f"r{live.release}" if live.release else "from outside"
        parts = [f"{escape(live.build.version, 24)} since {since} ({by})"]
    if environment_state.failed:
        parts.append("the last deployment failed")
    parts.append(f"held by r{environment_state.holder}" if environment_state.holder else "free")
    if environment_state.queue:
        parts.append("in line: " + listing([f"r{entry.release}" for entry in environment_state.queue]))
    locks = environment_state.current_locks(names.now)
    parts += [lock_in_short(lock, names) for lock in locks]
    return f"*{escape(name, 24)}*: {', '.join(parts)}"


def answer(found: QueryResult) -> Message:
    """Return the answer for one service; a usage error if several are possible."""
    if len(found.services) == 1:
        [service] = found.services
        return where(service.plan, service.environments, found.names)
    services = tuple(each.plan.service for each in found.services)
    lines = usage_error_lines(UsageError("which_service", "", services))
    return message(" ".join(lines), section("\n".join(lines)))


WORDS = QueryWords(answer, QueryReads(services=True))
