from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.effects import Call, DirectMessage, PostToThread, ShowCard, Trigger
from handlers.hold import Hold
from handlers.limits import next_wake
from handlers.release import Release
from handlers.reports import NewerRequested, NewerSucceeded, Reevaluated
from handlers.sign_offs import SignOff
from handlers.step import StepState
from tests.handlers.builders import (
    BOTH,
    NOW,
    TIM,
    UNGROUPED,
    after,
    build,
    decided,
    draft,
    environment_state,
    facts,
    facts_at,
    hold,
    in_production,
    later,
    lock,
    membership,
    of_kind,
    plan,
    release,
    staging,
    waiting,
)

LOOK = Reevaluated(1)
CARD = ShowCard(1)
OVER = PostToThread(1, "hold_over", {"by": TIM, "reason": "legal looks"})
CALLED = Call(1, "open_after_hold", {"environment": "production"}, ("developers", "ops"), (), 1)


def held(until: timedelta | None = None, **fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return a release that is held before production, which is requested and signed."""
    ends = NOW + until if until is not None else None
    step = {"requested": True, "sign_offs": BOTH, **fields}
    return replace(in_production(**step), hold=hold(until=ends))


def test_a_hold_alone_revokes_the_request_of_a_protected_step() -> None:
    step = after(decided(held(), LOOK)).step
    assert (step.requested, step.unrequested_by, step.state) == (False, "hold", StepState.WAITING)


def test_beside_a_lock_the_lock_did_it() -> None:
    locked = facts(environment_state("production", locks=(lock(),)))
    assert after(decided(held(), LOOK, locked)).step.unrequested_by == "lock"


def test_an_unprotected_step_stays_requested_and_leaves_the_queue() -> None:
    queued = waiting("staging", queued_since=NOW)
    known = release(queued, plan=plan(staging(), in_production().plan.environments[1]), hold=hold())
    step = after(decided(known, LOOK)).step
    assert (step.requested, step.queued_since, step.state) == (True, None, StepState.WAITING)


def test_a_hold_that_ends_by_its_time_starts_nothing_protected_and_is_told() -> None:
    waits = after(decided(held(timedelta(hours=1)), LOOK))
    decision = decided(waits, LOOK, now=later(hours=1))
    step = after(decision).step
    assert (after(decision).hold, step.state, step.requested) == (None, StepState.WAITING, False)
    assert step.unrequested_by == "hold_over"
    assert decision.effects == (OVER, CALLED, CARD)


def test_it_starts_nothing_if_all_else_opened_at_that_very_moment() -> None:
    """A request that was not revoked before, as another gate was closed, is revoked when the hold ends."""
    decision = decided(held(timedelta(hours=1)), LOOK, now=later(hours=2))
    assert after(decision).step.state is StepState.WAITING
    assert not of_kind(decision.effects, Trigger)
    assert CALLED in decision.effects


@pytest.mark.parametrize("sign_offs", [(), BOTH[:1]])
def test_what_waits_for_more_stays_requested(sign_offs: tuple[SignOff, ...]) -> None:
    decision = decided(held(timedelta(hours=1), sign_offs=sign_offs), LOOK, now=later(hours=1))
    assert after(decision).step.requested
    assert decision.effects == (OVER, CARD)


def test_an_unprotected_step_starts_when_the_hold_ends() -> None:
    known = release(hold=hold(until=later(hours=1)))
    decision = decided(known, LOOK, now=later(hours=1))
    assert after(decision).step.state is StepState.GRANTED
    assert OVER in decision.effects


def test_an_end_under_a_lock_calls_nobody_yet() -> None:
    waits = replace(held(requested=False, unrequested_by="hold"), hold=hold(until=later(hours=1)))
    locked = facts_at(later(hours=1), environment_state("production", locks=(lock(),)))
    ended = decided(waits, LOOK, locked, now=later(hours=1))
    assert ended.effects == (OVER, CARD)
    opened = decided(after(ended), LOOK, now=later(hours=2))
    assert [each.code for each in of_kind(opened.effects, Call)] == ["open_again"]


def reminder(until: str = "") -> DirectMessage:
    values = {
        "release": "r1",
        "version": "2.1.0",
        "environment": "production",
        "reason": "legal looks",
        "at": NOW.isoformat(),
        "until": until,
    }
    return DirectMessage("website", TIM, "still_held", values)


@pytest.mark.parametrize(
    ("held_by", "at", "told"),
    [
        (hold(), later(hours=23, minutes=59), False),
        (hold(), later(hours=24), True),
        (hold(), later(days=9), True),
        (hold(reminded_at=later(days=9)), later(days=9, hours=23), False),
        (hold(reminded_at=later(days=9)), later(days=10), True),
    ],
)
def test_the_holder_is_reminded_once_a_day_and_once_if_that_is_late(
    held_by: Hold, at: datetime, told: bool
) -> None:
    known = replace(held(requested=False, unrequested_by="hold"), hold=held_by)
    decision = decided(known, LOOK, now=at)
    assert of_kind(decision.effects, DirectMessage) == ([reminder()] if told else [])
    found = after(decision).hold
    assert found is not None
    assert found.reminded_at == (at if told else held_by.reminded_at)
    again = decided(after(decision), LOOK, now=at)
    assert not of_kind(again.effects, DirectMessage)


def test_a_reminder_says_when_it_ends() -> None:
    ends = later(days=3)
    known = replace(held(requested=False), hold=hold(until=ends))
    assert of_kind(decided(known, LOOK, now=later(days=1)).effects, DirectMessage) == [
        reminder(ends.isoformat())
    ]


def test_it_is_looked_at_when_it_ends_or_its_holder_is_reminded() -> None:
    known = held(requested=False, sign_offs=())
    alone = facts(membership=membership(teams=UNGROUPED))
    assert next_wake(draft(known, alone)) == later(hours=24)
    ends = replace(known, hold=hold(until=later(hours=3)))
    assert next_wake(draft(ends, alone)) == later(hours=3)


def test_a_newer_build_that_is_requested_does_not_end_a_held_release() -> None:
    newer = facts(newer=build(2))
    event = NewerRequested(1, "staging", 9)
    free = in_production(requested=False)
    assert decided(free, event, newer).reply.code == "superseded"
    assert decided(replace(free, hold=hold()), event, newer).reply.code == "nothing_new"


def test_a_newer_build_that_succeeded_does() -> None:
    event = NewerSucceeded(1, "production", 9)
    decision = decided(held(requested=False), event, facts(newer=build(2)))
    assert decision.reply.code == "superseded"
    assert after(decision).ended
