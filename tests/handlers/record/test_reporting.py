from dataclasses import replace
from datetime import datetime

import pytest

from handlers import reports
from handlers.attempt import (
    Cancel,
    FailedAttempt,
    Failure,
    Run,
)
from handlers.effects import Call, NotifyOpen, PostToThread, ShowCard, StopRun, TellAuthors
from handlers.environments import Live, Lock
from handlers.outcome import Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState
from tests.handlers.builders import (
    ANDY,
    ANNOUNCED,
    CALLED_NOW,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    facts_at,
    later,
    lock,
    of_kind,
    plan,
    production,
    production_step,
    refused,
    release,
    rollback,
    run,
    sent,
    staging,
    succeeded,
    under_way,
    waiting,
)

CARD = ShowCard(1)
HELD = facts(environment_state(holder=1, failed=True))
ASKED = Cancel(TIM, "asked", NOW, "wrong")
TIMED_OUT = Cancel("shiproom", "timed_out", NOW)
NOTHING = Reply("nothing_new")
RUNS = reports.RunReported(1, CORRELATION, "run1", "running")
OK = replace(RUNS, state="succeeded")
BAD = replace(RUNS, state="failed", detail="exit 1")
GONE = replace(RUNS, state="vanished")
IN_FLIGHT = (StepState.SENT, StepState.UNKNOWN, StepState.RUNNING)


def here(step: Step) -> Release:
    return release(step, Step("production"))


# Success.


def test_a_success_makes_the_build_live_and_opens_the_next_step() -> None:
    decision = decided(here(under_way(StepState.RUNNING, failure=Failure("x"))), OK, HELD)
    first, second = after(decision).steps
    done = run(state="succeeded")
    assert first == under_way(StepState.SUCCEEDED, run=done, ended_at=NOW)
    assert second == Step(
        "production", StepState.WAITING, 1, waiting_since=NOW, called=("testers", "ops"), called_at=CALLED_NOW
    )
    assert decision.deployed == "staging"
    assert decision.environments == {"staging": environment_state(holder=1, live=Live(build(), 1, NOW))}
    assert decision.reply == Reply("reported", {"state": "succeeded"})
    assert decision.effects == (
        CARD,
        NotifyOpen("website", "newer_succeeded", "staging", 1),
        Call(1, "sign_offs_wanted", {"environment": "production"}, teams=("testers", "ops"), attempt=1),
        ANNOUNCED,
    )


@pytest.mark.parametrize("state", [StepState.SENT, StepState.UNKNOWN])
def test_a_success_of_a_run_that_nobody_knew(state: StepState) -> None:
    decision = decided(here(under_way(state)), replace(OK, attempt=2, url="https://ci/1"), HELD)
    assert after(decision).steps[0].run == Run("here", "run1", 2, "https://ci/1", "succeeded", seen_at=NOW)
    again = [PostToThread(1, "seen_again")] if state is StepState.UNKNOWN else []
    assert of_kind(decision.effects, PostToThread) == again


@pytest.mark.parametrize(("requesters", "by"), [((TIM, "U2"), TIM), ((), "")])
def test_the_last_success_ends_the_release(requesters: tuple[str, ...], by: str) -> None:
    known = replace(production_step(under_way(StepState.RUNNING, "production")), requesters=requesters)
    decision = decided(known, OK, facts(environment_state("production", holder=1)))
    assert after(decision).ending == Ending(ReleaseState.DONE, by, NOW)
    assert decision.environments == {
        "production": environment_state("production", live=Live(build(), 1, NOW))
    }
    assert decision.effects == (
        CARD,
        NotifyOpen("website", "newer_succeeded", "production", 1),
        TellAuthors(1),
        PostToThread(
            1, "done", {"environment": "production", "settled_by": ""}, broadcast=True, users=requesters
        ),
        ANNOUNCED,
    )


def test_a_success_that_was_to_be_cancelled_is_too_late() -> None:
    decision = decided(here(under_way(StepState.CANCELLING, cancel=ASKED, run=run())), OK, HELD)
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, TIM, NOW, "wrong")
    assert [step.state for step in after(decision).steps] == [StepState.SUCCEEDED, StepState.SKIPPED]
    assert decision.environments["staging"].live == Live(build(), 1, NOW)
    assert decision.effects[2:] == (
        PostToThread(1, "too_late", {"environment": "staging"}, broadcast=True, users=(TIM, ANDY)),
        ANNOUNCED,
    )


