"""What follows for and from emergencies: who makes room, what they end, who may sign alone, and the review that is owed."""
# ruff: noqa: ANN401 - fields are given as to dataclasses.replace

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.journey import StepRequested
from handlers.effects import Call, Notify, NotifyOpen, PostToThread, Trigger
from handlers.environments import EnvironmentState, QueueEntry, in_queue_order
from handlers.facts import Facts
from handlers.lineage import Authorship, Relation
from handlers.outcome import Refusal
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.reports import (
    CallAccepted,
    Displaced,
    NewerSucceeded,
    Reevaluated,
    ReviewDue,
    RunReported,
    RunState,
)
from handlers.step import StepState
from handlers.why import why
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    CORRELATION,
    MARA,
    NOW,
    OLGA_TOO,
    TIM,
    TOM,
    UNGROUPED,
    after,
    build,
    codes,
    decided,
    environment_state,
    facts,
    failed,
    granted,
    in_production,
    later,
    live,
    membership,
    of_kind,
    on_test,
    plan,
    production_step,
    refused,
    release,
    rollback,
    rule,
    signed,
    succeeded,
    under_way,
    waiting,
    waiver,
)
from tests.handlers.urgent import HOTFIX, LANE, emergency, first_in_line, lane, owed, owing, urgent_plan

BY_TIM = (signed("ops", TIM),)
READY = waiting("production", requested_by=ANDY, called=("ops",), sign_offs=BY_TIM)


def held(by: int = 1, **fields: Any) -> Facts:
    return facts(environment_state("production", holder=by, **fields))


# The line.


def test_rollbacks_go_first_then_emergencies_then_the_others() -> None:
    entries = (
        QueueEntry(1, NOW),
        QueueEntry(2, later(hours=1), emergency=True),
        QueueEntry(3, later(hours=2), rollback=True),
        QueueEntry(4, NOW, emergency=True),
    )
    assert [each.release for each in in_queue_order(entries)] == [3, 4, 2, 1]


def test_a_signed_emergency_goes_before_who_stands_in_line() -> None:
    free = facts(environment_state("production", queue=(QueueEntry(3, NOW),)))
    decision = decided(emergency(READY), Reevaluated(6), free)
    assert after(decision).step.state is StepState.GRANTED
    assert of_kind(decision.effects, Trigger)


def test_it_waits_for_the_holder_and_has_it_look_whether_it_makes_room() -> None:
    decision = decided(emergency(READY), Reevaluated(6), held())
    assert after(decision).step.queued_since == NOW
    assert [each.event for each in of_kind(decision.effects, Notify)] == [Reevaluated(1)]
    [entry] = decision.environments["production"].queue
    assert (entry.emergency, entry.rollback) == (True, False)
    # A release before it in line has no holder to ask.
    behind = facts(environment_state("production", queue=(QueueEntry(3, NOW, rollback=True),)))
    assert not of_kind(decided(emergency(READY), Reevaluated(6), behind).effects, Notify)


@pytest.mark.parametrize(
    "state", [StepState.SENT, StepState.RUNNING, StepState.UNKNOWN, StepState.CANCELLING]
)
def test_it_never_passes_what_is_in_flight(state: StepState) -> None:
    holder = production_step(under_way(state, "production"))
    decision = decided(holder, Reevaluated(1), facts(first_in_line()))
    assert not decision.changed


def test_it_does_not_pass_what_is_about_to_be_sent() -> None:
    holder = production_step(granted("production", sign_offs=BOTH))
    assert not decided(holder, Reevaluated(1), facts(first_in_line())).changed


@pytest.mark.parametrize(
    "holder",
    [
        production_step(failed("production")),
        production_step(waiting("production", holding=True, may_have_deployed=True)),
        rollback(failed("production"), number=1),
    ],
)
def test_a_failed_holder_ends_for_one_that_is_first_in_line(holder: Release) -> None:
    decision = decided(holder, Reevaluated(1), facts(first_in_line()))
    assert after(decision).state is ReleaseState.CANCELLED
    ending = after(decision).ending
    assert ending is not None
    assert ending.reason == "emergency r6"
    assert decision.environments["production"].holder == 0
    assert [each.event for each in of_kind(decision.effects, Notify)] == [Reevaluated(6)]


def test_a_run_that_fails_while_an_emergency_is_first_in_line_makes_room_at_once() -> None:
    holder = production_step(under_way(StepState.RUNNING, "production"))
    report = RunReported(1, CORRELATION, "run1", "failed")
    decision = decided(holder, report, facts(first_in_line()))
    assert after(decision).state is ReleaseState.CANCELLED


