from dataclasses import replace
from typing import Any

import pytest

from handlers import events, reports
from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.attempt import Cancel
from handlers.build import Build
from handlers.effects import Call, PostToThread, ShowCard, StopRun
from handlers.environments import EnvironmentState
from handlers.lineage import Relation
from handlers.outcome import Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState
from tests.handlers.builders import (
    AMITA,
    ANDY,
    ANNOUNCED,
    BOTH,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    failed,
    granted,
    in_production,
    in_queue,
    later,
    lock,
    on_test,
    production_step,
    refused,
    release,
    rollback,
    signed,
    succeeded,
    under_way,
    waiting,
)

ASKED = reports.NewerRequested(1, "staging", 7)
SUCCEEDED = reports.NewerSucceeded(1, "staging", 7)
NEWER = build(2)
GIVEN = facts(environment_state(holder=1), newer=NEWER)
BUSY = facts(environment_state(holder=9), environment_state("production", holder=9), newer=NEWER)
ENDED = Ending(ReleaseState.SUPERSEDED, "r7", NOW, replaced_by=7)
IN_LINE = release(waiting("staging", queued_since=NOW), Step("production"))


@pytest.mark.parametrize(
    ("known", "event"),
    [
        (in_production(), ASKED),
        (release(granted(), Step("production")), ASKED),
        (IN_LINE, ASKED),
        (release(under_way(StepState.FAILED)), ASKED),
        (in_production(queued_since=NOW), replace(ASKED, environment="production")),
        (production_step(waiting("production", holding=True)), replace(ASKED, environment="production")),
    ],
)
def test_a_newer_build_takes_the_place_of_an_idle_release(
    known: Release, event: reports.NewerRequested
) -> None:
    decision = decided(known, event, GIVEN)
    assert after(decision).ending == ENDED
    assert decision.reply == Reply("superseded", {"by": "r7"})
    assert PostToThread(1, "superseded", {"by": "r7"}, users=(ANDY,)) in decision.effects
    assert decision.effects[-2:] == (ShowCard(1), ANNOUNCED)


@pytest.mark.parametrize(
    ("known", "event"),
    [
        (release(), ASKED),
        (in_production(), replace(ASKED, environment="production")),
        (in_production(), replace(ASKED, environment="preview")),
        (replace(in_production(), build=build(3)), ASKED),
        (rollback(waiting("staging", holding=True)), replace(ASKED, release=5)),
        (release(under_way(StepState.RUNNING)), ASKED),
        (in_production(testing=(on_test(AMITA),)), ASKED),
        (in_production(sign_offs=(signed("ops", TIM),)), ASKED),
        (
            release(
                succeeded(sign_offs=(signed("ops", TIM, spent=True),)), waiting("production", requested=False)
            ),
            ASKED,
        ),
        (
            production_step(under_way(StepState.FAILED, "production")),
            replace(ASKED, environment="production"),
        ),
        (
            production_step(waiting("production", holding=True, may_have_deployed=True)),
            replace(ASKED, environment="production"),
        ),
    ],
    ids=[
        "neither holds nor queues",
        "elsewhere",
        "no such environment",
        "an older build",
        "a rollback",
        "in flight",
        "on test",
        "signed",
        "signed before",
        "failed where operators decide",
        "to be retried where operators decide",
    ],
)
def test_a_newer_build_waits(known: Release, event: reports.NewerRequested) -> None:
    decision = decided(known, event, BUSY)
    assert decision.reply == Reply("nothing_new")
    assert not after(decision).ended


@pytest.mark.parametrize(
    "known",
    [
        release(),
        IN_LINE,
        release(granted(), Step("production")),
        release(failed(may_have_deployed=False, holding=False), Step("production")),
        release(
            waiting("staging", sign_offs=(signed("ops", TIM),), testing=(on_test(AMITA),)), Step("production")
        ),
    ],
)
def test_a_newer_build_that_succeeded_ends_who_has_not_entered(known: Release) -> None:
    decision = decided(known, SUCCEEDED, GIVEN)
    assert after(decision).ending == ENDED
    assert decision.reply == Reply("superseded", {"by": "r7"})


def test_what_is_in_flight_elsewhere_ends_later() -> None:
    known = release(under_way(StepState.RUNNING), Step("production"))
    decision = decided(known, replace(SUCCEEDED, environment="production"), GIVEN)
    assert after(decision) == replace(known, superseded_by=7)
    again = decided(after(decision), replace(SUCCEEDED, environment="production", by=8), GIVEN)
    assert (again.reply, after(again).superseded_by) == (Reply("nothing_new"), 7)