def test_a_success_after_the_time_limit_is_a_success() -> None:
    decision = decided(here(under_way(StepState.CANCELLING, cancel=TIMED_OUT, run=run())), OK, HELD)
    assert after(decision).steps[0].state is StepState.SUCCEEDED
    assert not after(decision).ended


# Rollbacks.

BACK = rollback(under_way(StepState.RUNNING, "production"), note="broken")
OK_BACK = replace(OK, release=5)


@pytest.mark.parametrize(("note", "reason"), [("broken", "broken"), ("", "rolled back to 2.1.0")])
def test_a_rollback_locks_the_environment(note: str, reason: str) -> None:
    decision = decided(
        replace(BACK, note=note), OK_BACK, facts(environment_state("production", holder=5, failed=True))
    )
    lock_now = Lock(TIM, NOW, reason, None, 5)
    assert decision.environments == {
        "production": environment_state("production", live=Live(build(), 5, NOW), locks=(lock_now,))
    }
    back = {"environment": "production", "settled_by": "", "by": TIM, "reason": note, "locked": "yes"}
    assert decision.effects == (
        ShowCard(5),
        NotifyOpen("website", "reevaluate", "production"),
        PostToThread(5, "rolled_back", back, broadcast=True, users=(TIM,)),
        ANNOUNCED,
    )


def test_a_rollback_adds_no_lock_to_one_without_an_end() -> None:
    there = lock("U2")
    decision = decided(BACK, OK_BACK, facts(environment_state("production", holder=5, locks=(there,))))
    assert decision.environments["production"].locks == (there,)
    assert [each.code for each in of_kind(decision.effects, PostToThread)] == ["rolled_back"]
    # What waits there may begin with the build that lies there now, though nothing changed about the lock.
    assert NotifyOpen("website", "reevaluate", "production") in decision.effects


@pytest.mark.parametrize("until", [later(hours=1), NOW])
def test_a_rollback_locks_beside_what_ends(until: datetime) -> None:
    there = lock("U2", until=until)
    decision = decided(BACK, OK_BACK, facts(environment_state("production", holder=5, locks=(there,))))
    kept = [there] if there.in_force(NOW) else []
    assert [*decision.environments["production"].locks] == [*kept, Lock(TIM, NOW, "broken", None, 5)]


# Failure.


@pytest.mark.parametrize(
    ("state", "code"),
    [("failed", "run_failed"), ("cancelled", "run_cancelled"), ("timed_out", "timed_out")],
)
def test_a_failed_run_fails_the_step_which_keeps_its_environment(state: str, code: str) -> None:
    known = here(under_way(StepState.RUNNING))
    event = replace(BAD, state=state)
    decision = decided(known, event, facts(environment_state(holder=1)))
    assert after(decision).step == replace(
        known.step,
        state=StepState.FAILED,
        run=run(state="failed"),
        failure=Failure(code, "exit 1"),
        failures=(FailedAttempt(1, NOW, Failure(code, "exit 1")),),
        ended_at=NOW,
    )
    assert decision.environments == {"staging": environment_state(holder=1, failed=True)}
    values = {"environment": "staging", "code": code, "detail": "exit 1"}
    assert decision.effects == (
        Call(1, "failed", values, teams=("developers", "ops"), users=(ANDY,), attempt=1),
        CARD,
        ANNOUNCED,
    )
    assert decision.reply == Reply("reported", {"state": state})


def test_the_end_of_the_output_of_a_success_is_not_said() -> None:
    decision = decided(here(under_way(StepState.RUNNING)), replace(OK, tail="last lines"), HELD)
    assert "log_tail" not in {each.code for each in of_kind(decision.effects, PostToThread)}


def test_the_end_of_the_output_is_said() -> None:
    decision = decided(here(under_way(StepState.RUNNING)), replace(BAD, tail="last lines"), HELD)
    assert decision.effects[-1] == PostToThread(1, "log_tail", {"tail": "last lines"})