def test_who_is_tested_there_makes_room_and_goes_on() -> None:
    step = waiting("production", requested=False, testing=(on_test(AMITA),), sign_offs=(signed("ops", TIM),))
    holder = release(succeeded(), step)
    queue = (QueueEntry(6, NOW, emergency=True),)
    state = environment_state("staging", holder=1, queue=queue)
    decision = decided(holder, Reevaluated(1), facts(state))
    left = after(decision)
    assert (left.state, left.steps[0].holding, left.step.sign_offs) == (
        ReleaseState.WAITING,
        False,
        step.sign_offs,
    )
    assert decision.environments["staging"].holder == 0
    [post] = of_kind(decision.effects, PostToThread)
    assert (post.code, post.users) == ("made_room", (AMITA,))


@pytest.mark.parametrize("queue", [(), (QueueEntry(7, NOW),), (QueueEntry(7, NOW, rollback=True),)])
def test_nobody_makes_room_for_anything_else(queue: tuple[QueueEntry, ...]) -> None:
    state = environment_state("production", holder=1, queue=queue)
    assert not decided(production_step(failed("production")), Reevaluated(1), facts(state)).changed


def test_what_is_in_flight_is_stopped_if_an_operator_wanted_that() -> None:
    holder = production_step(under_way(StepState.RUNNING, "production"))
    event = Displaced(1, "production", 6, TIM, cancel=True, kind=Kind.EMERGENCY)
    step = after(decided(holder, event)).step
    assert step.cancel is not None
    assert (step.state, step.cancel.reason) == (StepState.CANCELLING, "emergency r6")


# What it ends.


def newer(relation: Relation, of: Release | None = None, **fields: Any) -> ReleaseState:
    known = facts(newer=HOTFIX, relation=relation, in_emergency=True, **fields)
    holder = of or in_production()
    return after(decided(holder, NewerSucceeded(1, "production", 6), known)).state


def test_a_success_ends_only_what_the_ci_says_it_contains() -> None:
    assert newer(Relation.CONTAINS) is ReleaseState.SUPERSEDED
    for relation in (Relation.CLAIMED, Relation.LACKS, Relation.UNKNOWN):
        assert newer(relation) is ReleaseState.WAITING
    # Neither the order of one branch nor its own build counts.
    older = in_production()
    assert newer(Relation.UNKNOWN, replace(older, build=replace(HOTFIX, version="2.1.9", position=1))) is (
        ReleaseState.WAITING
    )
    assert newer(Relation.CONTAINS, replace(older, build=HOTFIX)) is ReleaseState.WAITING


def test_a_success_is_told_to_the_others_and_ends_the_emergency() -> None:
    running = emergency(under_way(StepState.RUNNING, "production"))
    decision = decided(running, RunReported(6, CORRELATION, "run1", "succeeded"))
    assert after(decision).state is ReleaseState.DONE
    assert NotifyOpen("website", "newer_succeeded", "production", 6) in decision.effects
    assert decision.environments["production"].locks == ()


# Alone.

CALLED = replace(READY, sign_offs=(), call_accepted_at=NOW, requested_by=TIM)
BY_HIMSELF = emergency(CALLED, requesters=(TIM,))
QUARTER = later(minutes=15)


def at(now: datetime, *environments: EnvironmentState, **fields: Any) -> Facts:
    return facts(*environments, membership=membership(now, **fields))


def test_the_call_that_slack_took_is_noted_once() -> None:
    given = emergency(replace(CALLED, call_accepted_at=None))
    event = CallAccepted(6, "production", later(minutes=1))
    noted = decided(given, event)
    assert after(noted).step.call_accepted_at == later(minutes=1)
    assert noted.reply.code == "call_accepted"
    again = decided(after(noted), replace(event, at=later(minutes=2)))
    assert not again.changed
    assert not decided(given, replace(event, environment="staging")).changed
    assert not decided(in_production(), replace(event, release=1)).changed
    ended = replace(given, ending=Ending(ReleaseState.DONE, ANDY, NOW))
    assert not decided(ended, event).changed


def test_why_says_from_when_an_operator_may_sign_alone_and_it_wakes_then() -> None:
    reasons = why(BY_HIMSELF, at(NOW), NOW)
    assert codes(reasons) == ["sign_off_missing", "alone_later"]
    assert (reasons[1].who, reasons[1].until, reasons[1].event) == ((TIM,), QUARTER, "a sign-off")
    assert reasons[1].values == {"team": "ops", "by": TIM, "alone": QUARTER.isoformat()}
    there = replace(at(NOW), membership=membership(teams=UNGROUPED))
    decision = decided(replace(BY_HIMSELF, revision=1), CallAccepted(6, "staging", NOW), there)
    assert decision.wake_at == QUARTER
    later_reasons = why(BY_HIMSELF, at(QUARTER), QUARTER)
    assert [(each.code, each.until) for each in later_reasons[1:]] == [("alone_now", None)]


