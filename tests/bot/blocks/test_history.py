"""The history in plain words: who, where, how it ended, and why something was refused."""

import pytest

from bot.blocks.history import HistoryRow, history
from bot.blocks.words.happenings import HAPPENINGS, TRIED
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import ANDY, NAMES, TIM, ago

PRODUCTION = {"environment": "production"}


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            HistoryRow(ago(3), TIM, 42, "SignedOff", {**PRODUCTION, "note": "fine"}),
            '10:17 r42: Tim signed off for production: "fine"',
        ),
        (
            HistoryRow(ago(4), ANDY, 0, "RollbackStarted", PRODUCTION, "not_in_team"),
            "10:16 Andy tried to roll production back: refused, not in the team",
        ),
        (
            HistoryRow(ago(4), ANDY, 42, "NoSuchEvent", {}, "some_new_code"),
            "10:16 r42: Andy tried to NoSuchEvent: refused, some new code",
        ),
        (
            HistoryRow(ago(5), "shiproom", 42, "RunReported", {**PRODUCTION, "state": "succeeded"}),
            "10:15 r42: it was deployed to production",
        ),
        (
            HistoryRow(ago(5), "shiproom", 42, "Looked", {**PRODUCTION, "state": "granted"}),
            "10:15 r42: production: it is about to start",
        ),
        (
            HistoryRow(ago(6), TIM, 42, "Settled", {**PRODUCTION, "deployed": "yes"}),
            "10:14 r42: Tim said that it was deployed to production",
        ),
        (
            HistoryRow(ago(7), TIM, 0, "LockAsked", {"environment": "staging, production", "reason": "db"}),
            '10:13 Tim locked staging and production: "db"',
        ),
        (HistoryRow(ago(9), TIM, 0, "PolicyTaken"), "10:11 the rules in shiproom.yml were read"),
    ],
)
def test_a_row(row: HistoryRow, line: str) -> None:
    message = history([row], NAMES)
    assert accepted(message)
    assert spoken(message.blocks) == line


def test_every_row_can_be_said() -> None:
    rows = [HistoryRow(ago(3), TIM, 42, event) for event in HAPPENINGS]
    rows += [HistoryRow(ago(3), TIM, 42, event, {}, "not_in_team") for event in TRIED]
    assert accepted(history(rows, NAMES))


def test_nothing_happened() -> None:
    assert spoken(history([], NAMES).blocks) == "Nothing has happened yet."
