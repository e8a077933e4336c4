from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from handlers import events, reports
from handlers.advance import advance
from handlers.attempt import Cancel, Intent
from handlers.draft import Draft
from handlers.effects import Call, Notify, NotifyOpen, PostToThread, ShowCard, Trigger
from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.limits import next_wake
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.step import Step, StepState
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    CALLED_NOW,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    draft,
    environment_state,
    facts,
    facts_at,
    granted,
    in_production,
    in_queue,
    intent,
    later,
    lock,
    membership,
    plan,
    production,
    production_step,
    refused,
    release,
    rollback,
    rule,
    run,
    sent,
    signed,
    staging,
    succeeded,
    under_way,
    waiting,
)

REEVALUATED = reports.Reevaluated(1)
CARD = ShowCard(1)
CANCELLING = StepState.CANCELLING
ASKED = Cancel(TIM, "asked", NOW)


def moved(known: Release, given: Facts | None = None, now: datetime = NOW) -> Draft:
    work = Draft(known, given or facts_at(now), now, "seed")
    advance(work)
    return work


# A grant.


def test_a_step_whose_gates_are_open_is_granted() -> None:
    work = moved(in_production(requested=True, sign_offs=BOTH), facts(environment_state(holder=1)))
    step = work.release.step
    assert (step.state, step.holding, step.attempt) == (StepState.GRANTED, True, 1)
    correlation = sha256(b"seed/1/production/1").hexdigest()[:20]
    assert step.intent == Intent(correlation, NOW)
    assert work.effects == [Trigger(1, correlation), CARD]
    assert work.environments == {
        "staging": environment_state(),
        "production": environment_state("production", holder=1),
    }
    assert not work.release.steps[0].holding


def test_a_correlation_id_is_of_event_release_step_and_attempt() -> None:
    def of(work: Draft) -> str:
        return work.correlation()

    other_seed = draft()
    other_seed.seed = "other"
    elsewhere = draft(release(waiting("production")))
    works = [
        draft(),
        other_seed,
        draft(release(number=2)),
        elsewhere,
        draft(release(waiting("staging", attempt=2))),
    ]
    assert len({of(work) for work in works}) == 5
    assert {len(of(work)) for work in works} == {20}
    assert of(draft()) == of(draft())
    assert int(of(draft()), 16)


def test_a_grant_tells_with_which_gates_it_was_made() -> None:
    before = in_production(requested=True, sign_offs=BOTH)
    made = decided(before, reports.Reevaluated(before.number))
    assert [each.open for each in made.passed] == [True] * len(made.passed)
    named = {(each.gate, each.name) for each in made.passed}
    assert {("sign_off", "testers"), ("sign_off", "ops"), ("lock", "lock"), ("turn", "turn")} <= named
    waits = in_production(requested=True, sign_offs=BOTH[:1])
    assert decided(waits, reports.Reevaluated(waits.number)).passed == ()


def test_a_grant_after_a_failure_starts_over() -> None:
    step = waiting(
        "staging", attempt=2, holding=True, may_have_deployed=True, run=run(), cancel=ASKED, ended_at=NOW
    )
    work = moved(release(step), facts(environment_state(holder=1)))
    now = work.release.step
    assert now.intent is not None
    assert now.intent.may_have_deployed_before
    assert (now.run, now.failure, now.cancel, now.ended_at) == (None, None, None, None)


@pytest.mark.parametrize(
    ("known", "given"),
    [
        (production_step(waiting("production", requested=False, sign_offs=BOTH)), facts()),
        (production_step(waiting("production", sign_offs=BOTH[:1])), facts()),
        (in_production(requested=True), facts(environment_state(holder=1))),
        (release(), facts(environment_state(locks=(lock(),)))),
        (release(granted()), facts(environment_state(holder=1))),
        (
            release(waiting("staging", queued_since=NOW)),
            facts(environment_state(holder=4, queue=in_queue(1))),
        ),
    ],
    ids=["not requested", "ops missing", "both missing", "locked", "granted before", "queued"],
)
def test_nothing_follows(known: Release, given: Facts) -> None:
    work = moved(known, given)
    assert work.release is known
    assert (work.effects, work.environments) == ([], {})


def test_a_release_that_only_waits_for_its_turn_joins_the_queue() -> None:
    work = moved(release(), facts(environment_state(holder=4, queue=in_queue(2))))
    assert work.release.step.queued_since == NOW
    assert [entry.release for entry in work.environments["staging"].queue] == [2, 1]
    assert work.environments["staging"].queue[1].since == NOW
    assert not work.environments["staging"].queue[1].rollback
    assert work.effects == [CARD]