@pytest.mark.parametrize(
    ("given", "now"),
    [
        (emergency(CALLED), QUARTER),
        (emergency(replace(CALLED, call_accepted_at=None), requesters=(TIM,)), QUARTER),
        (emergency(CALLED, requesters=(TIM,), plan=urgent_plan(lane(alone_after=0))), QUARTER),
        (
            emergency(
                CALLED,
                requesters=(TIM,),
                plan=urgent_plan(lane(gates=(rule("ops", requester_may_sign=True),))),
            ),
            QUARTER,
        ),
        (emergency(CALLED, requesters=(OLGA_TOO,), plan=urgent_plan(lane(gates=(rule("leads"),)))), QUARTER),
        (production_step(waiting("production", call_accepted_at=NOW), requesters=(TIM,)), QUARTER),
    ],
)
def test_nobody_else_ever_may(given: Release, now: datetime) -> None:
    assert not {"alone_now", "alone_later"}.intersection(codes(why(given, at(now), now)))


def test_it_is_told_once_that_they_may_now() -> None:
    told = decided(BY_HIMSELF, Reevaluated(6), at(QUARTER), QUARTER)
    [post] = of_kind(told.effects, PostToThread)
    assert (post.code, post.users) == ("alone_now", (TIM,))
    assert not decided(after(told), Reevaluated(6), at(QUARTER), QUARTER).changed
    assert not decided(BY_HIMSELF, Reevaluated(6), at(NOW)).changed


def test_they_may_not_before_and_are_told_from_when_on() -> None:
    refusal = refused(BY_HIMSELF, SignedOff(6, TIM, "ops"), at(NOW))
    assert refusal.code == "requester_may_not_sign"
    assert refusal.values["alone_from"] == QUARTER.isoformat()
    # Who is no operator is promised nothing, and never may.
    by_andy = emergency(CALLED, plan=urgent_plan(lane(gates=(rule("developers"),))))
    refusal = refused(by_andy, SignedOff(6, ANDY, "developers"), at(QUARTER), QUARTER)
    assert (refusal.code, "alone_from" in refusal.values) == ("requester_may_not_sign", False)


def test_then_they_sign_alone_and_that_stands_everywhere() -> None:
    decision = decided(BY_HIMSELF, SignedOff(6, TIM, "ops", "nobody is awake"), at(QUARTER), QUARTER)
    step = after(decision).step
    assert (step.state, [(each.user, each.alone) for each in step.sign_offs]) == (
        StepState.GRANTED,
        [(TIM, True)],
    )
    assert decision.reply.code == "signed_alone"
    assert "signed_alone" in [each.code for each in of_kind(decision.effects, PostToThread)]


def test_somebody_else_who_signs_is_not_alone() -> None:
    decision = decided(BY_HIMSELF, SignedOff(6, OLGA_TOO, "ops"), at(NOW))
    assert [each.alone for each in after(decision).step.sign_offs] == [False]
    assert decision.reply.code == "signed"


def test_an_author_never_signs_alone() -> None:
    strict = urgent_plan(lane(gates=(rule("ops", authors_may_sign=False),)))
    known = replace(at(QUARTER), authorship={"production": Authorship(("mara-dev", "olga"), own=())})
    given = emergency(CALLED, requesters=(OLGA_TOO,), plan=strict)
    assert refused(given, SignedOff(6, OLGA_TOO, "ops"), known, QUARTER).code == "author_may_not_sign"


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"unknown": (TIM,)}, "signer_unknown"),
        (
            {"teams": {"ops": replace(membership().directory.teams["ops"], members=(OLGA_TOO,))}},
            "signer_lost",
        ),
    ],
)
def test_who_signed_alone_has_to_be_an_operator_still(fields: Any, verdict: str) -> None:
    on_call = membership().directory.teams["developers"]
    everybody = replace(on_call, name="on-call", members=(TIM,))
    teams = {**membership().directory.teams, "on-call": everybody}
    known = at(QUARTER, **{**fields, "teams": {**teams, **fields.get("teams", {})}})
    alone = signed("on-call", TIM, alone=True)
    given = emergency(
        replace(CALLED, sign_offs=(alone,)),
        requesters=(TIM,),
        plan=urgent_plan(lane(gates=(rule("on-call"),))),
    )
    assert verdict in codes(why(given, known, QUARTER))


