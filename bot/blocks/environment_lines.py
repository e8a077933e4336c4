"""Says of one environment what is live there, who holds it, and its queue, locks, calendar and owed reviews."""

from bot.blocks.board import holder_does
from bot.blocks.calendar_lines import calendar_notes
from bot.blocks.names import Names, listing
from bot.blocks.query_words import ServiceView
from bot.blocks.review_lines import review_notes
from bot.blocks.text import escape
from bot.blocks.words.template import lock_in_short
from handlers.environments import EnvironmentState


def environment_lines(service: ServiceView, state: EnvironmentState, names: Names) -> list[str]:
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