def test_a_rollback_is_first_in_the_queue() -> None:
    work = moved(rollback(), facts(environment_state("production", holder=4, queue=in_queue(2))))
    assert [(entry.release, entry.rollback) for entry in work.environments["production"].queue] == [
        (5, True),
        (2, False),
    ]


def test_a_queued_release_joins_the_queue_once() -> None:
    work = moved(release(), facts(environment_state(holder=4, queue=in_queue(1))))
    assert work.release.step.queued_since == NOW
    assert "staging" not in work.environments


def test_the_first_in_the_queue_leaves_it_with_its_grant() -> None:
    known = release(waiting("staging", queued_since=later(seconds=-60)))
    work = moved(known, facts(environment_state(queue=in_queue(1, 2))))
    assert work.release.step.queued_since is None
    assert work.release.step.state is StepState.GRANTED
    assert work.environments["staging"] == environment_state(holder=1, queue=in_queue(1, 2)[1:])


@pytest.mark.parametrize(
    "known",
    [
        release(waiting("staging", queued_since=NOW, requested=False)),
        release(
            waiting("staging", queued_since=NOW, called=("testers",)),
            plan=plan(staging(gates=(rule("testers"),))),
        ),
    ],
    ids=["not asked any more", "a sign-off is missing"],
)
def test_a_release_that_may_not_go_leaves_the_queue_and_wakes_the_next(known: Release) -> None:
    work = moved(known, facts(environment_state(queue=in_queue(1, 2))))
    assert work.release.step.queued_since is None
    assert [entry.release for entry in work.environments["staging"].queue] == [2]
    assert work.effects == [Notify(reports.Reevaluated(2)), CARD]


def test_leaving_the_queue_wakes_nobody_while_the_environment_is_held() -> None:
    known = release(waiting("staging", queued_since=NOW, requested=False))
    assert moved(known, facts(environment_state(holder=4, queue=in_queue(1, 2)))).effects == [CARD]


def test_a_released_environment_wakes_the_first_in_the_queue() -> None:
    known = in_production(requested=True, sign_offs=BOTH)
    work = moved(known, facts(environment_state(holder=1, queue=in_queue(7, 8))))
    assert work.effects[0] == Notify(reports.Reevaluated(7))
    assert work.environments["staging"] == environment_state(holder=0, queue=in_queue(7, 8))


# Locks.


def test_a_step_of_a_protected_environment_that_only_a_lock_blocks_has_to_be_requested_again() -> None:
    known = in_production(requested=True, queued_since=NOW, sign_offs=BOTH)
    work = moved(
        known,
        facts(
            environment_state(holder=1), environment_state("production", locks=(lock(),), queue=in_queue(1))
        ),
    )
    step = work.release.step
    assert (step.requested, step.unrequested_by, step.queued_since) == (False, "lock", None)
    assert work.environments["production"].queue == ()
    assert work.effects[0] == CARD


def test_who_holds_a_locked_environment_makes_no_difference() -> None:
    known = in_production(requested=True, sign_offs=BOTH)
    work = moved(
        known, facts(environment_state(holder=1), environment_state("production", holder=4, locks=(lock(),)))
    )
    assert (work.release.step.requested, work.release.step.unrequested_by) == (False, "lock")


def test_a_step_that_waits_for_sign_offs_too_stays_requested_under_a_lock() -> None:
    known = in_production(requested=True)
    work = moved(known, facts(environment_state(holder=1), environment_state("production", locks=(lock(),))))
    assert work.release.step.requested


def test_a_step_of_an_unprotected_environment_stays_requested_under_a_lock() -> None:
    known = release(waiting("staging", queued_since=NOW))
    work = moved(known, facts(environment_state(locks=(lock(),), queue=in_queue(1))))
    assert work.release.step.requested
    assert work.release.step.queued_since is None


def test_a_rollback_meets_no_lock() -> None:
    assert (
        moved(rollback(), facts(environment_state("production", locks=(lock(),)))).release.step.state
        is StepState.GRANTED
    )


# The next step.


