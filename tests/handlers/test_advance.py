from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from handlers import reports
from handlers.advance import advance
from handlers.draft import Draft
from handlers.effects import Say, ShowCard, StopRun, Tell, TellOpen, Trigger
from handlers.facts import Facts
from handlers.ground import Ground
from handlers.limits import deadline, next_look
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.step import Cancel, Intent, Step, StepState
from tests.handlers.making import (
    AMITA,
    ANDY,
    BOTH,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    draft,
    facts,
    facts_at,
    granted,
    ground,
    in_line,
    in_production,
    intent,
    later,
    lock,
    plan,
    production,
    production_step,
    release,
    roll,
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

LOOK = reports.Looked(1)
CARD = ShowCard(1)
CANCELLING = StepState.CANCELLING
ASKED = Cancel(TIM, "asked", NOW)


def moved(known: Release, given: Facts | None = None, now: datetime = NOW) -> Draft:
    work = Draft(known, given or facts_at(now), now, "seed")
    advance(work)
    return work


# A grant.


def test_a_step_whose_gates_are_open_is_granted() -> None:
    work = moved(in_production(requested=True, sign_offs=BOTH), facts(ground(holder=1)))
    step = work.release.step
    assert (step.state, step.holding, step.attempt) == (StepState.GRANTED, True, 1)
    correlation = sha256(b"seed/1/production/1").hexdigest()[:20]
    assert step.intent == Intent(correlation, NOW)
    assert work.effects == [Trigger(1, correlation), CARD]
    assert work.grounds == {"staging": ground(), "production": ground("production", holder=1)}
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


def test_a_grant_after_a_failure_begins_anew() -> None:
    step = waiting("staging", attempt=2, holding=True, touched=True, run=run(), cancel=ASKED, ended_at=NOW)
    work = moved(release(step), facts(ground(holder=1)))
    now = work.release.step
    assert now.intent is not None
    assert now.intent.touched_before
    assert (now.run, now.failure, now.cancel, now.ended_at) == (None, None, None, None)


@pytest.mark.parametrize(
    ("known", "given"),
    [
        (production_step(waiting("production", requested=False, sign_offs=BOTH)), facts()),
        (production_step(waiting("production", sign_offs=BOTH[:1])), facts()),
        (in_production(requested=True), facts(ground(holder=1))),
        (release(), facts(ground(lock=lock()))),
        (release(granted()), facts(ground(holder=1))),
        (release(waiting("staging", in_line_since=NOW)), facts(ground(holder=4, line=in_line(1)))),
    ],
    ids=["not asked", "ops missing", "both missing", "locked", "granted before", "in line"],
)
def test_nothing_follows(known: Release, given: Facts) -> None:
    work = moved(known, given)
    assert work.release is known
    assert (work.effects, work.grounds) == ([], {})


def test_who_may_go_but_for_the_turn_stands_in_line() -> None:
    work = moved(release(), facts(ground(holder=4, line=in_line(2))))
    assert work.release.step.in_line_since == NOW
    assert [entry.release for entry in work.grounds["staging"].line] == [2, 1]
    assert work.grounds["staging"].line[1].since == NOW
    assert not work.grounds["staging"].line[1].rollback
    assert work.effects == [CARD]


def test_a_rollback_stands_first() -> None:
    work = moved(rollback(), facts(ground("production", holder=4, line=in_line(2))))
    assert [(entry.release, entry.rollback) for entry in work.grounds["production"].line] == [
        (5, True),
        (2, False),
    ]


def test_who_stands_in_line_already_does_so_once() -> None:
    work = moved(release(), facts(ground(holder=4, line=in_line(1))))
    assert work.release.step.in_line_since == NOW
    assert "staging" not in work.grounds


def test_the_first_in_line_leaves_it_with_its_grant() -> None:
    known = release(waiting("staging", in_line_since=later(seconds=-60)))
    work = moved(known, facts(ground(line=in_line(1, 2))))
    assert work.release.step.in_line_since is None
    assert work.release.step.state is StepState.GRANTED
    assert work.grounds["staging"] == ground(holder=1, line=in_line(1, 2)[1:])


@pytest.mark.parametrize(
    "known",
    [
        release(waiting("staging", in_line_since=NOW, requested=False)),
        release(waiting("staging", in_line_since=NOW), plan=plan(staging(gates=(rule("testers"),)))),
    ],
    ids=["not asked any more", "a sign-off is missing"],
)
def test_who_may_not_go_steps_aside_and_the_next_is_told(known: Release) -> None:
    work = moved(known, facts(ground(line=in_line(1, 2))))
    assert work.release.step.in_line_since is None
    assert [entry.release for entry in work.grounds["staging"].line] == [2]
    assert work.effects == [Tell(reports.Looked(2)), CARD]


def test_stepping_aside_wakes_nobody_while_the_environment_is_held() -> None:
    known = release(waiting("staging", in_line_since=NOW, requested=False))
    assert moved(known, facts(ground(holder=4, line=in_line(1, 2)))).effects == [CARD]


def test_an_environment_given_free_wakes_the_first_in_line() -> None:
    known = in_production(requested=True, sign_offs=BOTH)
    work = moved(known, facts(ground(holder=1, line=in_line(7, 8))))
    assert work.effects[0] == Tell(reports.Looked(7))
    assert work.grounds["staging"] == ground(holder=0, line=in_line(7, 8))


# Locks.


def test_what_a_lock_alone_holds_back_in_a_protected_environment_has_to_be_asked_again() -> None:
    known = in_production(requested=True, in_line_since=NOW, sign_offs=BOTH)
    work = moved(known, facts(ground(holder=1), ground("production", lock=lock(), line=in_line(1))))
    step = work.release.step
    assert (step.requested, step.unrequested_by, step.in_line_since) == (False, "lock", None)
    assert work.grounds["production"].line == ()
    assert work.effects[0] == CARD


def test_who_holds_a_locked_environment_makes_no_difference() -> None:
    known = in_production(requested=True, sign_offs=BOTH)
    work = moved(known, facts(ground(holder=1), ground("production", holder=4, lock=lock())))
    assert (work.release.step.requested, work.release.step.unrequested_by) == (False, "lock")


def test_what_waits_for_sign_offs_too_stays_asked_under_a_lock() -> None:
    known = in_production(requested=True)
    work = moved(known, facts(ground(holder=1), ground("production", lock=lock())))
    assert work.release.step.requested


def test_what_meets_a_lock_elsewhere_stays_asked() -> None:
    known = release(waiting("staging", in_line_since=NOW))
    work = moved(known, facts(ground(lock=lock(), line=in_line(1))))
    assert work.release.step.requested
    assert work.release.step.in_line_since is None


def test_a_rollback_meets_no_lock() -> None:
    assert moved(rollback(), facts(ground("production", lock=lock()))).release.step.state is StepState.GRANTED


# The next step.


def test_the_next_step_opens_and_its_teams_are_told() -> None:
    work = moved(release(succeeded(), Step("production")), facts(ground(holder=1)))
    step = work.release.step
    expected = Step("production", StepState.WAITING, 1, waiting_since=NOW)
    assert step == expected
    wanted = Say(
        1, "sign_offs_wanted", {"environment": "production"}, broadcast=True, teams=("testers", "ops")
    )
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
def test_a_step_is_asked_for_early_or_by_the_plan(step: Step, start: str, requested: bool) -> None:
    known = release(succeeded(), step, plan=plan(staging(), production(start=start)))
    work = moved(known, facts(ground(holder=1)))
    told = TellOpen("website", "newer_asked", "production", 1, 1)
    assert work.release.step.requested is requested
    assert (told in work.effects) is requested


def test_a_step_without_gates_tells_no_team() -> None:
    known = release(succeeded(holding=False), Step("production"), plan=plan(staging(), production(gates=())))
    assert moved(known).effects == [CARD]


def test_a_rollback_tells_no_older_build() -> None:
    automatic = production(start="automatic", gates=())
    known = rollback(Step("production"), plan=plan(staging(), automatic))
    assert not [effect for effect in moved(known).effects if isinstance(effect, TellOpen)]


# What is kept.


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
    work = moved(known, facts(ground(holder=1)))
    assert work.release.steps[0].holding is not left
    assert work.grounds == ({"staging": ground()} if left else {})


def test_a_first_step_has_none_to_leave() -> None:
    known = release(waiting("staging", requested=False, holding=True))
    assert moved(known, facts(ground(holder=1))).release is known


def test_leaving_does_not_take_an_environment_from_another() -> None:
    known = in_production(sign_offs=BOTH)
    assert moved(known, facts(ground(holder=9))).grounds == {}


# Time.


def test_a_time_limit_cancels_the_run() -> None:
    known = release(under_way(StepState.RUNNING))
    assert moved(known, now=later(seconds=599)).release is known
    now = later(seconds=600)
    work = moved(known, now=now)
    assert work.release.step.state is CANCELLING
    assert work.release.step.cancel == Cancel("shiproom", "timed_out", now)
    said = Say(1, "cancelling", {"by": "shiproom", "code": "timed_out", "reason": ""})
    assert work.effects == [said, StopRun(1, CORRELATION, "run1"), CARD]


def test_a_run_whose_start_is_not_known_has_no_limit() -> None:
    step = under_way(StepState.RUNNING, run=run(started_at=None))
    assert deadline(release(step), step) is None
    assert deadline(release(), Step("staging")) is None
    assert moved(release(step), now=later(days=9)).release.step is step


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
        Say(1, "lost_sight", lost),
        CARD,
        Say(1, "unknown", alert, broadcast=True, teams=("ops",)),
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
    assert work.effects == [Say(1, "lost_sight", lost), CARD]


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
    capabilities = {**from_here.capabilities, "here": type(from_here.can("here"))(True, 60)}
    known = release(under_way(StepState.UNKNOWN, where, intent=sent(unclear_at=NOW)))

    def at(seconds: int) -> Draft:
        return moved(known, facts(capabilities=capabilities), later(seconds=seconds))

    assert at(grace - 1).release is known
    work = at(grace)
    assert work.release.step.intent == sent(unclear_at=NOW, alerted=True)
    values = {"environment": where, "correlation": CORRELATION}
    assert work.effects == [Say(1, "unknown", values, broadcast=True, teams=("ops",)), CARD]


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


def test_a_grant_that_was_not_sent_is_void_after_ten_minutes() -> None:
    known = production_step(granted("production", sign_offs=BOTH))
    given = facts(ground("production", holder=1))
    assert moved(known, given, later(seconds=599)).release is known
    now = later(minutes=10)
    work = moved(known, given, now)
    step = work.release.step
    assert step == waiting(
        "production",
        attempt=2,
        requested=False,
        unrequested_by="expired",
        waiting_since=now,
        sign_offs=BOTH,
        voided=(CORRELATION,),
    )
    assert work.grounds == {"production": ground("production")}
    void = {"environment": "production", "why": "expired"}
    assert work.effects == [Say(1, "grant_void", void, broadcast=True, teams=("developers", "ops")), CARD]


def test_a_void_grant_keeps_what_an_earlier_attempt_touched() -> None:
    known = release(granted(touched=True))
    work = moved(known, facts(ground(holder=1)), later(minutes=10))
    assert work.release.step.holding
    assert work.grounds == {}


def test_a_granted_step_without_an_intent_stays() -> None:
    step = granted(intent=None)
    assert moved(release(step), now=later(days=1)).release.step is step


# The end.


def test_a_doomed_release_ends_once_nothing_is_in_flight() -> None:
    flying = release(under_way(StepState.RUNNING), doomed_by=7)
    assert moved(flying).release is flying
    work = moved(release(doomed_by=7))
    assert work.release.ending == Ending(ReleaseState.SUPERSEDED, "r7", NOW, replaced_by=7)
    assert work.effects == [Say(1, "superseded", {"by": "r7"}), CARD]


def test_an_ended_release_moves_no_more() -> None:
    known = release(ending=Ending(ReleaseState.DONE, TIM, NOW))
    assert moved(known).release is known


# When to look again.


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
        (release(), facts(ground(lock=lock(until=later(hours=1)))), timedelta(hours=1)),
        (release(), facts(ground(lock=lock())), None),
        (
            production_step(waiting("production", sign_offs=BOTH)),
            facts(ground("production", lock=lock(until=later(hours=1))), roll=roll(unknown=(TIM,))),
            timedelta(seconds=30),
        ),
        (
            production_step(granted("production", intent=intent(granted_at=later(hours=-1)))),
            facts(ground("production", lock=lock(until=later(hours=1)))),
            timedelta(minutes=-50),
        ),
        (
            release(ending=Ending(ReleaseState.DONE, TIM, NOW)),
            facts(ground(lock=lock(until=later(hours=1)))),
            None,
        ),
    ],
)
def test_when_time_alone_may_change_something(
    known: Release, given: Facts | None, at: timedelta | None
) -> None:
    assert next_look(draft(known, given)) == (None if at is None else NOW + at)


def test_a_decision_says_when_to_look_again() -> None:
    decision = decided(release(), LOOK)
    assert decision.wake_at == later(minutes=10)
    assert after(decision).step.state is StepState.GRANTED
    assert decision.changed


def test_a_look_that_finds_nothing_changes_nothing() -> None:
    known = in_production()
    decision = decided(known, LOOK, facts(ground(holder=1)))
    assert (decision.release, decision.effects, decision.changed) == (known, (), False)
    assert decision.reply.code == "nothing_new"


# The working copy.


def test_effects_are_gathered_once() -> None:
    work = draft()
    work.show()
    work.say("asked")
    work.show()
    assert work.effects == [CARD, Say(1, "asked", {})]


def test_grounds_are_seen_as_they_become() -> None:
    work = draft(given_release(), facts(ground(holder=1), ground("production", holder=8)))
    work.change_ground("staging", holder=2)
    assert work.ground("staging") == Ground("staging", 2)
    assert work.facts_now().grounds == {
        "staging": Ground("staging", 2),
        "production": Ground("production", 8),
    }
    assert work.facts.ground("staging").holder == 1


def given_release() -> Release:
    return release(build=build(), kind=Kind.NORMAL)
