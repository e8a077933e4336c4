"""Shortly before a window closes those who are missing are called once more."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from handlers import reports
from handlers.calendar import Calendar, Window
from handlers.calls import ask_of, wanted_teams
from handlers.closing import BEFORE
from handlers.effects import Call
from handlers.facts import Facts
from tests.handlers.builders import (
    BOTH,
    NOW,
    UNGROUPED,
    after,
    decided,
    environment_state,
    facts,
    in_production,
    membership,
    of_kind,
    release,
    waiting,
)
from tests.handlers.urgent import emergency

OFFICE = Calendar(windows=(Window(frozenset(range(5)), time(9), time(16), time(15, 30)),))
CLOSES = NOW.replace(hour=15, minute=30)
DUE = CLOSES - BEFORE
LOOK = reports.Reevaluated(1)
HALF = in_production(sign_offs=BOTH[:1], called=("testers", "ops"))


def known(minutes: int = 0) -> Facts:
    """Return facts so many minutes after the call is due."""
    there = facts(environment_state("production"), membership=membership(DUE + timedelta(minutes=minutes)))
    return replace(there, calendars={"production": OFFICE})


def test_it_is_waited_for() -> None:
    early = replace(known(), membership=membership(NOW, teams=UNGROUPED))
    assert decided(in_production(called=("testers", "ops")), LOOK, early).wake_at == DUE


@pytest.mark.parametrize("minutes", [0, 29])
def test_who_is_missing_is_called_once(minutes: int) -> None:
    at = DUE + timedelta(minutes=minutes)
    decision = decided(HALF, LOOK, known(minutes), at)
    values = {"environment": "production", "closes": CLOSES.isoformat()}
    [call] = of_kind(decision.effects, Call)
    assert call == Call(1, "closes_soon", values, ("ops",), (), HALF.step.attempt)
    again = decided(after(decision), LOOK, known(minutes), at)
    assert of_kind(again.effects, Call) == []
    ask = ask_of(call)
    assert ask is not None
    assert wanted_teams(ask, after(decision), known(minutes), at) == ("ops",)


def test_the_next_day_they_are_called_again() -> None:
    told = after(decided(HALF, LOOK, known(), DUE))
    tomorrow = 24 * 60
    at = DUE + timedelta(minutes=tomorrow)
    assert [each.code for each in of_kind(decided(told, LOOK, known(tomorrow), at).effects, Call)] == [
        "closes_soon"
    ]


@pytest.mark.parametrize("minutes", [-1, 30, 60])
def test_nobody_is_called_earlier_or_once_it_is_closed(minutes: int) -> None:
    decision = decided(HALF, LOOK, known(minutes), DUE + timedelta(minutes=minutes))
    assert of_kind(decision.effects, Call) == []


def test_nobody_is_called_who_has_signed_or_is_not_wanted() -> None:
    done = in_production(sign_offs=BOTH, called=("testers", "ops"), requested=False)
    assert of_kind(decided(done, LOOK, known(), DUE).effects, Call) == []
    assert of_kind(decided(release(waiting("staging")), LOOK, known(), DUE).effects, Call) == []


def test_nobody_is_called_for_an_emergency_which_passes_windows() -> None:
    decision = decided(emergency(), reports.Reevaluated(6), known(), DUE)
    assert of_kind(decision.effects, Call) == []