def test_the_next_step_opens_and_its_teams_are_told() -> None:
    work = moved(release(succeeded(), Step("production")), facts(environment_state(holder=1)))
    step = work.release.step
    expected = Step(
        "production", StepState.WAITING, 1, waiting_since=NOW, called=("testers", "ops"), called_at=CALLED_NOW
    )
    assert step == expected
    wanted = Call(1, "sign_offs_wanted", {"environment": "production"}, teams=("testers", "ops"), attempt=1)
    assert work.effects == [wanted, CARD]
    assert work.release.steps[0].holding


@pytest.mark.parametrize(
    ("step", "start", "requested"),
    [
        (Step("production"), "on_request", False),
        (Step("production", requested=True, requested_by=ANDY), "on_request", True),
        (Step("production"), "automatic", True),
    ],
)
def test_a_step_is_requested_early_or_by_the_plan(step: Step, start: str, requested: bool) -> None:
    known = release(succeeded(), step, plan=plan(staging(), production(start=start)))
    work = moved(known, facts(environment_state(holder=1)))
    told = NotifyOpen("website", "newer_requested", "production", 1)
    assert work.release.step.requested is requested
    assert (told in work.effects) is requested


def test_a_step_without_gates_tells_no_team() -> None:
    known = release(succeeded(holding=False), Step("production"), plan=plan(staging(), production(gates=())))
    assert moved(known).effects == [CARD]


def test_a_rollback_tells_no_older_build() -> None:
    automatic = production(start="automatic", gates=())
    known = rollback(Step("production"), plan=plan(staging(), automatic))
    assert not [effect for effect in moved(known).effects if isinstance(effect, NotifyOpen)]


# Kept environments.


@pytest.mark.parametrize(
    ("kept", "sign_offs", "left"),
    [
        (("testers",), (), False),
        (("testers",), (signed("ops", TIM),), False),
        (("testers",), (signed("testers", AMITA),), True),
        (("ops",), (signed("testers", AMITA),), False),
        (("testers", "ops"), (signed("testers", AMITA),), False),
        ((), (), True),
    ],
)
def test_an_environment_is_kept_until_its_teams_have_signed(
    kept: tuple[str, ...], sign_offs: tuple[object, ...], left: bool
) -> None:
    known = release(
        succeeded(),
        waiting("production", requested=False, sign_offs=sign_offs),
        plan=plan(staging(kept=kept), production()),
    )
    work = moved(known, facts(environment_state(holder=1)))
    assert work.release.steps[0].holding is not left
    assert work.environments == ({"staging": environment_state()} if left else {})


def test_a_first_step_has_none_to_leave() -> None:
    known = release(waiting("staging", requested=False, holding=True))
    assert moved(known, facts(environment_state(holder=1))).release is known


def test_leaving_does_not_take_an_environment_from_another() -> None:
    known = in_production(sign_offs=BOTH)
    assert moved(known, facts(environment_state(holder=9))).environments == {}


# Time.


@pytest.mark.parametrize("state", [StepState.UNKNOWN, StepState.SENT])
def test_only_what_runs_has_a_time_limit(state: StepState) -> None:
    step = under_way(state, run=run(), intent=sent(unclear_at=NOW, alerted=True))
    assert moved(release(step), now=later(days=1)).release.step is step


def test_a_cancel_that_nobody_answers_is_given_up() -> None:
    known = release(under_way(CANCELLING, cancel=ASKED, run=run()))
    assert moved(known, now=later(seconds=599)).release is known
    now = later(minutes=10)
    work = moved(known, now=now)
    step = work.release.step
    assert (step.state, step.cancel) == (StepState.UNKNOWN, ASKED)
    assert step.intent == sent(unclear_at=now, alerted=True)
    lost = {"code": "cancel_unanswered", "detail": "", "environment": "staging"}
    alert = {"environment": "staging", "correlation": CORRELATION}
    assert work.effects == [
        PostToThread(1, "lost_sight", lost),
        CARD,
        Call(1, "unknown", alert, teams=("ops",), attempt=1),
    ]


def test_a_cancel_given_up_remembers_since_when_it_was_unclear() -> None:
    step = under_way(CANCELLING, cancel=ASKED, intent=sent(unclear_at=later(minutes=1)))
    now = moved(release(step), now=later(minutes=10)).release.step
    assert now.intent == sent(unclear_at=later(minutes=1), alerted=True)


def test_a_cancel_without_an_intent_is_given_up_in_silence() -> None:
    work = moved(release(under_way(CANCELLING, cancel=ASKED, intent=None)), now=later(minutes=10))
    assert work.release.step.state is StepState.UNKNOWN
    assert len(work.effects) == 2


