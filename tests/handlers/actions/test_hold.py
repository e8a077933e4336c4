from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.actions import hold as action
from handlers.actions.action import ReasonForm
from handlers.actions.hold import Held
from handlers.effects import Call, PostToThread, ShowCard
from handlers.events import Precondition
from handlers.gates import REVOKING
from handlers.outcome import Refusal, Reply
from handlers.people import AccountStatus
from handlers.release import Release
from handlers.requests import UsageError
from handlers.rights import current_precondition
from handlers.step import StepState
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    GUEST,
    MARA,
    NOW,
    OLGA,
    OLGA_TOO,
    STRANGER,
    TIM,
    TOM,
    after,
    decided,
    facts,
    failed,
    granted,
    hold,
    in_production,
    later,
    membership,
    of_kind,
    on_test,
    plan,
    production_step,
    refused,
    release,
    rollback,
    run,
    succeeded,
    under_way,
)

CARD = ShowCard(1)
HERE = {"release": "r1", "environment": "production", "until": ""}


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("hold r42 legal looks", Held(42, ANDY, "legal looks")),
        ("hold r42", Held(42, ANDY, "")),
        ("hold r42 for 2h legal looks", Held(42, ANDY, "legal looks", later(hours=2))),
        (
            "hold r42 until thu 09:00 legal looks",
            Held(42, ANDY, "legal looks", datetime(2026, 3, 5, 9, tzinfo=UTC)),
        ),
        ("hold r42 until 18:00", Held(42, ANDY, "", datetime(2026, 3, 2, 18, tzinfo=UTC))),
        ('hold r42 "no start before friday"', Held(42, ANDY, "no start before friday")),
    ],
)
def test_hold(line: str, requested: Held) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("hold", UsageError("release_needed", "", ("hold",))),
        ("hold production", UsageError("release_needed", "production", ("hold",))),
        ("hold until monday", UsageError("release_needed", "until", ("hold",))),
        ("hold soon until monday", UsageError("release_needed", "soon", ("hold",))),
        ("hold r42 r43 legal", UsageError("one_release", "r43", ("hold",))),
        ("hold r42 until legal agrees", UsageError("hold_unreadable", "until legal agrees")),
        ("hold r42 until 08:00 legal", UsageError("hold_past", "until 08:00")),
        ("hold r42 legal by friday", UsageError("hold_time_or_reason", "by friday")),
        (
            "hold r42 legal looks 2h",
            UsageError("hold_time_or_reason", "2h", meant=("hold r42 2h legal looks",)),
        ),
    ],
)
def test_what_cannot_be_read(line: str, wrong: UsageError) -> None:
    assert read(line) == wrong


def test_a_release_is_held_and_its_sign_offs_stay() -> None:
    known = in_production(sign_offs=BOTH, testing=(on_test(TOM),))
    event = Held(1, AMITA, "legal looks", precondition=current_precondition(known))
    decision = decided(known, event)
    assert after(decision).hold == hold(AMITA)
    assert after(decision).step.sign_offs == BOTH
    assert decision.reply == Reply("held", HERE)
    said = PostToThread(
        1, "held", {"by": AMITA, "reason": "legal looks", "until": ""}, users=(ANDY, TOM, TIM)
    )
    assert decision.effects == (said, CARD)


def test_a_step_that_was_granted_is_called_back_and_has_to_be_asked_for_again() -> None:
    known = production_step(granted("production", sign_offs=BOTH))
    decision = decided(known, Held(1, MARA, "legal looks", later(hours=1)))
    step = after(decision).step
    assert (step.state, step.attempt, step.requested, step.unrequested_by) == (
        StepState.WAITING,
        2,
        False,
        "held",
    )
    assert (step.intent, step.sign_offs, step.holding) == (None, BOTH, False)
    assert decision.reply.values == {**HERE, "until": later(hours=1).isoformat(), "called_back": "yes"}
    assert not of_kind(decision.effects, Call)


def test_what_called_it_back_is_no_gate_that_revokes() -> None:
    """A hold that is lifted requests again what it revoked, and nothing that it called back."""
    assert "held" not in REVOKING


