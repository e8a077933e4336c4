from dataclasses import replace

import pytest

from handlers import events
from handlers.actions import testing
from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.reject import Rejected
from handlers.actions.retry import RetryRequested
from handlers.actions.settle import Settled
from handlers.outcome import Refusal
from handlers.people import SHIPROOM
from handlers.rights import current_precondition, first_refusal, refuse_unless
from tests.handlers.builders import (
    AMITA,
    ANDY,
    TIM,
    decided,
    draft,
    environment_state,
    facts,
    in_production,
    membership,
    refused,
    release,
)

NO = Refusal("not_in_team", {"action": "merge"}, ("ops",))


@pytest.mark.parametrize(("actor", "refusal"), [(TIM, None), (SHIPROOM, NO), (AMITA, NO)])
def test_an_action_needs_a_team(actor: str, refusal: Refusal | None) -> None:
    assert refuse_unless(draft(), actor, ("ops",), "merge") == refusal


def test_unknown_is_no() -> None:
    work = draft(release(), facts(membership=membership(unknown=(TIM,))))
    assert refuse_unless(work, TIM, ("ops",), "merge") == Refusal(
        "standing_unknown", {"action": "merge"}, ("ops",)
    )
    work = draft(release(), facts(membership=membership(group=None)))
    assert refuse_unless(work, ANDY, ("ops",), "merge") == Refusal(
        "standing_unknown", {"action": "merge"}, ("ops",)
    )


def test_the_first_refusal_counts() -> None:
    other = Refusal("other")
    assert first_refusal(None, NO, other) is NO
    assert first_refusal(None, None) is None


# A click on an old card.


HELD = facts(environment_state(holder=1))


OLD = events.Precondition("production", 1, "another")


def test_a_card_is_bound_to_environment_attempt_and_build() -> None:
    known = in_production(attempt=3)
    precondition = current_precondition(known)
    assert precondition == events.Precondition("production", 3, known.fingerprint())
    good = decided(known, events.StepRequested(1, ANDY, "production", precondition=precondition), HELD)
    assert good.reply.code == "asked"
    for other in (
        replace(precondition, environment="staging"),
        replace(precondition, attempt=2),
        replace(precondition, fingerprint="another"),
    ):
        assert (
            refused(known, events.StepRequested(1, ANDY, "production", precondition=other)).code == "old_card"
        )


@pytest.mark.parametrize(
    "event",
    [
        testing.TestingStarted(1, AMITA, precondition=OLD),
        SignedOff(1, AMITA, precondition=OLD),
        Rejected(1, AMITA, "bad", precondition=OLD),
        CancelRequested(1, TIM, precondition=OLD),
        RetryRequested(1, TIM, precondition=OLD),
        Settled(1, TIM, deployed=True, precondition=OLD),
    ],
)
def test_an_old_card_does_nothing(event: events.ReleaseEvent) -> None:
    values = {"release": "r1", "now": "production", "state": "waiting"}
    assert refused(in_production(), event) == Refusal("old_card", values)