# Asking again, and ending it.


def test_who_may_start_one_may_ask_again_and_end_it_before_anything_was_deployed() -> None:
    only_testers = urgent_plan(lane(may=("testers",)))
    given = emergency(replace(CALLED, requested=False), requesters=(TOM,), plan=only_testers)
    assert after(decided(given, StepRequested(6, TOM, "production"))).step.requested
    assert decided(given, CancelRequested(6, TOM, "not needed")).reply.code == "cancelled"
    deployed = emergency(failed("production"), plan=only_testers)
    assert isinstance(refused(deployed, CancelRequested(6, TOM, "no")), Refusal)
    # Of a normal release they do neither.
    normal = replace(in_production(), plan=only_testers)
    assert refused(normal, StepRequested(1, TOM, "production")).code == "not_in_team"


# The review.


def run_ends(state: RunState, **fields: Any) -> dict[str, EnvironmentState]:
    step = under_way(
        StepState.RUNNING,
        "production",
        sign_offs=(*BY_TIM, signed("ops", MARA, verdict="no")),
        waivers=(waiver(by=OLGA_TOO),),
    )
    known = facts(
        environment_state("production", live=live(1)),
        authorship={"production": Authorship(("mara-dev", ""), own=())},
    )
    report = RunReported(6, CORRELATION, "run1", state)
    return dict(decided(emergency(step, **fields), report, known).environments)


def test_one_that_went_live_owes_a_review_by_somebody_who_had_no_part_in_it() -> None:
    [found] = run_ends("succeeded")["production"].reviews
    assert found == owed(took_part=(ANDY, TIM, OLGA_TOO))


def test_so_does_one_that_ended_after_it_may_have_deployed_something() -> None:
    known = facts(environment_state("production"))
    given = emergency(failed("production"))
    decision = decided(given, CancelRequested(6, TIM, "rolled back"), known)
    [found] = decision.environments["production"].reviews
    assert (found.release, found.authors) == (6, ())
    [call] = of_kind(decision.effects, Call)
    assert (call.code, call.teams, call.attempt) == ("review_owed", ("testers",), 0)


def test_nothing_is_owed_where_nothing_was_deployed_or_nobody_reviews() -> None:
    assert "production" not in decided(emergency(), CancelRequested(6, ANDY, "no")).environments
    assert run_ends("succeeded", plan=urgent_plan(lane(review=None)))["production"].reviews == ()
    normal = decided(production_step(failed("production")), CancelRequested(1, TIM, "no"))
    assert normal.environments == {}


DONE = emergency(ending=Ending(ReleaseState.DONE, ANDY, NOW))


def test_an_overdue_review_is_called_for_once_however_late() -> None:
    late = later(days=3)
    known = replace(owing(), membership=membership(late))
    decision = decided(DONE, ReviewDue(6), known, late)
    [call] = of_kind(decision.effects, Call)
    assert (call.code, call.teams) == ("review_overdue", ("testers",))
    assert decision.environments["production"].reviews == (owed(told=True),)
    assert not decided(DONE, ReviewDue(6), owing(owed(told=True)), late).changed
    assert not decided(DONE, ReviewDue(6), owing(), later(days=1)).changed
    assert not decided(DONE, ReviewDue(6), facts(), late).changed
    others = decided(DONE, ReviewDue(6), owing(owed(release=8), owed()), late).environments["production"]
    assert [each.told for each in others.reviews] == [False, True]


def test_an_emergency_without_a_lane_in_its_plan_has_the_gates_of_its_environment() -> None:
    bare = emergency(plan=plan())
    assert bare.lane(bare.step) is None
    assert [each.team for each in bare.rules(bare.step)] == ["testers", "ops"]
    assert (bare.branches(bare.step), bare.alone_from(bare.step)) == (("main",), None)
    assert LANE.teams == ("ops", "developers", "testers")
    assert lane(review=None).teams == ("ops", "developers")
    assert build(1) != HOTFIX


def test_who_may_start_one_is_called_once_the_lock_that_ended_its_request_is_over() -> None:
    plans = urgent_plan(lane(may=("testers",)))
    step = waiting("production", requested=False, unrequested_by="lock", called=("ops",), sign_offs=BY_TIM)
    over = decided(emergency(step, plan=plans), Reevaluated(6), facts(environment_state("production")))
    [call] = of_kind(over.effects, Call)
    assert (call.code, call.teams) == ("open_again", ("testers",))