@pytest.mark.parametrize(
    ("known", "event"),
    [
        (in_production(), SUCCEEDED),
        (replace(release(), build=build(3)), SUCCEEDED),
        (release(), replace(SUCCEEDED, environment="preview")),
        (rollback(waiting("staging")), replace(SUCCEEDED, release=5)),
        (release(waiting("staging", may_have_deployed=True, holding=True)), SUCCEEDED),
        (release(under_way(StepState.RUNNING)), SUCCEEDED),
        (release(under_way(StepState.FAILED)), SUCCEEDED),
        (release(Step("staging", StepState.SKIPPED), waiting("production")), SUCCEEDED),
    ],
)
def test_who_has_entered_goes_on(known: Release, event: reports.NewerSucceeded) -> None:
    decision = decided(known, event, BUSY)
    assert decision.reply == Reply("nothing_new")
    assert not after(decision).superseded_by


# What is newer.

LATE = build(5, position=1)
HOTFIX = build(2, branch="hotfix/login")
OLD_HOTFIX = build(0, branch="hotfix/login")


@pytest.mark.parametrize("event", [ASKED, SUCCEEDED])
@pytest.mark.parametrize(
    ("newer", "relation", "ends"),
    [
        (build(2), Relation.UNKNOWN, True),
        (build(2), Relation.LACKS, True),
        (LATE, Relation.UNKNOWN, True),
        (build(1), Relation.CONTAINS, False),
        (build(0), Relation.CONTAINS, False),
        (build(5, position=0), Relation.CONTAINS, False),
        (HOTFIX, Relation.CONTAINS, True),
        (HOTFIX, Relation.CLAIMED, True),
        (HOTFIX, Relation.LACKS, False),
        (HOTFIX, Relation.UNKNOWN, False),
        (OLD_HOTFIX, Relation.CONTAINS, True),
        (None, Relation.CONTAINS, False),
    ],
    ids=[
        "later in the branch",
        "later in the branch, lacking a commit that was taken away",
        "of the same number, arrived later",
        "the same build",
        "earlier in the branch",
        "arrived late with a smaller number",
        "of another branch, contains it",
        "of another branch, claims to contain it",
        "of another branch, lacks it",
        "of another branch, unrelated",
        "of another branch, arrived earlier, contains it",
        "gone",
    ],
)
def test_only_a_newer_build_ends_a_release(
    event: reports.NewerRequested | reports.NewerSucceeded,
    newer: Build | None,
    relation: Relation,
    ends: bool,
) -> None:
    decision = decided(IN_LINE, event, facts(environment_state(holder=9), newer=newer, relation=relation))
    assert after(decision).ended is ends
    assert decision.reply == (Reply("superseded", {"by": "r7"}) if ends else Reply("nothing_new"))


WORKED_ON = (
    waiting("staging", sign_offs=(signed("ops", TIM),), queued_since=NOW),
    waiting("staging", sign_offs=(signed("ops", TIM, spent=True),), queued_since=NOW),
    waiting("staging", testing=(on_test(AMITA),), queued_since=NOW),
)


@pytest.mark.parametrize("event", [ASKED, SUCCEEDED])
@pytest.mark.parametrize("step", WORKED_ON, ids=["signed", "signed before", "on test"])
def test_a_claim_ends_nothing_that_somebody_works_on(
    step: Step, event: reports.NewerRequested | reports.NewerSucceeded
) -> None:
    claimed = facts(environment_state(holder=9), newer=HOTFIX, relation=Relation.CLAIMED)
    decision = decided(release(step, Step("production")), event, claimed)
    assert decision.reply == Reply("nothing_new")
    assert (after(decision).ended, after(decision).superseded_by) == (False, 0)


@pytest.mark.parametrize(("newer", "relation"), [(HOTFIX, Relation.CONTAINS), (NEWER, Relation.UNKNOWN)])
@pytest.mark.parametrize("step", WORKED_ON, ids=["signed", "signed before", "on test"])
def test_what_is_known_to_be_newer_and_succeeded_ends_what_somebody_works_on(
    step: Step, newer: Build, relation: Relation
) -> None:
    known = facts(environment_state(holder=9), newer=newer, relation=relation)
    decision = decided(release(step, Step("production")), SUCCEEDED, known)
    assert after(decision).ending == ENDED


# Displaced by a rollback.

DISPLACED = reports.Displaced(1, "staging", 5, TIM)


def test_the_holder_gives_way_to_a_rollback() -> None:
    decision = decided(
        in_production(), DISPLACED, facts(environment_state(holder=1, queue=in_queue(5, rollbacks=(5,))))
    )
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, TIM, NOW, "rollback r5")
    assert decision.reply == Reply("displaced", {"by": "r5"})
    assert decision.environments["staging"].holder == 0


