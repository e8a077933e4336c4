"""What of a policy a report is made with, also of services that left it."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.reports.requested import BEGINNING, ReportRequest, make_report, rules_of
from handlers.hours import Hours
from handlers.people import Directory, Team
from handlers.plan import Deploy, EnvironmentPlan, Plan
from handlers.policy import Policy
from storage.codec import micros
from storage.opening import open_database

HOURS = Hours(frozenset({0, 2}), time(10), time(16))


def plan(service: str, *protected: str, unprotected: tuple[str, ...] = ("staging",)) -> Plan:
    there = tuple(EnvironmentPlan(name, Deploy("here")) for name in unprotected)
    counted = tuple(EnvironmentPlan(name, Deploy("here"), protected=True) for name in protected)
    return Plan(service, "C0SHIP", ("ops",), ("ops",), (*there, *counted))


POLICY = Policy(
    {"website": plan("website", "production"), "docs": plan("docs", "live", unprotected=("production",))},
    Directory({"ops": Team("ops", ("U0TIM",), hours=HOURS), "testers": Team("testers", ("U0AMITA",))}),
    {},
    "Europe/Berlin",
)


@pytest.mark.parametrize(
    ("service", "environment", "counts"),
    [
        ("website", "production", True),
        ("website", "staging", False),
        ("website", "live", False),
        ("docs", "live", True),
        ("docs", "production", False),
        ("left", "production", True),
        ("left", "live", True),
        ("left", "staging", False),
    ],
)
def test_which_environments_count(service: str, environment: str, counts: bool) -> None:
    assert rules_of(POLICY).protected(service, environment) is counts


def test_hours_are_those_of_the_teams_that_have_some() -> None:
    found = rules_of(POLICY)
    assert found.hours == {"ops": HOURS}
    assert found.zone == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("until", [1, 1969, 2026])
async def test_a_report_on_all_of_time_begins_where_calendars_go_far_enough_back(
    migrated_sqlite: str, until: int
) -> None:
    database = await open_database(migrated_sqlite, alone=False)
    request = ReportRequest(datetime(1, 1, 1, tzinfo=UTC), datetime(until, 11, 1, tzinfo=UTC))
    made = await make_report(database, POLICY, request)
    await database.close()
    assert made.period.since == micros(BEGINNING) <= made.period.until
    assert (made.known_since, made.total.deployed) == (None, 0)