@pytest.mark.parametrize("state", ["failed", "cancelled", "timed_out"])
def test_what_was_to_be_cancelled_has_stopped(state: str) -> None:
    known = here(under_way(StepState.CANCELLING, cancel=ASKED, run=run()))
    decision = decided(known, replace(BAD, state=state), facts(environment_state(holder=1)))
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, TIM, NOW, "wrong")
    assert decision.environments == {"staging": environment_state(failed=True)}
    assert decision.effects == (
        PostToThread(1, "cancelled", {"by": TIM, "reason": "wrong"}, users=(ANDY,)),
        CARD,
        ANNOUNCED,
    )


def test_what_had_reached_its_time_limit_has_failed() -> None:
    known = here(under_way(StepState.CANCELLING, cancel=TIMED_OUT, run=run()))
    decision = decided(known, replace(BAD, state="cancelled"), HELD)
    step = after(decision).step
    assert (step.failure, step.cancel, step.state) == (Failure("timed_out", "exit 1"), None, StepState.FAILED)


# Runs seen and lost.


def test_a_run_that_is_seen_again_runs() -> None:
    known = here(under_way(StepState.UNKNOWN, run=run(), intent=sent(unclear_at=NOW)))
    decision = decided(known, RUNS, HELD)
    assert after(decision) == known.with_step(0, state=StepState.RUNNING)
    assert decision.effects == (PostToThread(1, "seen_again", {}), CARD)
    assert decision.reply == Reply("reported", {"state": "running"})


@pytest.mark.parametrize(
    "step",
    [
        under_way(StepState.RUNNING),
        under_way(StepState.CANCELLING, cancel=ASKED, run=run()),
        under_way(StepState.UNKNOWN, cancel=ASKED, run=run(), intent=sent(unclear_at=NOW, alerted=True)),
    ],
)
def test_a_run_that_still_runs_is_no_news(step: Step) -> None:
    decision = decided(here(step), RUNS, HELD)
    assert (decision.release, decision.effects) == (here(step), ())


def test_a_run_that_vanished_is_searched_for_and_operators_are_asked_again() -> None:
    known = here(under_way(StepState.RUNNING, intent=sent(unclear_at=NOW, alerted=True)))
    now = later(seconds=9)
    decision = decided(known, GONE, facts_at(now, environment_state(holder=1)), now)
    step = after(decision).step
    assert (step.state, step.intent) == (StepState.UNKNOWN, sent(unclear_at=now))
    lost = {"code": "vanished", "detail": "", "environment": "staging"}
    assert decision.effects == (PostToThread(1, "lost_sight", lost), CARD)


@pytest.mark.parametrize(
    "step",
    [
        under_way(StepState.UNKNOWN, run=run(), intent=sent(unclear_at=NOW)),
        under_way(StepState.CANCELLING, cancel=ASKED, run=run()),
    ],
)
def test_what_is_lost_already_does_not_vanish_again(step: Step) -> None:
    decision = decided(here(step), GONE, HELD)
    assert (decision.release, decision.effects) == (here(step), ())


# Other runs.


def test_a_second_run_of_an_intent_is_stopped_once() -> None:
    known = here(under_way(StepState.RUNNING))
    event = replace(RUNS, run_id="run2")
    decision = decided(known, event, HELD)
    assert after(decision) == known.with_step(0, late=("run2:running",))
    assert decision.reply == Reply("other_run", {"run": "run2"})
    assert decision.effects == (
        StopRun(1, CORRELATION, "run2"),
        Call(1, "second_run", {"run": "run2"}, teams=("ops",)),
    )
    again = decided(after(decision), event, HELD)
    assert (again.reply, again.effects) == (decision.reply, ())


@pytest.mark.parametrize("state", ["succeeded", "failed", "vanished"])
def test_a_second_run_that_has_ended_is_left_alone(state: str) -> None:
    known = here(under_way(StepState.RUNNING))
    decision = decided(known, replace(RUNS, run_id="run2", state=state), HELD)
    assert (decision.release, decision.effects) == (known, ())
    assert decision.reply == Reply("other_run", {"run": "run2"})


