"""Reports made by hand: of the week before Mon 30 Nov 2026 in Berlin, with nothing in them but what is given."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.reports.facts import Deployment, Emergency, Kind
from bot.reports.measures import Measures, Period
from bot.reports.report import Earlier, Report
from bot.reports.waiting import LongWait, Waited, WaitSpan
from handlers.attempt_endings import AttemptOutcome
from storage.codec import micros

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR = 60_000_000, 3_600_000_000
NOTHING = Measures(0, 0, 0, 0, None, 0, None, 0, 0, 0, 0, 0)


def wall(written: str) -> int:
    """Return a time on the wall in Berlin in microseconds."""
    return micros(datetime.fromisoformat(written).replace(tzinfo=BERLIN))


def period(since: str, until: str) -> Period:
    """Return the time from one moment to another on the wall in Berlin."""
    return Period(wall(since), wall(until))


WEEK = period("2026-11-23", "2026-11-30")


def measured(**fields: Any) -> Measures:  # noqa: ANN401 - as dataclasses.replace
    """Make measures; nothing was measured but what is named."""
    return replace(NOTHING, **fields)


def made(**fields: Any) -> Report:  # noqa: ANN401 - as dataclasses.replace
    """Make a report."""
    return replace(
        Report(WEEK, ("shop", "website"), NOTHING, {}, (), (), (), (), (), (), wall("2026-01-01")), **fields
    )


def earlier(weeks: int, measures: Measures = NOTHING, *waited: Waited) -> Earlier:
    """Make the period so many weeks before."""
    back = int(timedelta(weeks=weeks).total_seconds()) * 1_000_000
    return Earlier(Period(WEEK.since - back, WEEK.until - back), measures, waited)


def deployed(service: str = "website", release: int = 42, **fields: Any) -> Deployment:  # noqa: ANN401 - as dataclasses.replace
    """Make a deployment that went live on Tuesday."""
    at = wall("2026-11-24 10:07")
    return replace(
        Deployment(
            service,
            "production",
            release,
            1,
            Kind.NORMAL,
            "2.4.1",
            at - HOUR,
            at,
            AttemptOutcome.SUCCEEDED,
        ),
        **fields,
    )


def waited(on: str, clock: int, working: int, releases: int = 2) -> Waited:
    """Make a wait of hours."""
    return Waited(on, clock * HOUR, working * HOUR, releases)


def long_wait(*on: str, **fields: Any) -> LongWait:  # noqa: ANN401 - as dataclasses.replace
    """Make the wait of r42 from Monday to Tuesday."""
    since = wall("2026-11-23 10:00")
    span = WaitSpan("website", 42, "2.4.1", "production", on[0], since)
    return replace(LongWait(span, on, 24 * HOUR, 8 * HOUR, open=False), **fields)


def emergency(release: int = 47, **fields: Any) -> Emergency:  # noqa: ANN401 - as dataclasses.replace
    """Make an emergency of Wednesday whose review is due on Friday."""
    at = wall("2026-11-25 10:00")
    due = wall("2026-11-27 18:00")
    return replace(Emergency("website", release, "2.4.2", "production", at, review_due=due), **fields)
