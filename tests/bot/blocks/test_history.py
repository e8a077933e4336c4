"""The history in plain words: who, where, how it ended, and why something was refused."""

import pytest

from bot.blocks.query_words import HistoryItem
from bot.blocks.words.events import ATTEMPTED, HISTORY
from bot.blocks.words.history import history
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import ANDY, NAMES, TIM, ago

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
    message = history([row], NAMES)
    assert accepted(message)
    assert spoken(message.blocks) == line


def test_every_row_can_be_said() -> None:
    rows = [HistoryItem(ago(3), TIM, 42, event) for event in HISTORY]
    rows += [HistoryItem(ago(3), TIM, 42, event, {}, "not_in_team") for event in ATTEMPTED]
    assert accepted(history(rows, NAMES))


def test_nothing_happened() -> None:
    assert spoken(history([], NAMES).blocks) == "Nothing has happened yet."