@pytest.mark.parametrize(
    ("step", "event"),
    [
        (under_way(StepState.RUNNING, run=run(attempt=2)), BAD),
        (under_way(StepState.FAILED, run=run()), OK),
        (under_way(StepState.FAILED, run=run()), RUNS),
    ],
    ids=["an earlier attempt", "failed before", "failed before, runs"],
)
def test_a_state_moves_forward_only(step: Step, event: reports.RunReported) -> None:
    decision = decided(here(step), event, HELD)
    assert (decision.reply, decision.release, decision.effects) == (NOTHING, here(step), ())


@pytest.mark.parametrize("attempt", [2, 3])
def test_a_report_of_this_or_a_later_attempt_counts(attempt: int) -> None:
    known = here(under_way(StepState.RUNNING, run=run(attempt=2)))
    assert after(decided(known, replace(BAD, attempt=attempt), HELD)).step.state is StepState.FAILED


# Late runs.

VOIDED = here(waiting("staging", attempt=2, voided=("corr0", CORRELATION), requested=False))
LATE = {"run": "run1", "environment": "staging"}


@pytest.mark.parametrize(
    "known",
    [
        VOIDED,
        here(under_way(StepState.FAILED, failure=Failure("not_sent"))),
        release(
            under_way(StepState.SKIPPED, holding=False),
            ending=Ending(ReleaseState.CANCELLED, TIM, NOW),
        ),
    ],
    ids=["void", "not sent", "ended"],
)
def test_a_late_run_is_stopped_once_and_operators_are_told(known: Release) -> None:
    decision = decided(known, RUNS, facts(environment_state(holder=9)))
    assert after(decision).steps[0].late == ("run1:running",)
    assert decision.reply == Reply("late", {**LATE, "state": "running"})
    assert decision.effects == (
        StopRun(1, CORRELATION, "run1"),
        Call(1, "late_run", {**LATE, "state": "running"}, teams=("ops",)),
        CARD,
    )
    assert decision.environments == {"staging": environment_state(holder=9, touched=True)}


def test_a_late_run_that_was_seen_and_failed_leaves_its_environment_touched() -> None:
    """Something else may have been deployed there since it was seen, which is not untouched any more."""
    seen = after(decided(VOIDED, RUNS, facts(environment_state(holder=9))))
    decision = decided(seen, BAD, facts(environment_state(holder=9, live=Live(build(7), 7, NOW))))
    assert decision.reply.code == "late"
    assert decision.environments["staging"].touched
    assert decided(after(decision), BAD, HELD).reply.code == "nothing_new"
    assert decided(VOIDED, BAD, HELD).reply.code == "nothing_new", "it never ran"
    again = decided(after(decision), RUNS, facts(environment_state(holder=9)))
    assert (again.reply, again.effects) == (NOTHING, ())


@pytest.mark.parametrize(
    "known",
    [
        VOIDED,
        here(under_way(StepState.FAILED, failure=Failure("not_sent"))),
        here(replace(VOIDED.step, state=StepState.SUCCEEDED)),
        release(
            under_way(StepState.SKIPPED, holding=False),
            ending=Ending(ReleaseState.CANCELLED, TIM, NOW),
        ),
    ],
    ids=["void", "not sent", "void, and the next attempt succeeded", "ended"],
)
def test_a_late_success_is_live(known: Release) -> None:
    decision = decided(known, OK, facts(environment_state(holder=9, failed=True)))
    assert decision.deployed == "staging"
    assert decision.environments["staging"] == environment_state(holder=9, live=Live(build(), 1, NOW))
    assert after(decision).steps[0].late == ("run1:succeeded",)
    told = Call(1, "late_success", {**LATE, "state": "succeeded"}, teams=("ops",))
    assert told in decision.effects
    assert CARD in decision.effects
    assert decision.reply == Reply("late", {**LATE, "state": "succeeded"})
    again = decided(after(decision), OK, facts(environment_state(holder=9)))
    assert (again.reply, again.effects, again.deployed) == (NOTHING, (), "")


def test_a_late_report_of_an_earlier_step_finds_its_step() -> None:
    known = production_step(waiting("production"))
    known = known.with_step(0, voided=("older",))
    decision = decided(
        known,
        replace(OK, correlation="older"),
        facts(environment_state(), environment_state("production", holder=9)),
    )
    assert after(decision).steps[0].late == ("run1:succeeded",)
    assert after(decision).steps[1].late == ()
    assert list(decision.environments) == ["staging"]