def test_a_silent_sender_is_taken_for_dead() -> None:
    known = release(under_way(StepState.SENT))
    assert moved(known, now=later(seconds=29)).release is known
    now = later(seconds=30)
    work = moved(known, now=now)
    assert work.release.step.state is StepState.UNKNOWN
    assert work.release.step.intent == sent(unclear_at=now)
    lost = {"code": "sender_silent", "detail": "", "environment": "staging"}
    assert work.effects == [PostToThread(1, "lost_sight", lost), CARD]


def test_a_silent_sender_of_what_is_cancelled_is_searched_for() -> None:
    known = release(under_way(CANCELLING, cancel=ASKED))
    now = later(seconds=30)
    work = moved(known, now=now)
    assert work.release.step.state is CANCELLING
    assert work.release.step.intent == sent(unclear_at=now)
    assert work.effects == []


@pytest.mark.parametrize(
    "step",
    [
        under_way(StepState.SENT, intent=sent(unclear_at=NOW)),
        under_way(StepState.SENT, intent=sent(sent_at=None)),
        under_way(StepState.SENT, intent=None),
        under_way(StepState.SENT, run=run()),
        under_way(StepState.UNKNOWN, intent=sent(alerted=True)),
        under_way(StepState.FAILED),
    ],
)
def test_no_lease_ends(step: Step) -> None:
    assert moved(release(step), now=later(minutes=5)).release.step is step


@pytest.mark.parametrize(("where", "grace"), [("staging", 60), ("production", 120)])
def test_operators_are_asked_when_the_search_had_its_time(where: str, grace: int) -> None:
    from_here = facts()
    capabilities = {**from_here.capabilities, "here": type(from_here.capabilities_of("here"))(True, 60)}
    known = release(under_way(StepState.UNKNOWN, where, intent=sent(unclear_at=NOW)))

    def at(seconds: int) -> Draft:
        return moved(known, facts(capabilities=capabilities), later(seconds=seconds))

    assert at(grace - 1).release is known
    work = at(grace)
    assert work.release.step.intent == sent(unclear_at=NOW, alerted=True)
    values = {"environment": where, "correlation": CORRELATION}
    assert work.effects == [Call(1, "unknown", values, teams=("ops",), attempt=1), CARD]


@pytest.mark.parametrize(
    "step",
    [
        under_way(StepState.UNKNOWN, intent=None),
        under_way(StepState.UNKNOWN, intent=sent()),
        under_way(StepState.FAILED, intent=sent(unclear_at=NOW)),
        under_way(StepState.RUNNING, intent=sent(unclear_at=NOW), run=run(started_at=later(hours=1))),
    ],
)
def test_operators_are_not_asked(step: Step) -> None:
    assert moved(release(step), now=later(hours=1)).release.step is step


@pytest.mark.parametrize("refusal", ["", "503"], ids=["never sent", "not taken for now"])
def test_a_grant_that_was_not_sent_is_void_after_ten_minutes(refusal: str) -> None:
    known = production_step(granted("production", sign_offs=BOTH, intent=intent(refusal=refusal)))
    given = facts(environment_state("production", holder=1))
    assert moved(known, given, later(seconds=599)).release is known
    now = later(minutes=10)
    work = moved(known, given, now)
    step = work.release.step
    assert step == waiting(
        "production",
        attempt=2,
        requested=False,
        unrequested_by="expired",
        unrequested_detail=refusal,
        waiting_since=now,
        sign_offs=BOTH,
        voided=(CORRELATION,),
    )
    assert work.environments == {"production": environment_state("production")}
    void = {"environment": "production", "why": "expired", "detail": refusal}
    assert work.effects == [
        Call(1, "grant_void", void, teams=("developers", "ops"), attempt=2),
        CARD,
    ]


def test_a_void_grant_keeps_what_an_earlier_attempt_touched() -> None:
    known = release(granted(may_have_deployed=True))
    work = moved(known, facts(environment_state(holder=1)), later(minutes=10))
    assert work.release.step.holding
    assert work.environments == {}


def test_a_granted_step_without_an_intent_stays() -> None:
    step = granted(intent=None)
    assert moved(release(step), now=later(days=1)).release.step is step


# The end.


def test_a_superseded_release_ends_once_nothing_is_in_flight() -> None:
    flying = release(under_way(StepState.RUNNING), superseded_by=7)
    assert moved(flying).release is flying
    work = moved(release(superseded_by=7))
    assert work.release.ending == Ending(ReleaseState.SUPERSEDED, "r7", NOW, replaced_by=7)
    assert work.effects == [PostToThread(1, "superseded", {"by": "r7"}, users=(ANDY,)), CARD]