@pytest.mark.parametrize("cancel", [False, True])
def test_what_is_in_flight_gives_way_only_if_that_was_said(cancel: bool) -> None:
    known = release(under_way(StepState.RUNNING))
    decision = decided(known, replace(DISPLACED, cancel=cancel), GIVEN)
    step = after(decision).step
    assert step.cancel == (Cancel(TIM, "asked", NOW, "rollback r5") if cancel else None)
    assert (StopRun(1, CORRELATION, "run1") in decision.effects) is cancel
    assert decision.reply == Reply("displaced", {"by": "r5"})


def test_a_displacement_without_a_name_is_by_the_product() -> None:
    ending = after(decided(in_production(), replace(DISPLACED, actor=""), GIVEN)).ending
    assert ending is not None
    assert ending.by == "shiproom"


@pytest.mark.parametrize(
    "event", [replace(DISPLACED, environment="production"), replace(DISPLACED, environment="x")]
)
def test_who_does_not_hold_is_not_displaced(event: reports.Displaced) -> None:
    decision = decided(in_production(), event, GIVEN)
    assert (decision.reply, decision.release) == (Reply("nothing_new"), in_production())


# Reevaluation after a lock.


def unasked(**fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return r1, which waits for production and is not requested."""
    return production_step(waiting("production", requested=False, **fields))


LOCKED_OUT = unasked(sign_offs=BOTH, unrequested_by="lock")


@pytest.mark.parametrize(
    "there", [environment_state("production"), environment_state("production", holder=4)]
)
def test_starters_are_notified_once_after_an_unlock(there: EnvironmentState) -> None:
    given = facts(there)
    decision = decided(LOCKED_OUT, reports.Reevaluated(1), given)
    step = after(decision).step
    assert decision.reply == Reply("nothing_new")
    assert (step.requested, step.unrequested_by) == (False, "unlocked")
    told = Call(1, "open_again", {"environment": "production"}, teams=("developers", "ops"), attempt=1)
    assert decision.effects == (told, ShowCard(1))
    assert decided(after(decision), reports.Reevaluated(1), given).effects == ()


@pytest.mark.parametrize(
    ("known", "there"),
    [
        (LOCKED_OUT, environment_state("production", locks=(lock(),))),
        (unasked(sign_offs=BOTH[:1], unrequested_by="lock"), environment_state("production")),
        (unasked(sign_offs=BOTH), environment_state("production")),
        (
            production_step(under_way(StepState.FAILED, "production")),
            environment_state("production", holder=1),
        ),
    ],
    ids=["still locked", "a sign-off is missing", "no lock stopped it", "failed"],
)
def test_starters_are_not_notified(known: Release, there: EnvironmentState) -> None:
    assert decided(known, reports.Reevaluated(1), facts(there)).effects == ()


# After the end.

OVER = release(succeeded(holding=False), ending=Ending(ReleaseState.CANCELLED, TIM, NOW))


@pytest.mark.parametrize(
    "event",
    [
        ASKED,
        SUCCEEDED,
        DISPLACED,
        reports.Reevaluated(1),
        reports.SendAccepted(1, CORRELATION),
        reports.SendRefused(1, CORRELATION, 1, transient=False),
        reports.SendUnclear(1, CORRELATION, 1),
        reports.SearchEnded(1, CORRELATION, 1),
    ],
)
def test_an_ended_release_ignores_what_nobody_requested(event: events.ReleaseEvent) -> None:
    decision = decided(OVER, event)
    assert (decision.reply, decision.changed) == (Reply("nothing_new"), False)


@pytest.mark.parametrize(
    "event",
    [
        SignedOff(1, AMITA),
        CancelRequested(1, TIM),
        reports.SendRequested(1, CORRELATION),
        reports.Claimed(1, CORRELATION, "run1", "sha"),
        events.StepRequested(1, TIM, "production"),
    ],
)
@pytest.mark.parametrize(("replaced_by", "named"), [(0, ""), (7, "r7")])
def test_an_ended_release_refuses_every_change(
    event: events.ReleaseEvent, replaced_by: int, named: str
) -> None:
    assert OVER.ending is not None
    known = replace(OVER, ending=replace(OVER.ending, replaced_by=replaced_by))
    values = {"release": "r1", "state": "cancelled", "by": TIM, "replaced_by": named}
    assert refused(known, event, now=later(days=1)) == Refusal("finished", values, ("developers", "ops"))
