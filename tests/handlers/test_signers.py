"""Who is called to sign, when, and again once a sign-off is lost; who is told that what they work on ended."""

from dataclasses import replace

import pytest

from handlers.actions.cancel import CancelRequested
from handlers.actions.withdraw import Withdrawn
from handlers.effects import Call, PostToThread
from handlers.lineage import Relation
from handlers.people import AccountStatus, Membership, Team
from handlers.plan import Notifying
from handlers.release import Release
from handlers.reports import NewerRequested, Reevaluated
from handlers.step import StepState
from tests.handlers.builders import (
    AMITA,
    ANDY,
    MARA,
    TEAMS,
    TIM,
    TOM,
    after,
    build,
    decided,
    environment_state,
    facts,
    facts_at,
    in_production,
    later,
    live,
    membership,
    of_kind,
    on_test,
    plan,
    production,
    production_step,
    release,
    signed,
    staging,
    succeeded,
    waiting,
    waiver,
)

LOOK = Reevaluated(1)
UNCALLED = in_production(called=())
WANTED = {"environment": "production"}


def called(known: Release, *teams: str) -> tuple[Call, ...]:
    """Return the call of these teams."""
    return (
        (Call(known.number, "sign_offs_wanted", WANTED, teams, attempt=known.step.attempt),) if teams else ()
    )


def test_a_team_is_called_once() -> None:
    first = decided(UNCALLED, LOOK)
    assert first.effects == called(UNCALLED, "testers", "ops")
    assert after(first).step.called == ("testers", "ops")
    assert not decided(after(first), LOOK).effects


def test_nobody_is_called_to_sign_what_nobody_can_let_pass() -> None:
    """They are called when it can pass."""
    strict = replace(UNCALLED, plan=plan(staging(), production(contains_live=True)))
    there = environment_state("production", live=live(3))
    lacking = facts(there, to_live={"production": Relation.LACKS})
    assert of_kind(decided(strict, LOOK, lacking).effects, Call) == []
    waived = replace(
        strict,
        steps=(*strict.steps[:1], replace(strict.step, waivers=(waiver(TOM, lacks=live(3).build.sha),))),
    )
    assert decided(waived, LOOK, lacking).effects == called(waived, "testers", "ops")
    foreign = replace(UNCALLED, build=replace(UNCALLED.build, branch="hotfix/login"))
    assert not decided(foreign, LOOK).effects


ROTATED = {**TEAMS, "ops": Team("ops", (), "S0OPS")}


def rotated(*group: str, **fields: object) -> Membership:
    """Return who is in the user group of ops now."""
    # The fields are those of the builder, by name; only their names are varied.
    return membership(teams=ROTATED, group=frozenset(group), **fields)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "known",
    [rotated(TOM), rotated(TOM, TIM, account_status={TIM: AccountStatus.DELETED})],
    ids=["left the user group", "deactivated"],
)
def test_a_lost_sign_off_is_told_and_its_team_called_again(known: Membership) -> None:
    signing = in_production(sign_offs=(signed("ops", TIM),))
    decision = decided(signing, LOOK, facts(membership=known))
    lost = PostToThread(1, "sign_off_lost", {"user": TIM, "team": "ops"})
    assert of_kind(decision.effects, PostToThread, Call) == [lost, *called(signing, "ops")]
    step = after(decision).step
    assert [each.lost for each in step.sign_offs] == [True]
    assert not step.sign_offs[0].counts
    assert not decided(after(decision), LOOK, facts(membership=known)).effects, "once"
    back = decided(after(decision), LOOK, facts(membership=rotated(TOM, TIM)))
    assert [each.lost for each in after(back).step.sign_offs] == [False]
    assert of_kind(back.effects, PostToThread, Call) == []


def test_while_slack_says_nothing_nobody_is_lost_or_found() -> None:
    unknown = facts(membership=membership(teams=ROTATED, group=None))
    for lost in (False, True):
        known = in_production(sign_offs=(signed("ops", TIM, lost=lost),))
        assert after(decided(known, LOOK, unknown)).step.sign_offs == known.step.sign_offs


def test_signers_are_looked_at_without_an_event() -> None:
    """A minute where a user group may rotate, else five: an account may be deactivated."""
    signing = in_production(sign_offs=(signed("ops", TIM),))
    assert decided(signing, LOOK, facts(membership=rotated(TIM))).wake_at == later(seconds=60)
    named = {**TEAMS, "ops": Team("ops", (TIM,))}
    assert decided(signing, LOOK, facts(membership=membership(teams=named))).wake_at == later(minutes=5)
    assert decided(in_production(), LOOK, facts(membership=membership(teams=named))).wake_at is None
    gone = {name: team for name, team in TEAMS.items() if name != "ops"}
    assert decided(signing, LOOK, facts(membership=membership(teams=gone))).wake_at is not None


def test_a_sign_off_that_is_taken_back_is_asked_for_again() -> None:
    signing = in_production(sign_offs=(signed("ops", TIM),))
    decision = decided(signing, Withdrawn(1, TIM))
    assert of_kind(decision.effects, Call) == list(called(signing, "ops"))


TESTED = production_step(
    waiting(
        "production",
        testing=(on_test(AMITA),),
        sign_offs=(signed("ops", TIM), signed("testers", "U2", spent=True)),
    )
)


@pytest.mark.parametrize(
    ("actor", "told"), [(TIM, (ANDY, AMITA)), (ANDY, (AMITA, TIM))], ids=["an operator", "who started it"]
)
def test_who_works_on_a_release_is_told_that_it_ends(actor: str, told: tuple[str, ...]) -> None:
    step = replace(TESTED.step, holding=False)
    known = release(succeeded(holding=False), step)
    decision = decided(known, CancelRequested(1, actor, reason="mine goes first"))
    [said] = [each for each in of_kind(decision.effects, PostToThread) if each.code == "cancelled"]
    assert set(said.users) == set(told)


def test_who_started_it_is_told_that_it_is_replaced() -> None:
    known = release(waiting("staging", queued_since=later(seconds=-9)))
    newer = facts_at(later(), environment_state(holder=7), newer=build(2), relation=Relation.CONTAINS)
    decision = decided(known, NewerRequested(1, "staging", 7), newer)
    assert PostToThread(1, "superseded", {"by": "r7"}, users=(ANDY,)) in decision.effects


def test_who_did_not_ask_is_not_told() -> None:
    automatic = replace(TESTED, automatic=True, requesters=(MARA,))
    decision = decided(automatic, CancelRequested(1, TIM, reason="wrong"))
    [said] = [each for each in of_kind(decision.effects, PostToThread) if each.code == "cancelled"]
    assert said.users == (AMITA,)
    assert after(decision).steps[-1].state is StepState.SKIPPED


def test_a_policy_may_tell_requesters_nothing() -> None:
    quiet = replace(TESTED, plan=plan(notify=Notifying(requester=False)))
    decision = decided(quiet, CancelRequested(1, TIM, reason="wrong"))
    [said] = [each for each in of_kind(decision.effects, PostToThread) if each.code == "cancelled"]
    assert said.users == (AMITA,)