def test_an_ended_release_moves_no_more() -> None:
    known = release(ending=Ending(ReleaseState.DONE, TIM, NOW))
    assert moved(known).release is known


# The next wake-up.


@pytest.mark.parametrize(
    ("known", "given", "at"),
    [
        (release(granted()), None, timedelta(minutes=10)),
        (release(granted(intent=None)), None, None),
        (release(under_way(StepState.RUNNING)), None, timedelta(minutes=10)),
        (release(under_way(StepState.SENT)), None, timedelta(seconds=30)),
        (release(under_way(StepState.SENT, intent=sent(unclear_at=NOW))), None, None),
        (release(under_way(CANCELLING, cancel=ASKED)), None, timedelta(seconds=30)),
        (release(under_way(CANCELLING, cancel=ASKED, run=run())), None, timedelta(minutes=10)),
        (release(under_way(CANCELLING, run=run())), None, None),
        (release(under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW))), None, timedelta(seconds=120)),
        (release(under_way(StepState.UNKNOWN, intent=sent())), None, timedelta(seconds=120)),
        (release(under_way(StepState.UNKNOWN, intent=sent(alerted=True))), None, None),
        (release(under_way(StepState.UNKNOWN, intent=None)), None, None),
        (release(under_way(StepState.FAILED)), None, None),
        (release(), facts(environment_state(locks=(lock(until=later(hours=1)),))), timedelta(hours=1)),
        (release(), facts(environment_state(locks=(lock(),))), None),
        (
            production_step(waiting("production", sign_offs=BOTH)),
            facts(
                environment_state("production", locks=(lock(until=later(hours=1)),)),
                membership=membership(unknown=(TIM,)),
            ),
            timedelta(seconds=30),
        ),
        (
            production_step(granted("production", intent=intent(granted_at=later(hours=-1)))),
            facts(environment_state("production", locks=(lock(until=later(hours=1)),))),
            timedelta(minutes=-50),
        ),
        (
            release(ending=Ending(ReleaseState.DONE, TIM, NOW)),
            facts(environment_state(locks=(lock(until=later(hours=1)),))),
            None,
        ),
    ],
)
def test_when_time_alone_may_change_something(
    known: Release, given: Facts | None, at: timedelta | None
) -> None:
    assert next_wake(draft(known, given)) == (None if at is None else NOW + at)


def test_a_decision_says_when_to_wake_up() -> None:
    decision = decided(release(), REEVALUATED)
    assert decision.wake_at == later(minutes=10)
    assert after(decision).step.state is StepState.GRANTED
    assert decision.changed


def test_a_reevaluation_without_news_changes_nothing() -> None:
    known = in_production()
    decision = decided(known, REEVALUATED, facts(environment_state(holder=1)))
    assert (decision.release, decision.effects, decision.changed) == (known, (), False)
    assert decision.reply.code == "nothing_new"


# The draft.


def test_effects_are_gathered_once() -> None:
    work = draft()
    work.show()
    work.post("asked")
    work.show()
    assert work.effects == [CARD, PostToThread(1, "asked", {})]


def test_environments_are_seen_as_the_decision_changes_them() -> None:
    work = draft(
        given_release(), facts(environment_state(holder=1), environment_state("production", holder=8))
    )
    work.change_environment("staging", holder=2)
    assert work.environment_state("staging") == EnvironmentState("staging", 2)
    assert work.current_facts().environments == {
        "staging": EnvironmentState("staging", 2),
        "production": EnvironmentState("production", 8),
    }
    assert work.facts.environment_state("staging").holder == 1


def given_release() -> Release:
    return release(build=build(), kind=Kind.NORMAL)


UNSIGNED = plan(staging(), production(gates=(), signed=False))


def test_a_protected_step_without_signatures_passes_every_other_gate() -> None:
    asked = events.StepRequested(1, ANDY, "production")
    known = replace(in_production(), plan=UNSIGNED)
    assert after(decided(known, asked)).step.state is StepState.GRANTED
    for of, there in (
        (known, environment_state("production", locks=(lock(),))),
        (known, environment_state("production", holder=7)),
    ):
        assert after(decided(of, asked, facts(there))).step.state is StepState.WAITING
    other = replace(known, build=build(branch="feature"))
    assert refused(other, asked).code == "wrong_branch"
