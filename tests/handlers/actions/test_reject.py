from dataclasses import replace

import pytest

from handlers.actions import reject
from handlers.actions.action import ReasonForm
from handlers.actions.reject import Rejected
from handlers.effects import PostToThread, ShowCard
from handlers.outcome import Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.requests import UsageError
from handlers.rights import current_precondition
from handlers.sign_offs import SignOff
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    ANNOUNCED,
    NOW,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    granted,
    in_production,
    plan,
    production,
    production_step,
    refused,
    release,
    rollback,
    signed,
    staging,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("reject r42 log in is broken", Rejected(42, ANDY, "log in is broken")),
        ("reject r42", Rejected(42, ANDY, "")),
    ],
)
def test_reject(line: str, requested: Rejected) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("reject", ""), ("reject staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("reject",))


HELD = facts(environment_state(holder=1))


WHERE = {"release": "r1", "environment": "production", "state": "waiting"}


GRANTED = {"release": "r1", "environment": "production", "state": "granted"}


def test_a_rejection_ends_the_release() -> None:
    known = in_production(sign_offs=(signed("testers", AMITA),))
    decision = decided(known, Rejected(1, AMITA, "broken", precondition=current_precondition(known)), HELD)
    done = after(decision)
    assert done.ending == Ending(ReleaseState.REJECTED, AMITA, NOW, "broken")
    no = SignOff("testers", AMITA, NOW, "broken", "no")
    assert done.steps[1].sign_offs == (signed("testers", AMITA), no)
    assert decision.reply == Reply("rejected", {"release": "r1"})
    said = PostToThread(1, "rejected", {"by": AMITA, "reason": "broken"}, broadcast=True, users=(ANDY,))
    assert decision.effects == (said, ShowCard(1), ANNOUNCED)
    assert decision.environments == {"staging": environment_state()}


def test_a_rejection_is_for_the_team_of_its_user() -> None:
    done = after(decided(in_production(), Rejected(1, TIM, "no"), HELD))
    assert done.steps[1].sign_offs[0].team == "ops"


UNSIGNED = plan(staging(), production(gates=(), signed=False))


def test_an_operator_rejects_where_nobody_signs() -> None:
    known = replace(in_production(), plan=UNSIGNED)
    done = after(decided(known, Rejected(1, TIM, "broken"), HELD))
    assert done.ending == Ending(ReleaseState.REJECTED, TIM, NOW, "broken")
    assert done.steps[1].sign_offs == (SignOff("ops", TIM, NOW, "broken", "no"),)


@pytest.mark.parametrize(
    ("known", "actor", "code"),
    [
        (in_production(), AMITA, "not_in_team"),
        (production_step(granted("production")), TIM, "not_waiting"),
        (release(), TIM, "no_sign_off_needed"),
        (rollback(), TIM, "no_sign_off_needed"),
    ],
    ids=["not an operator", "granted", "not protected", "a rollback"],
)
def test_nobody_else_rejects_there(known: Release, actor: str, code: str) -> None:
    of = replace(known, plan=UNSIGNED)
    assert refused(of, Rejected(of.number, actor, "broken"), HELD).code == code


def test_the_requester_may_reject() -> None:
    known = replace(in_production(), requesters=(TIM,))
    assert decided(known, Rejected(1, TIM, "oh no"), HELD).reply.code == "rejected"


@pytest.mark.parametrize(
    ("known", "event", "refusal"),
    [
        (in_production(), Rejected(1, AMITA, ""), Refusal("reason_needed", {"action": "reject"})),
        (
            in_production(),
            Rejected(1, ANDY, "no"),
            Refusal("not_in_team", {"action": "reject"}, ("testers", "ops")),
        ),
        (
            production_step(granted("production")),
            Rejected(1, AMITA, "no"),
            Refusal("not_waiting", GRANTED),
        ),
        (
            release(),
            Rejected(1, AMITA, "no"),
            Refusal("no_sign_off_needed", {**WHERE, "environment": "staging"}),
        ),
    ],
)
def test_a_rejection_is_refused(known: Release, event: Rejected, refusal: Refusal) -> None:
    assert refused(known, event) == refusal


@pytest.mark.parametrize(("reason", "may"), [("", True), ("broken", False)])
def test_a_missing_reason_needs_a_form(reason: str, may: bool) -> None:
    assert reject.may_need_form(Rejected(1, AMITA, reason), plan()) is may


def test_the_form_asks_for_the_reason() -> None:
    expected = ReasonForm(Rejected(1, AMITA, "?"), "reject r1")
    assert reject.form(Rejected(1, AMITA, ""), in_production(), HELD, NOW) == expected
