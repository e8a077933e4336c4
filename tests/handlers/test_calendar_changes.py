"""What differs between the windows and freezes of two policies, and which of it lets something start at more times."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.calendar import Calendar, Freeze, Window
from handlers.policy import Policy
from handlers.policy_changes import policy_changes
from tests.handlers import builders

WEEK = Window(frozenset(range(5)), time(9), time(16), not_on_holidays=True)
SUNDAY = Window(frozenset({6}), time(9), time(16))
BEGINS = datetime(2026, 12, 14, tzinfo=UTC)
FREEZE = Freeze("year end", BEGINS, BEGINS + timedelta(days=21))
CLOSED = Calendar(UTC, (WEEK, SUNDAY), (FREEZE,), rule="DE")


def policy(calendars: Mapping[str, Calendar]) -> Policy:
    plan = builders.plan()
    return Policy({plan.service: plan}, builders.directory(), {}, calendars={plan.service: calendars})


def changes(new: Calendar, old: Calendar = CLOSED) -> list[tuple[str, bool, Mapping[str, str]]]:
    found = policy_changes(policy({"production": old}), policy({"production": new}))
    return [(each.code, each.weaker, each.values) for each in found]


@pytest.mark.parametrize(
    ("new", "code", "weaker"),
    [
        (replace(CLOSED, windows=()), "windows_removed", True),
        (replace(CLOSED, windows=(WEEK,)), "windows_changed", False),
        (
            replace(CLOSED, windows=(WEEK, SUNDAY, replace(SUNDAY, days=frozenset({5})))),
            "windows_changed",
            True,
        ),
        (replace(CLOSED, windows=(WEEK, replace(SUNDAY, ends=time(15)))), "windows_changed", True),
        (replace(CLOSED, zone=ZoneInfo("Europe/Berlin")), "windows_changed", True),
        (replace(CLOSED, rule="FR"), "windows_changed", True),
        (replace(CLOSED, freezes=()), "freeze_removed", True),
        (replace(CLOSED, freezes=(replace(FREEZE, name="fair"),)), "freeze_removed", True),
        (
            replace(CLOSED, freezes=(replace(FREEZE, begins=BEGINS + timedelta(days=1)),)),
            "freeze_shorter",
            True,
        ),
        (
            replace(CLOSED, freezes=(replace(FREEZE, ends=BEGINS + timedelta(days=1)),)),
            "freeze_shorter",
            True,
        ),
        (replace(CLOSED, freezes=(FREEZE, replace(FREEZE, name="fair"))), "freeze_added", False),
    ],
)
def test_what_opens_more_is_weaker(new: Calendar, code: str, *, weaker: bool) -> None:
    found = changes(new)[0]
    assert found[:2] == (code, weaker)
    assert found[2]["environment"] == "production"
    named = "fair" if code == "freeze_added" else "year end"
    assert found[2].get("name", named) == named


def test_windows_and_freezes_that_come_are_no_weakening() -> None:
    assert [each[:2] for each in changes(CLOSED, Calendar())] == [
        ("windows_added", False),
        ("freeze_added", False),
    ]


def test_the_same_in_another_order_is_no_change() -> None:
    turned = replace(CLOSED, windows=(SUNDAY, WEEK))
    longer = replace(turned, freezes=(replace(FREEZE, ends=FREEZE.ends + timedelta(days=1)),))
    assert changes(turned) == changes(longer) == []


def test_only_environments_of_both_are_compared() -> None:
    assert policy_changes(policy({"staging": CLOSED}), policy({"production": Calendar()})) == ()


def test_weaker_changes_come_first() -> None:
    freezes = (replace(FREEZE, name="fair"),)
    assert [each[0] for each in changes(replace(CLOSED, freezes=freezes))] == [
        "freeze_removed",
        "freeze_added",
    ]
