"""`/release report`: of which time, of which service, and what is no report."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from tests.handlers.actions.contexts import BOTH_SERVICES, HERE, NOWHERE, SERVICES, read
from tests.handlers.builders import ANDY, NOW

WEEK = timedelta(days=7)
LAST_MONDAY = datetime(2026, 2, 23, tzinfo=UTC)
IN_ONE_CHANNEL = CommandContext(ANDY, SERVICES, now=NOW, nearby=BOTH_SERVICES)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("report", Query("report", ANDY, "website", since=NOW - WEEK)),
        ("report all", Query("report", ANDY, everything=True, since=NOW - WEEK)),
        ("report shop", Query("report", ANDY, "shop", since=NOW - WEEK)),
        (
            "report last week website",
            Query("report", ANDY, "website", since=LAST_MONDAY, until=LAST_MONDAY + WEEK),
        ),
        (
            "report shop last week",
            Query("report", ANDY, "shop", since=LAST_MONDAY, until=LAST_MONDAY + WEEK),
        ),
        (
            "report 2026-Q1 all",
            Query(
                "report",
                ANDY,
                everything=True,
                since=datetime(2026, 1, 1, tzinfo=UTC),
                until=datetime(2026, 4, 1, tzinfo=UTC),
            ),
        ),
        ("report since mon", Query("report", ANDY, "website", since=LAST_MONDAY + WEEK)),
        ("report last 3 days", Query("report", ANDY, "website", since=NOW - timedelta(days=3))),
    ],
)
def test_of_which_time_and_service(line: str, expected: Query) -> None:
    assert read(line) == expected


def test_in_a_channel_of_several_services_it_is_about_them() -> None:
    assert read("report", IN_ONE_CHANNEL) == Query("report", ANDY, since=NOW - WEEK, nearby=BOTH_SERVICES)
    assert read("report", NOWHERE) == Query("report", ANDY, since=NOW - WEEK)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("report since forever", UsageError("range_unreadable", "since forever")),
        ("report r42", UsageError("not_a_service", "r42", tuple(SERVICES))),
        ("report 1.0.3", UsageError("not_a_service", "1.0.3", tuple(SERVICES))),
        ("report webiste", UsageError("not_a_service", "webiste", tuple(SERVICES))),
        ("report production", UsageError("not_a_service", "production", tuple(SERVICES))),
        ("report website shop", UsageError("one_subject", "shop")),
    ],
)
def test_what_is_no_report(line: str, expected: UsageError) -> None:
    assert read(line, HERE) == expected
