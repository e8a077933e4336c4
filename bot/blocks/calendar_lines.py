"""Says when an environment takes deployments: its freezes, and the opening of its next window."""

from bot.blocks.names import Names
from bot.blocks.query_words import ServiceView
from bot.blocks.text import escape
from handlers.calendar import Calendar

LONGEST_NAME = 24


def is_shut(service: ServiceView, environment: str, names: Names) -> bool:
    """Return whether a freeze is in force in an environment, or its windows are closed now."""
    calendar = service.calendars.get(environment, Calendar())
    return bool(calendar.frozen_by(names.now)) or not calendar.is_open(names.now)


def calendar_notes(service: ServiceView, environment: str, names: Names) -> list[str]:
    """Return in a few words each freeze in force, and when the next window opens; nothing while all is open."""
    calendar = service.calendars.get(environment, Calendar())
    notes = [
        f"frozen until {names.on_day(freeze.ends)} ({escape(freeze.name, LONGEST_NAME)})"
        for freeze in calendar.frozen_by(names.now)
    ]
    if not calendar.is_open(names.now):
        opens = calendar.opens_at(names.now)
        notes.append("no window is known to open" if opens is None else f"window opens {names.on_day(opens)}")
    return notes


def frozen_lines(service: ServiceView, names: Names, environment: str = "") -> list[str]:
    """Return a line for each environment of a service, or one of them, that is frozen now."""
    named = escape(service.plan.service, 40)
    return [
        f"{escape(name, LONGEST_NAME)} of {named} is frozen until {names.on_day(freeze.ends)} "
        f"({escape(freeze.name, LONGEST_NAME)})"
        for name, calendar in service.calendars.items()
        if environment in ("", name)
        for freeze in calendar.frozen_by(names.now)
    ]
