from dataclasses import replace

import pytest

from handlers.actions.offer import Offered
from handlers.calls import Ask, Conclusion, ask_of, conclusion, wanted_teams
from handlers.effects import Call
from handlers.events import Precondition
from handlers.outcome import Reply
from handlers.release import Release
from handlers.requests import UsageError
from handlers.rights import current_precondition
from handlers.step import StepState
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    NOW,
    STRANGER,
    TIM,
    after,
    decided,
    facts,
    granted,
    in_production,
    production_step,
    refused,
    release,
    rollback,
    run,
    under_way,
    waiting,
)

HERE = {"release": "r1", "environment": "production", "state": "waiting"}
CALL = Call(1, "stand_wanted", {"by": ANDY, "environment": "production"}, ("developers", "ops"), (), 1)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("offer r42", Offered(42, ANDY)),
        ("offer", UsageError("release_needed", "", ("offer",))),
        ("offer r42 to Tim", UsageError("other_text", "to Tim", meant=("offer r42",))),
    ],
)
def test_offer(line: str, requested: Offered | UsageError) -> None:
    assert read(line) == requested


def test_starters_are_called_to_stand_for_it() -> None:
    known = in_production()
    decision = decided(known, Offered(1, ANDY, precondition=current_precondition(known)))
    assert decision.reply == Reply("offered", HERE)
    assert decision.effects == (CALL,)
    again = decided(after(decision), Offered(1, TIM))
    assert (again.reply.code, again.effects) == ("offered_already", ())


@pytest.mark.parametrize(
    ("known", "user", "code"),
    [
        (in_production(), AMITA, "not_in_team"),
        (rollback(), TIM, "nothing_to_offer"),
        (production_step(granted("production")), ANDY, "nothing_to_offer"),
    ],
)
def test_what_is_not_offered(known: Release, user: str, code: str) -> None:
    assert refused(known, Offered(known.number, user)).code == code


def test_who_stands_for_it_may_offer_it_in_no_team() -> None:
    known = release(waiting("staging"), requesters=(STRANGER,))
    assert decided(known, Offered(1, STRANGER)).reply.code == "offered"


def test_an_old_card_offers_nothing() -> None:
    shown = Precondition("staging", 1, "old")
    assert refused(in_production(), Offered(1, ANDY, precondition=shown)).code == "old_card"


ASK = Ask("stand_wanted", "production", 1, ("developers", "ops"))


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        (in_production(offered=1), True),
        (in_production(offered=0), False),
        (in_production(offered=1, attempt=2), False),
        (production_step(under_way(StepState.RUNNING, "production", run=run(), offered=1)), False),
    ],
)
def test_until_when_somebody_is_wanted(known: Release, wanted: bool) -> None:
    assert ask_of(CALL) == ASK
    assert wanted_teams(ASK, known, facts(), NOW) == (ASK.teams if wanted else ())


@pytest.mark.parametrize(
    ("known", "ended"),
    [
        (replace(in_production(), takes=(TIM,), requesters=(TIM,)), Conclusion("taken", {"by": TIM})),
        (replace(in_production(offered=1), takes=(TIM,)), Conclusion("waits")),
        (in_production(), Conclusion("waits")),
    ],
)
def test_how_the_call_ended(known: Release, ended: Conclusion) -> None:
    assert conclusion(ASK, known) == ended