@pytest.mark.parametrize("user", [AMITA, TOM, TIM, ANDY, MARA])
def test_members_of_gate_teams_starters_and_operators_may(user: str) -> None:
    assert decided(release(), Held(1, user, "legal looks")).reply.code == "held"


@pytest.mark.parametrize(
    ("user", "code"), [(STRANGER, "not_in_team"), (GUEST, "not_full_member"), ("U0NEVER", "not_in_team")]
)
def test_nobody_else_may(user: str, code: str) -> None:
    known = refused(release(), Held(1, user, "legal looks"), facts(membership=membership(group=frozenset())))
    assert known.code == code
    assert known.who == ("testers", "ops", "developers")


@pytest.mark.parametrize(
    ("user", "code"),
    [(STRANGER, ""), (GUEST, "not_full_member"), ("U0NEVER", "standing_unknown")],
)
def test_everyone_may_where_the_policy_says_so(user: str, code: str) -> None:
    known = release(plan=plan(may_hold="everyone"))
    if not code:
        assert decided(known, Held(1, user, "legal looks")).reply.code == "held"
    else:
        assert refused(known, Held(1, user, "legal looks")) == Refusal(code, {"action": "hold"})


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (rollback(), "rollback_not_held"),
        (production_step(failed("production")), "nothing_to_hold"),
        (production_step(succeeded("production")), "nothing_to_hold"),
    ],
)
def test_what_is_not_held(known: Release, code: str) -> None:
    event = Held(known.number, TIM, "legal looks")
    assert refused(known, event).code == code


@pytest.mark.parametrize(
    "state", [StepState.SENT, StepState.RUNNING, StepState.CANCELLING, StepState.UNKNOWN]
)
def test_what_is_sent_is_too_late_to_hold(state: StepState) -> None:
    known = production_step(under_way(state, "production", run=run()))
    shown = current_precondition(known)
    values = {
        "release": "r1",
        "environment": "production",
        "state": state.value,
        "attempt": "1",
        "fingerprint": shown.fingerprint,
    }
    assert refused(known, Held(1, AMITA, "legal looks")) == Refusal("too_late_to_hold", values)


def test_an_old_card_holds_nothing() -> None:
    shown = Precondition("staging", 1, "old")
    assert refused(in_production(), Held(1, TIM, "legal looks", precondition=shown)).code == "old_card"


def test_a_reason_is_needed() -> None:
    assert refused(release(), Held(1, TIM, "")) == Refusal("reason_needed", {"action": "hold"})


@pytest.mark.parametrize(("holder", "user"), [(AMITA, AMITA), (OLGA, OLGA_TOO), (MARA, TIM)])
def test_the_holder_and_operators_change_it(holder: str, user: str) -> None:
    known = replace(in_production(), hold=hold(holder, reminded_at=NOW))
    decision = decided(known, Held(1, user, "longer", later(hours=9)))
    assert after(decision).hold == hold(user, reason="longer", until=later(hours=9))
    assert decision.reply.code == "hold_changed"


def test_nobody_else_changes_it() -> None:
    known = replace(in_production(), hold=hold(AMITA))
    values = {"release": "r1", "by": AMITA, "reason": "legal looks"}
    assert refused(known, Held(1, MARA, "longer")) == Refusal("held_by_another", values, (AMITA, "ops"))


def test_who_is_no_full_member_any_more_changes_nothing() -> None:
    known = replace(in_production(), hold=hold(AMITA))
    guests = facts(membership=membership(account_status={AMITA: AccountStatus.GUEST}))
    assert refused(known, Held(1, AMITA, "longer"), guests).code == "not_full_member"


def test_a_click_opens_a_form_for_the_reason() -> None:
    event = Held(1, TIM, "")
    assert action.may_need_form(event, plan())
    assert not action.may_need_form(Held(1, TIM, "why"), plan())
    assert not action.may_need_form(Held(1, TIM, "", NOW), plan())
    assert action.form(event, release(), facts(), NOW) == ReasonForm(Held(1, TIM, "?"), "hold r1")
