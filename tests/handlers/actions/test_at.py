"""A planned start is cancelled by whoever could plan it."""

from dataclasses import replace

import pytest

from handlers.actions import at, read_command
from handlers.actions.at import PlannedStartCancelled
from handlers.effects import PostToThread
from handlers.outcome import Refusal, Reply
from handlers.requests import UsageError
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    NOW,
    TIM,
    after,
    decided,
    in_production,
    later,
    of_kind,
    refused,
)
from tests.handlers.typed import HERE

PLANNED = in_production(sign_offs=BOTH, starts_at=later(hours=2))


@pytest.mark.parametrize("actor", [ANDY, TIM])
def test_it_has_to_be_asked_for_again(actor: str) -> None:
    decision = decided(PLANNED, PlannedStartCancelled(1, actor))
    values = {"release": "r1", "environment": "production"}
    step = after(decision).step
    assert decision.reply == Reply("planned_start_cancelled", values)
    assert (step.requested, step.starts_at, step.unrequested_by) == (False, None, "planned_start_cancelled")
    [posted] = of_kind(decision.effects, PostToThread)
    assert (posted.code, posted.values) == (
        "planned_start_cancelled",
        {"by": actor, "environment": "production"},
    )


def test_who_may_not_start_may_not_cancel() -> None:
    assert refused(PLANNED, PlannedStartCancelled(1, AMITA)) == Refusal(
        "not_in_team", {"action": "at"}, ("developers", "ops")
    )


@pytest.mark.parametrize("at_time", [None, NOW])
def test_where_nothing_is_planned_nothing_is_cancelled(at_time: object) -> None:
    known = in_production(sign_offs=BOTH[:1], starts_at=at_time)
    assert refused(known, PlannedStartCancelled(1, ANDY)) == Refusal("nothing_planned", {"release": "r1"})


def test_the_words() -> None:
    assert read_command("at cancel r4", HERE) == PlannedStartCancelled(4, TIM)
    wrong = at.parse((), replace(HERE))
    assert wrong == UsageError("at_alone", "at")
