"""The history in plain words: who, where, how it ended, and why something was refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.query_words import HistoryItem
from bot.blocks.words.events import ATTEMPTED, HISTORY
from bot.blocks.words.history import history
from handlers.requests import Query
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import ANDY, MARA, NAMES, TIM, ago

TOOK = timedelta(minutes=4, seconds=12)
ALL = Query("history", TIM, count=50, everything=True)
PRODUCTION = {"environment": "production"}


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            HistoryItem(ago(3), TIM, 42, "signed_off", {**PRODUCTION, "note": "fine"}),
            '10:17 r42: Tim signed off for production: "fine"',
        ),
        (
            HistoryItem(ago(4), ANDY, 0, "rollback_started", PRODUCTION, "not_in_team"),
            "10:16 Andy tried to roll production back: refused, not in the team",
        ),
        (
            HistoryItem(ago(4), ANDY, 42, "NoSuchEvent", {}, "some_new_code"),
            "10:16 r42: Andy tried to NoSuchEvent: refused, some new code",
        ),
        (
            HistoryItem(ago(5), "shiproom", 42, "run_reported", {**PRODUCTION, "state": "succeeded"}),
            "10:15 r42: it was deployed to production",
        ),
        (
            HistoryItem(ago(5), "shiproom", 42, "reevaluated", {**PRODUCTION, "state": "granted"}),
            "10:15 r42: production: it is about to start",
        ),
        (
            HistoryItem(ago(6), TIM, 42, "settled", {**PRODUCTION, "deployed": "yes"}),
            "10:14 r42: Tim said that it was deployed to production",
        ),
        (
            HistoryItem(ago(7), TIM, 0, "locked", {"environment": "staging, production", "reason": "db"}),
            '10:13 Tim locked staging and production: "db"',
        ),
        (HistoryItem(ago(9), TIM, 0, "policy_loaded"), "10:11 the rules in shiproom.yml were read"),
    ],
)
def test_a_row(row: HistoryItem, line: str) -> None:
    message = history([row], ALL, NAMES)
    assert accepted(message)
    assert spoken(message.blocks) == line


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            HistoryItem(
                ago(5), "shiproom", 42, "run_reported", {**PRODUCTION, "state": "succeeded"}, lasted=TOOK
            ),
            "10:15 r42: it was deployed to production, took 4m 12s",
        ),
        (
            HistoryItem(ago(3), TIM, 42, "signed_off", {**PRODUCTION, "note": "fine"}, lasted=TOOK),
            '10:17 r42: Tim signed off for production: "fine", waited 4m 12s',
        ),
        (
            HistoryItem(ago(3000), TIM, 42, "signed_off", PRODUCTION),
            "1 Nov 08:20 r42: Tim signed off for production",
        ),
    ],
)
def test_how_long_it_took_and_on_which_day(row: HistoryItem, line: str) -> None:
    assert spoken(history([row], ALL, NAMES).blocks) == line


def test_of_several_services_each_row_names_its_own() -> None:
    rows = [
        HistoryItem(ago(3), TIM, 42, "signed_off", PRODUCTION, service="website"),
        HistoryItem(ago(4), TIM, 0, "policy_loaded", service="shop"),
    ]
    assert spoken(history(rows, ALL, NAMES).blocks).splitlines() == [
        "10:17 r42 website: Tim signed off for production",
        "10:16 shop: the rules in shiproom.yml were read",
    ]


REFUSED_ROWS = [
    HistoryItem(ago(2), ANDY, 42, "signed_off", PRODUCTION, "not_in_team"),
    HistoryItem(ago(3), MARA, 42, "signed_off", PRODUCTION, "not_in_team"),
    HistoryItem(ago(4), TIM, 42, "signed_off", PRODUCTION, "finished"),
    HistoryItem(ago(5), TIM, 42, "signed_off", PRODUCTION),
    HistoryItem(ago(6), TIM, 42, "signed_off", PRODUCTION),
]


def test_refusals_of_others_are_one_line_with_a_count() -> None:
    said = spoken(history(REFUSED_ROWS, Query("history", TIM, count=2), NAMES).blocks).splitlines()
    assert [line[:5] for line in said[:2]] == ["10:16", "10:15"]
    assert said[2:] == [
        "2 refused attempts of others (Andy and Mara): /release history all shows them",
    ]
    assert len(spoken(history(REFUSED_ROWS, ALL, NAMES).blocks).splitlines()) == 5


def test_a_time_in_which_more_or_nothing_happened() -> None:
    query = Query("history", TIM, count=1, since=ago(3000), until=ago(10))
    assert "only the last 1 are shown" in spoken(history(REFUSED_ROWS, query, NAMES).blocks)
    assert spoken(history([], query, NAMES).blocks) == "Nothing happened between 1 Nov 08:20 and 3 Nov 10:10."
    assert (
        spoken(history([], replace(query, until=None), NAMES).blocks)
        == "Nothing has happened since 1 Nov 08:20."
    )


def test_every_row_can_be_said() -> None:
    rows = [HistoryItem(ago(3), TIM, 42, event) for event in HISTORY]
    rows += [HistoryItem(ago(3), TIM, 42, event, {}, "not_in_team") for event in ATTEMPTED]
    assert accepted(history(rows, ALL, NAMES))


def test_nothing_happened() -> None:
    assert spoken(history([], ALL, NAMES).blocks) == "Nothing has happened yet."
