"""A year of forty services, reported to the microsecond as it really was."""

import asyncio
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.reports.facts import ServiceFacts
from bot.reports.measures import Period
from bot.reports.reading import read_facts
from bot.reports.report import USUAL_HOURS, Report, Rules, report
from bot.reports.waiting import MOST_LONG_WAITS
from handlers.hours import Hours
from handlers.wait import TEAM
from storage.codec import micros
from storage.opening import open_database
from tests import databases
from tests.bot.reports import by_hand, year

SERVICES, RELEASES = 40, 200
ZONE = ZoneInfo("Europe/Berlin")
TEAMS = {
    "testers": Hours(frozenset(range(4)), time(10), time(16)),
    "ops": Hours(frozenset({0, 2, 6}), time(1), time(4)),
}
"""Ops work on Sundays, at the hours at which clocks change."""

RULES = Rules(ZONE, lambda _, environment: environment == year.PRODUCTION, TEAMS)


def period(since: str, until: str) -> Period:
    """Return the time from one moment to another on the wall in Berlin."""
    begins, ends = (
        datetime.fromisoformat(each).replace(tzinfo=ZONE).astimezone(UTC) for each in (since, until)
    )
    return Period(micros(begins), micros(ends))


WINDOWS = {
    "the year": period("2025-01-01", "2026-01-01"),
    "a quarter": period("2025-04-01", "2025-07-01"),
    "the week in which clocks go forward": period("2025-03-24", "2025-03-31"),
    "the week in which clocks go back": period("2025-10-20", "2025-10-27"),
    "two hours": period("2025-05-06 10:00", "2025-05-06 12:00"),
    "before all": period("2023-01-01", "2024-01-01"),
}
Told = tuple[list[ServiceFacts], year.Truth]


@pytest.fixture(scope="module")
def told(migrated_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Write the year into a database, and read it back as a report does."""
    rows, truth = year.tell(SERVICES, RELEASES, 18)
    address = databases.copied_sqlite(migrated_sqlite, tmp_path_factory.mktemp("year"))

    async def written_and_read() -> list[ServiceFacts]:
        database = await open_database(address, alone=False)
        await year.write(database, rows)
        found = await read_facts(database)
        await database.close()
        return found

    return asyncio.run(written_and_read()), truth


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest) -> Period:
    return WINDOWS[request.param]


@pytest.fixture
def made(told: Told, window: Period) -> Report:
    before = Period(2 * window.since - window.until, window.since)
    return report(told[0], window, [before], RULES)


def test_the_measures_are_those_of_what_happened(made: Report, told: Told, window: Period) -> None:
    truth, names = told[1], list(made.services)
    assert asdict(made.total) == by_hand.measures(truth, names, (window.since, window.until))
    for each in made.earlier:
        assert asdict(each.measures) == by_hand.measures(truth, names, (each.period.since, each.period.until))
    for service in names[::13]:
        expected = by_hand.measures(truth, [service], (window.since, window.until))
        assert asdict(made.by_service[service]) == expected


def test_waits_are_those_of_what_happened(made: Report, told: Told, window: Period) -> None:
    clock, working, releases = (
        defaultdict[str, int](int),
        defaultdict[str, int](int),
        defaultdict[str, set[int]](set),
    )
    for wait in told[1].waits:
        part = by_hand.cut(wait, (window.since, window.until))
        if part is not None:
            hours = TEAMS.get(wait.on.removeprefix(TEAM), USUAL_HOURS)
            clock[wait.on] += part[1] - part[0]
            working[wait.on] += by_hand.worked(*part, ZONE, hours)
            releases[wait.on].add(wait.release)
    found = {each.on: (each.clock, each.working, each.releases) for each in made.waited}
    assert found == {on: (clock[on], working[on], len(releases[on])) for on in clock}
    assert [each.clock for each in made.waited] == sorted(clock.values(), reverse=True)


def test_the_longest_waits_are_those_of_what_happened(made: Report, told: Told, window: Period) -> None:
    longest: dict[tuple[int, str], int] = {}
    for wait in told[1].waits:
        if by_hand.cut(wait, (window.since, window.until)) is not None:
            until = min(window.until, wait.until or window.until)
            key = (wait.release, wait.environment)
            longest[key] = max(longest.get(key, 0), until - wait.since)
    expected = sorted(longest.values(), reverse=True)[:MOST_LONG_WAITS]
    assert [each.clock for each in made.longest] == expected
    for each in made.longest:
        hours = TEAMS.get(each.span.on.removeprefix(TEAM), USUAL_HOURS)
        until = each.span.since + each.clock
        assert each.working == by_hand.worked(each.span.since, until, ZONE, hours)


def test_emergencies_and_reviews_are_those_of_what_happened(made: Report, told: Told, window: Period) -> None:
    there = [each for each in told[1].emergencies if window.has(each.at)]
    owed = [
        each
        for each in told[1].emergencies
        if each.at < window.until and (each.reviewed is None or each.reviewed >= window.until)
    ]
    assert {each.release for each in made.emergencies} == {each.release for each in there}
    assert {each.release: each.review_due for each in made.owed} == {each.release: each.due for each in owed}
