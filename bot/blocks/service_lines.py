"""Says of a service what is live in its environments, and who locked what."""

from bot.blocks.names import Names
from bot.blocks.query_words import ServiceView
from bot.blocks.text import escape
from bot.blocks.words.template import lock_in_short
from handlers.environments import EnvironmentState, Lock

LONGEST_NAME = 24


def stage_line(service: ServiceView, names: Names) -> str:
    """Return what is live of a service, in the order of its environments."""
    environments = service.environments
    parts = [_live(each.name, environments.get(each.name), names) for each in service.plan.environments]
    return f"{escape(service.plan.service, LONGEST_NAME)}: {', '.join(parts)}"


def _live(name: str, state: EnvironmentState | None, names: Names) -> str:
    where = escape(name, LONGEST_NAME)
    if state is None or state.live is None:
        return f"nothing in {where} yet"
    version = state.live.build.version or state.live.build.sha[:7]
    return f"{escape(version, LONGEST_NAME)} in {where} since {names.clock(state.live.since)}"


def lock_lines(service: ServiceView, names: Names, environment: str = "") -> list[str]:
    """Return a line for each lock on the environments of a service, or on one of them."""
    named = escape(service.plan.service, 40)
    return [
        f"{escape(name, LONGEST_NAME)} of {named} is {lock_in_short(lock, names)}"
        for name, locks in locked(service, names, environment).items()
        for lock in locks
    ]


def locked(service: ServiceView, names: Names, environment: str = "") -> dict[str, tuple[Lock, ...]]:
    """Return the locked environments of a service, or one of them, with the locks of each."""
    states = (
        (each.name, tuple(service.environments[each.name].current_locks(names.now)))
        for each in service.plan.environments
        if each.name in service.environments and environment in ("", each.name)
    )
    return {name: locks for name, locks in states if locks}
