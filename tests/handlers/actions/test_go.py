from dataclasses import replace
from typing import Any

import pytest

from handlers.actions.go import HoldLifted
from handlers.actions.hold import Held
from handlers.effects import Call, PostToThread, ShowCard, Trigger
from handlers.outcome import Refusal, Reply
from handlers.people import AccountStatus
from handlers.release import Release
from handlers.reports import Reevaluated
from handlers.requests import UsageError
from handlers.rights import current_precondition
from handlers.step import StepState
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    MARA,
    OLGA,
    OLGA_TOO,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    hold,
    in_production,
    lock,
    membership,
    of_kind,
    refused,
    release,
)

CARD = ShowCard(1)
HERE = {"release": "r1", "environment": "production", "state": "waiting"}
LET_GO = HoldLifted(1, AMITA, "fine")


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("go r42", HoldLifted(42, ANDY)),
        ("go r42 legal agrees", HoldLifted(42, ANDY, "legal agrees")),
    ],
)
def test_go(line: str, requested: HoldLifted) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("go", UsageError("release_needed", "", ("go",))),
        ("go staging", UsageError("other_word", "go", meant=("staging",))),
        ("go ahead r42", UsageError("other_word", "go ahead", meant=("approve r42",))),
        ("r42 go", UsageError("other_word", "go", meant=("go r42",))),
        ("go r42 when tests are green", UsageError("a_condition", "when tests are green", meant=("go r42",))),
    ],
)
def test_what_else_is_meant(line: str, wrong: UsageError) -> None:
    assert read(line) == wrong


def held(**fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return a release that Amita holds before production, its request revoked by that alone."""
    step = {"requested": False, "requested_by": ANDY, "unrequested_by": "hold", "sign_offs": BOTH, **fields}
    return replace(in_production(**step), hold=hold(AMITA))


def test_what_the_hold_alone_had_revoked_starts() -> None:
    known = held()
    decision = decided(known, replace(LET_GO, precondition=current_precondition(known)))
    step = after(decision).step
    assert (after(decision).hold, step.state, step.requested_by) == (None, StepState.GRANTED, ANDY)
    assert decision.reply == Reply("hold_lifted", {**HERE, "again": "yes"})
    assert PostToThread(1, "hold_lifted", {"by": AMITA, "note": "fine"}) in decision.effects
    assert of_kind(decision.effects, Trigger)


def test_what_was_called_back_has_to_be_asked_for() -> None:
    decision = decided(held(unrequested_by="held"), LET_GO)
    assert (after(decision).step.state, after(decision).step.requested) == (StepState.WAITING, False)
    assert decision.reply == Reply("hold_lifted", HERE)
    assert not of_kind(decision.effects, Call)


def test_a_lock_that_stands_revokes_it_again() -> None:
    locked = facts(environment_state("production", locks=(lock(),)))
    decision = decided(held(), LET_GO, locked)
    assert (after(decision).step.requested, after(decision).step.unrequested_by) == (False, "lock")


def test_starters_are_called_where_a_lock_had_revoked_it_and_is_gone() -> None:
    decision = decided(held(unrequested_by="lock"), LET_GO)
    assert [each.code for each in of_kind(decision.effects, Call)] == ["open_after_hold"]
    assert after(decision).step.unrequested_by == "hold_over"


def test_what_was_never_asked_for_starts_nothing() -> None:
    decision = decided(held(unrequested_by="", requested_by=""), LET_GO)
    assert after(decision).step.state is StepState.WAITING
    assert decision.effects == (PostToThread(1, "hold_lifted", {"by": AMITA, "note": "fine"}), CARD)


def test_what_waits_for_sign_offs_goes_on_waiting() -> None:
    decision = decided(held(requested=True, unrequested_by="", sign_offs=()), LET_GO)
    assert (after(decision).step.state, after(decision).step.requested) == (StepState.WAITING, True)


@pytest.mark.parametrize(("holder", "user", "told"), [(OLGA, OLGA_TOO, ()), (MARA, TIM, (MARA,))])
def test_the_holder_and_operators_let_it_go_on(holder: str, user: str, told: tuple[str, ...]) -> None:
    known = replace(held(), hold=hold(holder))
    decision = decided(known, HoldLifted(1, user))
    assert after(decision).hold is None
    [said] = [each for each in of_kind(decision.effects, PostToThread) if each.code == "hold_lifted"]
    assert said.users == told


def test_nobody_else_does() -> None:
    values = {"release": "r1", "by": AMITA, "reason": "legal looks"}
    assert refused(held(), HoldLifted(1, MARA)) == Refusal("held_by_another", values, (AMITA, "ops"))


def test_nor_does_who_is_no_full_member_any_more() -> None:
    guests = facts(membership=membership(account_status={AMITA: AccountStatus.GUEST}))
    assert refused(held(), LET_GO, guests) == Refusal("not_full_member", {"action": "go"}, ("ops",))


def test_what_is_not_held_says_so() -> None:
    values = {"release": "r1", "environment": "staging", "state": "waiting"}
    assert refused(release(), HoldLifted(1, TIM)) == Refusal("not_held", values)


def test_an_old_card_lets_nothing_go() -> None:
    known = held(attempt=2)
    shown = current_precondition(held())
    assert refused(known, replace(LET_GO, precondition=shown)).code == "old_card"


def test_a_whole_hold() -> None:
    """Asked for, signed, held, let go: it starts; in the name of whoever had asked."""
    known = in_production(requested=True, requested_by=MARA, sign_offs=BOTH)
    waits = after(decided(known, Held(1, AMITA, "legal looks")))
    assert waits.step.unrequested_by == "hold"
    assert after(decided(waits, Reevaluated(1))).step == waits.step
    started = after(decided(waits, LET_GO))
    assert (started.step.state, started.step.requested_by) == (StepState.GRANTED, MARA)
