"""The calendar of each environment, from `windows`, `freezes` and `holidays`, and what is wrong with them together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from bot.policy.environments import EnvironmentSection
from bot.policy.freezes import FreezeSection, SharedFreezeSection
from bot.policy.public_holidays import HolidaysSection
from bot.policy.services import ServiceSection
from bot.policy.windows import Windows
from bot.schema.diagnostics import Diagnostics, shown, suggest
from bot.schema.readers import LocatedText
from handlers.calendar import Calendar, Freeze
from handlers.plan import EnvironmentPlan, Plan, unique

Services = Mapping[str, tuple[ServiceSection, Plan]]
Calendars = Mapping[str, Mapping[str, Calendar]]


@dataclass(frozen=True, slots=True)
class WrittenTimes:
    """What the top of a file says of times, and when the file is read."""

    zone: tzinfo
    now: datetime
    holidays: HolidaysSection | None
    windows: Mapping[str, Windows]
    freezes: tuple[SharedFreezeSection, ...]


def read_calendars(written: WrittenTimes, services: Services, diagnostics: Diagnostics) -> Calendars:
    """Return the calendar of each environment by service, without freezes that are over.

    There is none if anything is wrong with the file.
    """
    if written.holidays is None:
        _check_holidays(written, services, diagnostics)
    freezes = tuple(_freezes(written, services, diagnostics))
    if diagnostics.errors:
        return {}
    every = Calendar(written.zone, freezes=freezes)
    if written.holidays is not None:
        today = written.now.astimezone(written.zone).date()
        known = written.holidays.holidays(today)
        every = replace(every, holidays=known.days, known_until=known.known_until, rule=known.rule)
        written.holidays.advise(today, diagnostics)
    found: dict[str, dict[str, Calendar]] = {}
    for name, (service, plan) in services.items():
        for section, planned in zip(service.environments, plan.environments, strict=True):
            calendar = _of_environment(every, section, name)
            _advise(section, planned, calendar, written.now, diagnostics)
            found.setdefault(name, {})[planned.name] = calendar
    return found


def _of_environment(every: Calendar, section: EnvironmentSection, service: str) -> Calendar:
    name = section.name.text
    return replace(
        every,
        windows=tuple(window.window() for window in section.windows),
        freezes=tuple(freeze for freeze in every.freezes if freeze.concerns(service, name)),
    )


def _check_holidays(written: WrittenTimes, services: Services, diagnostics: Diagnostics) -> None:
    """Report windows that do not open on holidays, of which none are known."""
    for windows in written.windows.values():
        for window in windows:
            window.check_holidays(diagnostics)
    for service, _ in services.values():
        for environment in service.environments:
            for window in environment.windows:
                window.check_holidays(diagnostics)


def _freezes(written: WrittenTimes, services: Services, diagnostics: Diagnostics) -> Iterator[Freeze]:
    """Return the freezes of the file and of each service, without those that are over."""
    for shared in written.freezes:
        _check_names(shared.services, services, "a service", diagnostics)
        concerned = {each.text for each in shared.services} or set(services)
        _check_environments(
            shared, {name: services[name] for name in services if name in concerned}, diagnostics
        )
        yield from _freeze(shared, written, tuple(each.text for each in shared.services), diagnostics)
    for name, (service, plan) in services.items():
        for own in service.freezes:
            _check_environments(own, {name: (service, plan)}, diagnostics)
            yield from _freeze(own, written, (name,), diagnostics)


def _freeze(
    section: FreezeSection, written: WrittenTimes, services: tuple[str, ...], diagnostics: Diagnostics
) -> Iterator[Freeze]:
    freeze = section.freeze(written.zone, services)
    if freeze is None:
        return
    if freeze.ends > written.now or freeze.ends <= freeze.begins:
        yield freeze
        return
    message = (
        f"the freeze {shown(freeze.name)} is over since {freeze.ends.astimezone(written.zone):%Y-%m-%d %H:%M}"
    )
    diagnostics.warn(section.position, f"{message}: remove it")


def _check_environments(section: FreezeSection, services: Services, diagnostics: Diagnostics) -> None:
    """Report names that no service has, and warn of a service that has none of them."""
    having = {name: [each.name for each in plan.environments] for name, (_, plan) in services.items()}
    known = unique(tuple(environment for each in having.values() for environment in each))
    _check_names(section.environments, known, "an environment", diagnostics)
    wanted = {each.text for each in section.environments}
    named = section.services if isinstance(section, SharedFreezeSection) else ()
    for service in named:
        if wanted & set(known) and service.text in having and not wanted & set(having[service.text]):
            message = f"{shown(service.text)} has none of these environments, so nothing of it is frozen"
            diagnostics.warn(service.position, message)


def _check_names(
    named: tuple[LocatedText, ...],
    known: Mapping[str, object] | tuple[str, ...],
    what: str,
    diagnostics: Diagnostics,
) -> None:
    for each in named:
        if each.text not in known:
            diagnostics.error(
                each.position, f"{shown(each.text)} is not {what} here; {suggest(each.text, known)}"
            )


def _advise(
    section: EnvironmentSection,
    planned: EnvironmentPlan,
    calendar: Calendar,
    now: datetime,
    diagnostics: Diagnostics,
) -> None:
    """Warn of windows that never open, and of those that are over before a deployment would be."""
    if calendar.opens_at(now) is None:
        message = "none of its windows ever opens, so nothing would be deployed there"
        diagnostics.warn(section.key_position("windows"), f"{shown(planned.name)}: {message}")
    limit = timedelta(seconds=planned.deploy.timeout)
    for window in section.windows:
        lasts = window.lasts(window.ends)
        if lasts < limit:
            message = (
                f"the window lasts {_written(lasts)}, and a deployment to {shown(planned.name)} may take"
            )
            remedy = f"{_written(limit)}: make it longer, or lower the `timeout`"
            diagnostics.warn(window.position, f"{message} {remedy}")


def _written(lasts: timedelta) -> str:
    """Return a duration as the file has it, like `1h30m`."""
    hours, rest = divmod(int(lasts.total_seconds()), 3600)
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)
