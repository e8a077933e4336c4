"""Says when each environment takes deployments next, for `shiproom check`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.blocks.names import Names
from handlers.calendar import Calendar, Freeze
from handlers.policy import Policy


def openings(policy: Policy, now: datetime) -> Iterator[str]:
    """Return a sentence for each environment that has a window or a freeze, in the order of the policy."""
    names = Names({}, ZoneInfo(policy.time_zone), now)
    for service, plan in policy.plans.items():
        for environment in plan.environments:
            calendar = policy.calendar(service, environment.name)
            if calendar.windows or calendar.freezes:
                yield f"{service}/{environment.name} {_opening(calendar, now, names)}."


def _opening(calendar: Calendar, now: datetime, names: Names) -> str:
    """Return when something may start there, and what stands against it."""
    starts, frozen = calendar.starts_at(now), calendar.frozen_by(now)
    if starts is None:
        said = "never opens" if calendar.opens_at(now) is None else "does not open any more"
        return f"{said}{_frozen(frozen, names)}"
    if starts != now:
        return f"opens {names.moment(starts)}{_frozen(frozen, names)}"
    return f"is open{_until(calendar, now, names)}"


def _frozen(freezes: tuple[Freeze, ...], names: Names) -> str:
    """Return until when it is frozen."""
    return f", frozen until {names.moment(freezes[0].ends)}: {freezes[0].name}" if freezes else ""


def _until(calendar: Calendar, now: datetime, names: Names) -> str:
    """Return when what is open closes: with its windows, or with a freeze."""
    closes = calendar.closes_at(now) or datetime.max.replace(tzinfo=UTC)
    coming = min(
        (each for each in calendar.freezes if each.begins > now), key=lambda each: each.begins, default=None
    )
    if coming is not None and coming.begins <= closes:
        return f" until {names.moment(coming.begins)}, when it is frozen until {names.moment(coming.ends)}: {coming.name}"
    return f" until {names.moment(closes)}" if closes.year < datetime.max.year else ""
