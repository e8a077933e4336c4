from dataclasses import replace
from typing import Any

import pytest

from handlers.actions.approve import SignedOff
from handlers.actions.offer import Offered
from handlers.actions.retry import RetryRequested
from handlers.actions.take import Taken
from handlers.effects import Call, PostToThread
from handlers.events import Precondition
from handlers.outcome import Refusal, Reply
from handlers.release import Release
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
    facts,
    failed,
    granted,
    in_production,
    of_kind,
    plan,
    production,
    production_step,
    refused,
    release,
    rollback,
    rule,
    run,
    signed,
    succeeded,
    under_way,
    waiting,
    written_by,
)


@pytest.mark.parametrize(
    ("line", "requested"), [("take r42", Taken(42, ANDY)), ("take r42 please", Taken(42, ANDY))]
)
def test_take(line: str, requested: Taken) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("take", UsageError("release_needed", "", ("take",))),
        ("take back r42", UsageError("other_word", "take back", meant=("withdraw r42",))),
        ("take over r42", UsageError("other_word", "take over", meant=("take r42",))),
    ],
)
def test_what_cannot_be_read(line: str, wrong: UsageError) -> None:
    assert read(line) == wrong


def by_tim(**fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return a release before production that Tim started, and that ops cannot sign therefore."""
    return replace(in_production(**fields), requesters=(TIM,))


def test_a_starter_takes_it_so_that_whoever_started_it_may_sign() -> None:
    known = by_tim()
    assert refused(known, SignedOff(1, TIM)).code == "requester_may_not_sign"
    decision = decided(known, Taken(1, ANDY, precondition=current_precondition(known)))
    taken = after(decision)
    assert (taken.requesters, taken.takes, taken.bars) == ((ANDY,), (ANDY,), ())
    assert decision.reply == Reply("taken", {"release": "r1", "void": ""})
    assert PostToThread(1, "taken", {"by": ANDY}, users=(TIM,)) in decision.effects
    assert decided(taken, SignedOff(1, TIM)).reply.code == "signed"


def test_the_team_of_whoever_stood_for_it_is_called_once_more() -> None:
    [call] = of_kind(decided(by_tim(), Taken(1, ANDY)).effects, Call)
    assert (call.code, call.teams) == ("sign_offs_wanted", ("ops",))


def test_the_takers_own_sign_offs_are_void_spent_ones_too() -> None:
    own, other = signed("ops", OLGA_TOO), signed("testers", AMITA)
    before = succeeded(sign_offs=(signed("testers", OLGA, spent=True),))
    known = release(before, waiting("production", sign_offs=(own, other)), requesters=(MARA,))
    decision = decided(known, Taken(1, OLGA_TOO))
    taken = after(decision)
    assert taken.steps[0].sign_offs == (signed("testers", OLGA, spent=True, void=True),)
    assert taken.step.sign_offs == (replace(own, void=True), other)
    assert (taken.step.unspent, own.counts, taken.step.sign_offs[0].counts) == ((other,), True, False)
    assert decision.reply.values["void"] == "yes"
    assert [each.teams for each in of_kind(decision.effects, Call)] == [("ops",)]


def test_what_is_void_is_not_armed_once_more() -> None:
    spent = (signed("testers", AMITA, spent=True), signed("ops", TIM, spent=True))
    known = production_step(failed("production", sign_offs=spent))
    taken = after(decided(known, Taken(1, TIM)))
    retried = after(decided(taken, RetryRequested(1, OLGA_TOO)))
    assert [(each.user, each.spent) for each in retried.step.unspent] == [(AMITA, False)]
    assert retried.step.state is StepState.WAITING


def test_nobody_works_on_what_has_only_void_sign_offs() -> None:
    assert not in_production(sign_offs=(signed("ops", TIM, void=True),)).worked_on


def test_who_takes_it_twice_never_signs() -> None:
    known = after(decided(by_tim(), Taken(1, ANDY)))
    back = after(decided(known, Taken(1, TIM)))
    assert back.takes == (ANDY, TIM)
    again = after(decided(back, Taken(1, ANDY)))
    last = after(decision := decided(again, Taken(1, TIM)))
    assert decision.reply.values["twice"] == "yes"
    third = after(decided(last, Taken(1, ANDY)))
    assert refused(third, SignedOff(1, TIM)).code == "took_twice_may_not_sign"


def test_not_even_where_the_requester_may_sign() -> None:
    policy = plan(production(gates=(rule("ops", requester_may_sign=True),)))
    known = release(waiting("production"), plan=policy, requesters=(TIM,), takes=(OLGA_TOO, OLGA, TIM))
    assert refused(known, SignedOff(1, OLGA_TOO)).code == "took_twice_may_not_sign"
    assert decided(known, SignedOff(1, TIM)).reply.code == "signed"


def test_authors_of_an_automatic_start_stay_barred() -> None:
    known = replace(in_production(), requesters=(TIM,), automatic=True)
    written = facts(authorship=written_by("somebody"))
    decision = decided(known, Taken(1, ANDY), written)
    taken = after(decision)
    assert (taken.bars, taken.automatic, taken.requesters) == ((TIM,), True, (ANDY,))
    assert [each.users for each in of_kind(decision.effects, PostToThread) if each.code == "taken"] == [()]
    assert refused(taken, SignedOff(1, TIM), written).code == "requester_may_not_sign"
    once_more = after(decided(taken, Taken(1, MARA), written))
    assert once_more.bars == (TIM,)


def test_who_is_its_author_may_take_what_started_by_itself() -> None:
    known = replace(in_production(), requesters=(ANDY,), automatic=True)
    taken = after(decided(known, Taken(1, ANDY)))
    assert taken.takes == (ANDY,)
    assert refused(taken, Taken(1, ANDY)).code == "stands_already"


@pytest.mark.parametrize(
    ("known", "user", "code"),
    [
        (in_production(), AMITA, "not_in_team"),
        (in_production(), ANDY, "stands_already"),
        (rollback(), ANDY, "rollback_not_taken"),
        (production_step(granted("production", sign_offs=BOTH)), MARA, "too_late_to_take"),
        (production_step(under_way(StepState.RUNNING, "production", run=run())), MARA, "too_late_to_take"),
    ],
)
def test_who_cannot_take_what(known: Release, user: str, code: str) -> None:
    assert refused(known, Taken(known.number, user)).code == code


def test_an_old_card_takes_nothing() -> None:
    shown = Precondition("staging", 1, "old")
    assert refused(in_production(), Taken(1, MARA, precondition=shown)).code == "old_card"


def test_it_closes_the_call_for_somebody_else() -> None:
    offered = after(decided(by_tim(), Offered(1, TIM)))
    assert after(decided(offered, Taken(1, ANDY))).step.offered == 0


def test_a_refusal_names_who_may() -> None:
    known = refused(in_production(), Taken(1, AMITA))
    assert known == Refusal("not_in_team", {"action": "take"}, ("developers", "ops"))
