"""What of a policy a report is made with, also of services that left it."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.reports.making import rules_of
from handlers.hours import Hours
from handlers.people import Directory, Team
from handlers.plan import Deploy, EnvironmentPlan, Plan
from handlers.policy import Policy

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