@pytest.mark.parametrize(
    ("known", "event"),
    [
        (
            production_step(waiting("production", requested=False)),
            replace(OK, correlation="corr0", run_id="run0"),
        ),
        (
            production_step(waiting("production", requested=False)),
            replace(RUNS, correlation="corr0", run_id="run0"),
        ),
        (VOIDED, BAD),
        (VOIDED, GONE),
        (here(under_way(StepState.FAILED, failure=Failure("not_sent"))), BAD),
        (
            release(
                under_way(StepState.SKIPPED, holding=False, run=run()),
                ending=Ending(ReleaseState.CANCELLED, TIM, NOW),
            ),
            RUNS,
        ),
    ],
    ids=[
        "its own success",
        "its own run",
        "void failed",
        "void vanished",
        "not sent failed",
        "its own, stopped",
    ],
)
def test_a_late_report_that_is_no_news(known: Release, event: reports.RunReported) -> None:
    decision = decided(known, event)
    assert (decision.reply, decision.release, decision.effects) == (NOTHING, known, ())


def test_a_run_of_a_void_attempt_is_late_even_if_it_has_the_id_of_the_new_one() -> None:
    step = under_way(StepState.RUNNING, intent=sent(correlation="new"), voided=(CORRELATION,))
    assert decided(here(step), RUNS, HELD).reply.code == "late"


def test_a_run_of_another_step_than_the_one_under_way() -> None:
    known = release(
        succeeded(holding=False), under_way(StepState.RUNNING, "production", intent=sent(correlation="new"))
    )
    assert decided(known, replace(RUNS, correlation="corr0", run_id="run9")).reply.code == "rerun"


def test_a_run_that_carries_no_id_of_this_release_is_refused() -> None:
    assert refused(here(waiting("staging")), RUNS) == Refusal("not_ours", {"correlation": CORRELATION})
    assert refused(here(waiting("staging")), replace(RUNS, correlation="")).code == "not_ours"


def test_a_plan_of_one_environment_ends_with_it() -> None:
    known = release(under_way(StepState.RUNNING), plan=plan(staging(), production()))
    assert after(decided(known, OK, HELD)).state is ReleaseState.DONE


@pytest.mark.parametrize("state", [StepState.SENT, StepState.UNKNOWN])
def test_a_run_that_is_gone_is_not_followed(state: StepState) -> None:
    known = here(under_way(state))
    decision = decided(known, GONE, HELD)
    assert (decision.reply, decision.release, decision.effects) == (NOTHING, known, ())


# A CI that refuses, or cannot be asked.


@pytest.mark.parametrize(("run_id", "url"), [("run1", {"url": run().url}), ("run2", {})])
def test_a_stop_that_is_refused_is_told_to_operators(run_id: str, url: dict[str, str]) -> None:
    known = here(under_way(StepState.CANCELLING, run=run(), cancel=ASKED))
    decision = decided(known, reports.StopRefused(1, CORRELATION, run_id, "HTTP 403"), HELD)
    told = {"run": run_id, "environment": "staging", "detail": "HTTP 403", **url}
    post = Call(1, "stop_refused", told, ("ops",))
    assert decision.effects == (post, CARD)
    assert after(decision).step == known.step


def test_a_stop_of_somebody_elses_run_is_not_ours() -> None:
    stranger = reports.StopRefused(1, "another", "run1")
    assert refused(here(under_way(StepState.RUNNING, run=run())), stranger, HELD).code == "not_ours"


def test_what_is_lost_while_the_ci_cannot_be_asked_says_since_when() -> None:
    silent = {CORRELATION: NOW}
    known = here(under_way(StepState.CANCELLING, run=run(), cancel=Cancel(TIM, "asked", NOW)))
    now = later(minutes=10)
    held = facts_at(now, environment_state(holder=1), silent=silent)
    decision = decided(known, reports.Reevaluated(1), held, now)
    posts = [each for each in decision.effects if isinstance(each, PostToThread | Call)]
    assert [(each.code, each.values["silent"]) for each in posts] == [
        ("lost_sight", NOW.isoformat()),
        ("unknown", NOW.isoformat()),
    ]
