"""Reports as people read them: the answer to `/release report`, and the post of each week."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.blocks.block_kit import CHART
from bot.blocks.names import Names
from bot.blocks.queries import QUERIES
from bot.blocks.query_words import QueryResult
from bot.blocks.report_lines import heading, parts
from bot.blocks.report_message import report_message
from bot.blocks.report_values import hours, waited_for
from bot.blocks.words.registry import GATE_WORDS
from bot.reports.facts import Kind
from handlers.attempt_endings import AttemptOutcome
from handlers.people import Eligibility
from handlers.requests import Query
from handlers.wait import DECISION, DEPLOYMENT, GATE, REQUEST
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.reports.made import (
    BERLIN,
    HOUR,
    MINUTE,
    deployed,
    earlier,
    emergency,
    long_wait,
    made,
    measured,
    period,
    waited,
    wall,
)

NAMES = Names({}, BERLIN, datetime(2026, 11, 30, 8, tzinfo=UTC))


def told(**fields: Any) -> list[str]:  # noqa: ANN401 - as the dataclass
    message = report_message(made(**fields), NAMES)
    assert accepted(message)
    return spoken(message.blocks).splitlines()


def part(name: str, **fields: Any) -> list[str]:  # noqa: ANN401 - as the dataclass
    found = {each.heading: list(each.lines) for each in parts(made(**fields), NAMES)}
    return found.get(name, [])


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-11-23", "2026-11-30", "Mon 23 Nov to Sun 29 Nov 2026"),
        ("2026-11-29", "2026-11-30", "Sun 29 Nov 2026"),
        ("2026-10-25", "2026-10-26", "Sun 25 Oct 2026"),
        ("2025-12-29", "2026-01-05", "Mon 29 Dec 2025 to Sun 4 Jan 2026"),
        ("2026-10-01", "2027-01-01", "Thu 1 Oct to Thu 31 Dec 2026"),
        ("2026-11-23 09:00", "2026-11-30 09:00", "Mon 23 Nov 09:00 to Mon 30 Nov 09:00"),
        ("2026-11-23", "2026-11-30 00:00:01", "Mon 23 Nov 00:00 to Mon 30 Nov 00:00"),
    ],
)
def test_the_heading_says_which_time(since: str, until: str, said: str) -> None:
    report = made(period=period(since, until))
    assert heading(report, NAMES) == f"Releases, {said}"
    assert heading(report, NAMES.for_reader()) == f"Releases, {said}", "a notification is plain text"
    assert heading(replace(report, services=("website",)), NAMES) == f"Releases of website, {said}"


def test_a_week_in_full() -> None:
    rows = told(
        total=measured(
            deployed=3,
            changes=4,
            failed=1,
            builds=3,
            lead_time=26 * HOUR,
            restored=1,
            restore=20 * MINUTE,
            rollbacks=1,
            stopped=2,
        ),
        deployments=(
            deployed("website", 41, version="2.4.0"),
            deployed("website", 42, how=AttemptOutcome.FAILED),
            deployed("website", 43, kind=Kind.ROLLBACK, version="2.3.9"),
            deployed("shop", 44, version="7.0"),
        ),
        waited=(
            waited("gate:window", 60, 16),
            waited("team:testers", 30, 6, releases=1),
            waited("team:ops", 28, 11, releases=3),
        ),
        longest=(long_wait("team:ops", "team:testers"),),
        earlier=(
            earlier(
                1,
                measured(deployed=2, lead_time=50 * HOUR),
                waited("team:ops", 9, 8),
                waited("team:testers", 9, 6),
            ),
        ),
    )
    assert rows == [
        "Releases, Mon 23 Nov to Sun 29 Nov 2026",
        "",
        "In short",
        "• 3 changes went live.",
        "• 1 of 4 changes failed or were taken back: 25 %.",
        "• Half of the 3 builds were live within 1d 2h of being ready.",
        "• One failure was put right within 20m.",
        "• Nothing that failed in that time is still broken.",
        "",
        "Is it getting better?",
        "• Rather yes: of 4 measures 2 are better and 1 worse.",
        "• Better: changes that went live 3 (2) and from ready to live 1d 2h (2d 2h).",
        "• Worse: waiting for ops 11h (8h).",
        "• About the same: waiting for testers 6h (6h).",
        "• In brackets: the period before.",
        "",
        "What was deployed",
        "• website: 2.4.0 Tue 24 Nov 10:07 (r41), rollback to 2.3.9 Tue 24 Nov 10:07 (r43)",
        "• shop: 7.0 Tue 24 Nov 10:07 (r44)",
        "",
        "Where releases waited",
        "• Of all teams, releases waited longest for ops, in working hours.",
        "• Times are sums over releases, within that time; a release that waits for two at once counts for both:",
        "• ops: 11h in working hours, 1d 4h on the clock, 3 releases",
        "• testers: 6h in working hours, 1d 6h on the clock, 1 release",
        "• an open window: 16h in working hours, 2d 12h on the clock, 2 releases",
        "",
        "The longest waits",
        (
            "• r42 website 2.4.1 to production: 1d for ops and testers at once (8h in working hours of ops), "
            "until Tue 24 Nov 10:00"
        ),
        "",
        "Not the usual way",
        "• 1 rollback and 2 deployments stopped.",
        "(chart) Changes that went live",
        "(chart) Waiting for teams, in their working hours",
    ]


def test_a_week_without_any_release() -> None:
    assert told() == [
        "Releases, Mon 23 Nov to Sun 29 Nov 2026",
        "",
        "In short",
        "• 0 changes went live.",
        "",
        "Is it getting better?",
        "• That cannot be told yet: the history begins within this period or the one before.",
    ]


def test_nothing_was_released_yet() -> None:
    found = QueryResult(
        Query("report", "U0TIM"), NAMES, account_status=Eligibility.YES, report=made(known_since=None)
    )
    assert QUERIES["report"].answer(found).text == "Nothing has been released yet."
    assert QUERIES["report"].answer(replace(found, report=None)).text == "Nothing has been released yet."
    assert QUERIES["report"].answer(replace(found, report=made())).text.startswith("Releases, Mon 23 Nov")


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        (measured(deployed=1), ["1 change went live."]),
        (
            measured(deployed=1, builds=1, lead_time=HOUR),
            ["1 change went live.", "The build was live within 1h of being ready."],
        ),
        (
            measured(restored=2, restore=90 * MINUTE),
            ["0 changes went live.", "2 failures were put right, half of them within 1h 30m."],
        ),
        (measured(broken=1), ["0 changes went live.", "1 failure of that time is not put right yet."]),
        (measured(broken=2), ["0 changes went live.", "2 failures of that time are not put right yet."]),
        (
            measured(deployed=2, changes=3, failed=2),
            [
                "2 changes went live.",
                "2 of 3 changes failed or were taken back: 67 %.",
                "Nothing that failed in that time is still broken.",
            ],
        ),
    ],
)
def test_one_and_many(measures: Any, said: list[str]) -> None:  # noqa: ANN401 - measures
    assert part("In short", total=measures) == said


def test_several_services_and_deployments_are_counted_beyond_what_is_shown() -> None:
    found = [deployed(f"s{number:02}", number) for number in range(14)]
    found += [deployed("website", 100 + number, version=f"1.{number}") for number in range(7)]
    rows = part("What was deployed", deployments=tuple(found))
    assert len(rows) == 13
    assert rows[0].startswith("website (2 deployments before): 1.2 Tue")
    assert rows[0].endswith("1.6 Tue 24 Nov 10:07 (r106)")
    assert rows[-1] == "and 3 deployments of 3 more services"
    assert (
        part("What was deployed", deployments=tuple(found[:13]))[-1] == "and 1 deployment of 1 more service"
    )


def test_places_are_named_where_there_are_several() -> None:
    there = (deployed(), deployed(environment="eu", release=0, kind=Kind.OUTSIDE, version="4be1c9d"))
    assert part("What was deployed", deployments=there) == [
        "website: 2.4.1 to production Tue 24 Nov 10:07 (r42), 4be1c9d to eu Tue 24 Nov 10:07 (from outside)"
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"emergencies": (emergency(review_due=None),)}, ["Emergency r47 website 2.4.2: needs no review"]),
        (
            {"emergencies": (emergency(alone=True),), "owed": (emergency(alone=True),)},
            [
                "Emergency r47 website 2.4.2, signed by an operator alone: its review is overdue since Fri 27 Nov 18:00"
            ],
        ),
        (
            {"emergencies": (emergency(reviewed_at=wall("2026-11-26 12:00")),)},
            ["Emergency r47 website 2.4.2: reviewed Thu 26 Nov 12:00"],
        ),
        (
            {"owed": (emergency(9, at=wall("2026-11-02")),)},
            ["Emergency r9 website 2.4.2, from before: its review is overdue since Fri 27 Nov 18:00"],
        ),
        ({"total": measured(outside=1)}, ["1 deployment from outside Shiproom."]),
        (
            {"total": measured(rollbacks=2, emergencies=1, outside=3, stopped=1)},
            [
                "2 rollbacks, 1 emergency, 3 deployments from outside Shiproom and 1 deployment stopped.",
            ],
        ),
    ],
)
def test_what_did_not_go_the_usual_way(fields: dict[str, Any], said: list[str]) -> None:
    assert part("Not the usual way", **fields) == said


@pytest.mark.parametrize(
    ("many", "more"), [(8, []), (9, ["and 1 more emergency"]), (20, ["and 12 more emergencies"])]
)
def test_many_emergencies_are_counted(many: int, more: list[str]) -> None:
    rows = part("Not the usual way", emergencies=tuple(emergency(number) for number in range(many)))
    assert rows[8:] == more
    assert len(rows[:8]) == 8


@pytest.mark.parametrize(
    ("owed", "said"), [(0, ""), (1, ", 1 of them with a review owed"), (2, ", all with a review owed")]
)
def test_of_those_that_are_only_counted_the_reviews_owed_are_told(owed: int, said: str) -> None:
    found = tuple(emergency(number) for number in range(10))
    rows = part("Not the usual way", emergencies=found, owed=found[10 - owed :])
    assert rows[-1] == f"and 2 more emergencies{said}"


def test_a_wait_from_before_the_period_is_said_to_be_counted_whole() -> None:
    wait = long_wait("gate:lock")
    before = replace(wait, span=wait.span._replace(since=wall("2026-11-20 10:00")))
    rows = part("The longest waits", longest=(before, wait))
    assert rows[0] == "Counted whole, from before that time too:"
    assert len(rows) == 3


def test_whatever_waits_still_is_said_to() -> None:
    wait = long_wait("gate:lock")
    still = replace(wait, open=True)
    (row,) = part("The longest waits", longest=(still,))
    assert row.endswith("1d for a lock to be lifted, still waiting")


@pytest.mark.parametrize(
    ("total", "before", "said"),
    [
        (
            measured(deployed=10),
            measured(deployed=10),
            "About as before: of 1 measure 0 are better and 0 worse.",
        ),
        (measured(deployed=1), measured(deployed=10), "Rather not: of 1 measure 0 are better and 1 worse."),
        (measured(deployed=20), measured(deployed=10), "Rather yes: of 1 measure 1 is better and 0 worse."),
        (
            measured(deployed=20, lead_time=9),
            measured(deployed=10, lead_time=1),
            "About as before: of 2 measures 1 is better and 1 worse.",
        ),
    ],
)
def test_the_answer_to_whether_it_is_getting_better(total: Any, before: Any, said: str) -> None:  # noqa: ANN401 - measures
    rows = part("Is it getting better?", total=total, earlier=(earlier(1, before),))
    assert rows[0] == said


def test_several_periods_before_are_said_to_be_the_middle() -> None:
    before = tuple(earlier(weeks, measured(deployed=3, changes=4, failed=1)) for weeks in (4, 3, 2, 1))
    rows = part(
        "Is it getting better?",
        total=measured(deployed=6, changes=6),
        earlier=before,
        waited=(waited("team:ops", 9, 3),),
    )
    assert rows == [
        "Rather yes: of 3 measures 2 are better and 1 worse.",
        "Better: changes that went live 6 (3) and failed or taken back 0 % (25 %).",
        "Worse: waiting for ops 3h (0m).",
        "In brackets: the middle of the 4 periods before, each as long.",
    ]


def test_text_from_outside_mentions_and_formats_nothing() -> None:
    evil = "<!channel> *b* <https://e.example|x>"
    wait = long_wait("team:" + evil)
    message = report_message(
        made(
            services=(evil,),
            total=measured(deployed=1),
            deployments=(deployed(evil, version=evil, environment=evil), deployed(evil)),
            waited=(waited("team:" + evil, 2, 1), waited("gate:" + evil, 2, 1)),
            longest=(replace(wait, span=wait.span._replace(service=evil, version=evil, environment=evil)),),
            emergencies=(emergency(service=evil, version=evil),),
            earlier=(earlier(1, measured(), waited("team:" + evil, 9, 9)),),
        ),
        NAMES,
    )
    assert accepted(message)
    raw = message.text + "\n".join(str(each) for each in message.blocks if each["type"] != CHART)
    for forbidden in ("<!", "<https", "*b*"):
        assert forbidden not in raw


def test_the_largest_report_is_a_message_that_slack_takes() -> None:
    long_name = "&" * 60
    found = tuple(
        deployed(f"{number}{long_name}", number, version=long_name, environment=f"{number % 3}{long_name}")
        for number in range(90)
    )
    message = report_message(
        made(
            deployments=found + found[:80] * 5,
            waited=tuple(waited(f"team:{number}{long_name}", 99, 40) for number in range(40)),
            longest=(long_wait(*(f"team:{number}{long_name}" for number in range(9))),) * 5,
            emergencies=tuple(
                emergency(number, service=long_name, version=long_name) for number in range(30)
            ),
        ),
        NAMES.for_reader(),
    )
    assert accepted(message)


def test_every_gate_has_words_for_what_was_waited_for() -> None:
    phrases = [waited_for(f"{GATE}{name}") for name in GATE_WORDS]
    phrases += [waited_for(each) for each in (REQUEST, DEPLOYMENT, DECISION)]
    assert all(phrases)
    assert len(set(phrases)) == len(phrases)
    assert not [name for name in GATE_WORDS if f"{GATE}{name}" in phrases]
    assert waited_for("gate:gone") == "gate:gone"
    assert waited_for("team:ops") == "ops"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0m"),
        (12, "12m"),
        (60, "1h"),
        (200, "3h 20m"),
        (599, "9h 59m"),
        (600, "10h"),
        (629, "10h"),
        (630, "11h"),
        (6000, "100h"),
    ],
)
def test_working_hours_are_no_days(minutes: int, said: str) -> None:
    assert hours(minutes * MINUTE) == said


def test_reports_for_readers_in_other_zones_carry_slacks_times() -> None:
    message = report_message(made(deployments=(deployed(),)), NAMES.for_reader())
    assert "<!date^" in str(message.blocks)
    assert "<!date" not in message.text
