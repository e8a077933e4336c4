from dataclasses import replace
from datetime import datetime

import pytest

from handlers import events, reports
from handlers.attempt import (
    Cancel,
    FailedAttempt,
    Failure,
    Run,
)
from handlers.effects import Call, PostToThread, ShowCard, StopRun, Trigger
from handlers.outcome import Refusal, Reply
from handlers.release import Ending, Release, ReleaseState
from handlers.step import IN_FLIGHT, Step, StepState
from tests.handlers.builders import (
    AMITA,
    ANDY,
    ANNOUNCED,
    BOTH,
    CORRELATION,
    NOW,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    facts_at,
    failed,
    granted,
    intent,
    later,
    lock,
    membership,
    of_kind,
    production_step,
    refused,
    release,
    run,
    sent,
    under_way,
    waiting,
)

CARD = ShowCard(1)
HELD = facts(environment_state(holder=1))
THERE = facts(environment_state("production", holder=1))
NOTHING = Reply("nothing_new", {"correlation": CORRELATION})
SPENT = tuple(replace(each, spent=True) for each in BOTH)
ASKED = Cancel(TIM, "asked", NOW, "wrong")
UNCLEAR = sent(unclear_at=NOW)
WANTED = reports.SendRequested(1, CORRELATION)
FLYING = (StepState.SENT, StepState.UNKNOWN, StepState.CANCELLING)


def here(step: Step) -> Release:
    return release(step, Step("production"))


def unchanged(known: Release, event: events.ReleaseEvent, reply: Reply = NOTHING) -> None:
    decision = decided(known, event, HELD)
    assert (decision.reply, decision.release, decision.effects) == (reply, known, ())


# Marking as sent.


@pytest.mark.parametrize("now", [NOW, later(seconds=599)])
def test_a_grant_is_marked_sent_and_its_sign_offs_spent(now: datetime) -> None:
    again = intent(tries=2, unclear_at=NOW)
    known = production_step(granted("production", sign_offs=BOTH, intent=again))
    decision = decided(known, WANTED, facts_at(now, environment_state("production", holder=1)), now)
    assert after(decision).step == replace(
        known.step,
        state=StepState.SENT,
        may_have_deployed=True,
        sign_offs=SPENT,
        intent=intent(sent_at=now, tries=3),
    )
    assert decision.reply == Reply("send", {"correlation": CORRELATION})
    assert decision.effects == (CARD,)
    there = environment_state("production", holder=1, touched=True)
    assert decision.environments == {"production": there}


@pytest.mark.parametrize("refusal", ["", "503"], ids=["never sent", "not taken for now"])
def test_a_grant_of_ten_minutes_is_void(refusal: str) -> None:
    now = later(minutes=10)
    known = here(granted(intent=intent(refusal=refusal)))
    decision = decided(known, WANTED, facts_at(now, environment_state(holder=1)), now)
    assert decision.reply == Reply("grant_void", {"why": "expired"})
    assert after(decision).step == waiting(
        "staging",
        attempt=2,
        requested=False,
        unrequested_by="expired",
        unrequested_detail=refusal,
        waiting_since=now,
        voided=(CORRELATION,),
    )
    void = {"environment": "staging", "why": "expired", "detail": refusal}
    said = Call(1, "grant_void", void, teams=("developers", "ops"), attempt=2)
    assert decision.effects == (said, CARD, ANNOUNCED)


def test_a_grant_whose_gate_shut_is_void() -> None:
    known = production_step(granted("production", sign_offs=BOTH, intent=intent(tries=1, refusal="503")))
    shut = facts(environment_state("production", holder=1, locks=(lock(),)))
    decision = decided(known, WANTED, shut)
    assert decision.reply == Reply("grant_void", {"why": "lock"})
    [void] = of_kind(decision.effects, PostToThread, Call)
    assert void.values == {"environment": "production", "why": "locked", "detail": "503"}
    step = after(decision).step
    assert (step.state, step.requested, step.unrequested_by, step.attempt) == (
        StepState.WAITING,
        False,
        "locked",
        2,
    )
    assert step.sign_offs == BOTH
    assert decision.environments["production"].holder == 0


def test_a_grant_is_void_when_a_signer_does_not_count_any_more() -> None:
    known = production_step(granted("production", sign_offs=BOTH))
    decision = decided(
        known,
        WANTED,
        facts(environment_state("production", holder=1), membership=membership(unknown=(AMITA,))),
    )
    assert decision.reply == Reply("grant_void", {"why": "sign_off"})
    assert after(decision).step.unrequested_by == "signer_unknown"


@pytest.mark.parametrize(
    "known", [here(waiting("staging")), here(granted(intent=intent(correlation="other")))]
)
def test_a_void_intent_is_not_sent(known: Release) -> None:
    assert refused(known, WANTED, HELD) == Refusal("void_intent", {"correlation": CORRELATION})


def test_a_request_marked_before_has_lost_its_sender() -> None:
    decision = decided(here(under_way(StepState.SENT)), WANTED, HELD)
    assert decision.reply == Reply("unclear", {"detail": "its sender stopped"})
    assert after(decision).step.state is StepState.UNKNOWN


def test_what_runs_is_not_sent_again() -> None:
    unchanged(here(under_way(StepState.RUNNING)), WANTED)


# Accepted.

TAKEN = reports.SendAccepted(1, CORRELATION, "run7", "https://ci/7")
NAMELESS = reports.SendAccepted(1, CORRELATION)
RUN7 = Run("here", "run7", 1, "https://ci/7", "running", seen_at=NOW)


@pytest.mark.parametrize("state", [StepState.SENT, StepState.UNKNOWN])
def test_a_named_run_is_followed(state: StepState) -> None:
    known = here(under_way(state))
    decision = decided(known, TAKEN, HELD)
    assert after(decision).step == replace(known.step, state=StepState.RUNNING, run=RUN7)
    assert decision.reply == Reply("accepted")
    again = (PostToThread(1, "seen_again"),) if state is StepState.UNKNOWN else ()
    assert decision.effects == (*again, CARD)


def test_a_named_run_that_is_to_be_cancelled_is_stopped() -> None:
    known = here(under_way(StepState.CANCELLING, cancel=ASKED))
    decision = decided(known, TAKEN, HELD)
    assert after(decision).step == replace(known.step, run=RUN7)
    assert decision.effects == (StopRun(1, CORRELATION, "run7"), CARD)


def test_a_nameless_run_is_searched_for() -> None:
    decision = decided(here(under_way(StepState.SENT)), NAMELESS, HELD)
    step = after(decision).step
    assert (step.state, step.intent, step.run) == (StepState.UNKNOWN, UNCLEAR, None)
    lost = {"code": "no_run_named", "detail": "", "environment": "staging"}
    assert decision.effects == (PostToThread(1, "lost_sight", lost), CARD)
    assert decision.wake_at == later(seconds=120)
    assert decision.reply == Reply("accepted")


def test_a_nameless_run_that_is_to_be_cancelled_is_searched_for_too() -> None:
    known = here(under_way(StepState.CANCELLING, cancel=ASKED))
    decision = decided(known, NAMELESS, HELD)
    assert after(decision).step == replace(known.step, intent=UNCLEAR)
    assert decision.effects == ()
    assert decision.reply == Reply("accepted")


def test_a_second_nameless_answer_gives_the_search_no_more_time() -> None:
    unchanged(here(under_way(StepState.UNKNOWN, intent=UNCLEAR)), NAMELESS, Reply("accepted"))


@pytest.mark.parametrize(
    "step",
    [
        granted(),
        under_way(StepState.RUNNING),
        under_way(StepState.FAILED),
        under_way(StepState.UNKNOWN, run=run()),
        under_way(StepState.CANCELLING, run=run(), cancel=ASKED),
        under_way(StepState.SENT, intent=sent(correlation="other")),
    ],
)
def test_a_late_yes_changes_nothing(step: Step) -> None:
    unchanged(here(step), TAKEN)


# Refused: proved unsent.

REFUSED = reports.SendRefused(1, CORRELATION, 1, transient=False, detail="404")
TRANSIENT = replace(REFUSED, transient=True)


@pytest.mark.parametrize("state", [StepState.SENT, StepState.UNKNOWN])
def test_a_refused_request_fails_and_gives_the_sign_offs_back(state: StepState) -> None:
    known = production_step(under_way(state, "production", sign_offs=SPENT))
    decision = decided(known, REFUSED, THERE)
    failure = {"environment": "production", "code": "not_sent", "detail": "404"}
    assert after(decision).step == replace(
        known.step,
        state=StepState.FAILED,
        sign_offs=BOTH,
        may_have_deployed=False,
        failure=Failure("not_sent", "404"),
        failures=(FailedAttempt(1, NOW, Failure("not_sent", "404")),),
        ended_at=NOW,
    )
    assert decision.environments == {}
    assert decision.reply == Reply("not_sent", {"detail": "404"})
    called = Call(1, "failed", failure, teams=("ops",), users=(ANDY,), attempt=1)
    assert decision.effects == (called, CARD, ANNOUNCED)


@pytest.mark.parametrize(
    ("tries", "state"),
    [(1, StepState.GRANTED), (4, StepState.GRANTED), (5, StepState.FAILED), (6, StepState.FAILED)],
)
def test_a_request_is_tried_five_times(tries: int, state: StepState) -> None:
    known = production_step(
        under_way(StepState.SENT, "production", sign_offs=SPENT, intent=sent(tries=tries, unclear_at=NOW))
    )
    decision = decided(known, replace(TRANSIENT, tries=tries), THERE)
    step = after(decision).step
    assert (step.state, step.sign_offs, step.may_have_deployed) == (state, BOTH, False)
    if state is StepState.GRANTED:
        assert step.intent == intent(tries=tries, refusal="404")
        assert decision.effects == (Trigger(1, CORRELATION), CARD)
        assert decision.wake_at == later(minutes=10)
    assert decision.reply == Reply("not_sent", {"detail": "404"})


def test_the_last_refusal_is_the_one_that_is_told() -> None:
    before = intent(tries=1, refusal="503")
    marked = after(decided(here(granted(intent=before)), WANTED, HELD))
    assert marked.step.intent == sent(tries=2, refusal="503")
    again = after(decided(marked, replace(TRANSIENT, tries=2, detail="502"), HELD))
    assert again.step.intent == replace(before, tries=2, refusal="502")


def test_what_an_earlier_attempt_touched_stays_touched() -> None:
    known = here(under_way(StepState.SENT, intent=sent(may_have_deployed_before=True)))
    assert after(decided(known, REFUSED, HELD)).step.may_have_deployed


@pytest.mark.parametrize("event", [REFUSED, TRANSIENT])
def test_what_was_to_be_cancelled_and_was_not_sent_is_cancelled(event: reports.SendRefused) -> None:
    known = here(under_way(StepState.CANCELLING, cancel=ASKED, sign_offs=SPENT))
    decision = decided(known, event, HELD)
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, TIM, NOW, "wrong")
    assert after(decision).steps[0].sign_offs == BOTH
    assert decision.environments == {"staging": environment_state()}
    assert decision.effects == (
        PostToThread(1, "cancelled", {"by": TIM, "reason": "wrong"}, users=(ANDY, AMITA)),
        CARD,
        ANNOUNCED,
    )


def test_what_was_timed_out_and_was_not_sent_has_failed() -> None:
    step = under_way(StepState.CANCELLING, cancel=Cancel("shiproom", "timed_out", NOW))
    now = after(decided(here(step), REFUSED, HELD)).step
    assert (now.state, now.failure, now.cancel) == (StepState.FAILED, Failure("timed_out", "404"), None)


@pytest.mark.parametrize("event", [REFUSED, TRANSIENT, reports.SendUnclear(1, CORRELATION, 1)])
@pytest.mark.parametrize(
    "step",
    [
        granted(),
        under_way(StepState.RUNNING),
        under_way(StepState.UNKNOWN, run=run()),
        under_way(StepState.FAILED),
        under_way(StepState.SENT, intent=sent(tries=2)),
        under_way(StepState.SENT, intent=sent(correlation="other")),
    ],
    ids=["granted", "runs", "has a run", "failed", "a later try", "another intent"],
)
def test_a_late_no_proves_nothing(step: Step, event: events.ReleaseEvent) -> None:
    unchanged(here(step), event)


# Unclear.


def test_an_unclear_request_is_searched_for_and_never_sent_again() -> None:
    decision = decided(here(under_way(StepState.SENT)), reports.SendUnclear(1, CORRELATION, 1, "504"), HELD)
    step = after(decision).step
    assert (step.state, step.intent) == (StepState.UNKNOWN, UNCLEAR)
    lost = {"code": "no_answer", "detail": "504", "environment": "staging"}
    assert decision.effects == (PostToThread(1, "lost_sight", lost), CARD)
    assert decision.reply == Reply("unclear", {"detail": "504"})


def test_an_unclear_request_that_is_to_be_cancelled_is_searched_for() -> None:
    known = here(under_way(StepState.CANCELLING, cancel=ASKED))
    decision = decided(known, reports.SendUnclear(1, CORRELATION, 1), HELD)
    assert after(decision).step == replace(known.step, intent=UNCLEAR)
    assert decision.effects == ()
    assert decision.reply == Reply("unclear", {"detail": ""})


def test_unclear_twice_is_unclear_once() -> None:
    unchanged(here(under_way(StepState.UNKNOWN, intent=UNCLEAR)), reports.SendUnclear(1, CORRELATION, 1))


# The search.

FOUND = reports.SearchEnded(1, CORRELATION, 1, (reports.FoundRun("run7", 1, "https://ci/7"),))
EMPTY = reports.SearchEnded(1, CORRELATION, 1)


def test_the_run_that_is_found_is_followed() -> None:
    known = here(under_way(StepState.UNKNOWN, intent=UNCLEAR))
    decision = decided(known, FOUND, HELD)
    assert after(decision).step == replace(known.step, state=StepState.RUNNING, run=RUN7)
    assert decision.reply == Reply("found", {"run": "run7"})
    assert decision.effects == (
        PostToThread(1, "seen_again"),
        CARD,
    )


def test_what_is_found_in_the_queue_is_followed_until_it_has_a_name_of_its_own() -> None:
    runs = (reports.FoundRun("queue/17", url="https://ci/queue", provisional=True),)
    now = after(decided(here(under_way(StepState.UNKNOWN, intent=UNCLEAR)), replace(FOUND, runs=runs), HELD))
    assert now.step.run == replace(
        RUN7, id="queue/17", url="https://ci/queue", state="queued", provisional=True
    )


def test_of_several_the_oldest_is_followed_and_the_others_are_stopped() -> None:
    runs = (reports.FoundRun("run7", 3), reports.FoundRun("run8"), reports.FoundRun("run9"))
    decision = decided(here(under_way(StepState.UNKNOWN, intent=UNCLEAR)), replace(FOUND, runs=runs), HELD)
    assert after(decision).step.run == replace(RUN7, attempt=3, url="")
    assert decision.effects[2:] == (
        StopRun(1, CORRELATION, "run8"),
        Call(1, "second_run", {"run": "run8"}, teams=("ops",)),
        StopRun(1, CORRELATION, "run9"),
        Call(1, "second_run", {"run": "run9"}, teams=("ops",)),
    )


def test_an_authoritative_search_that_finds_nothing_is_a_proof() -> None:
    decision = decided(here(under_way(StepState.UNKNOWN, intent=UNCLEAR)), EMPTY, HELD)
    assert after(decision).step == granted(intent=intent(tries=1, refusal="no run was started"))
    assert decision.reply == Reply("not_sent", {"detail": "no run was started"})


def test_an_authoritative_search_after_the_last_try_fails_the_step() -> None:
    step = under_way(StepState.UNKNOWN, intent=replace(UNCLEAR, tries=5))
    now = after(decided(here(step), replace(EMPTY, tries=5), HELD)).step
    assert now.failure == Failure("not_sent", "no run was started")


def test_another_search_that_finds_nothing_proves_nothing() -> None:
    known = production_step(under_way(StepState.UNKNOWN, "production", intent=UNCLEAR))
    decision = decided(known, EMPTY, THERE)
    assert (decision.reply, decision.release) == (NOTHING, known)


@pytest.mark.parametrize("event", [FOUND, EMPTY])
@pytest.mark.parametrize(
    "step",
    [
        under_way(StepState.SENT),
        under_way(StepState.UNKNOWN, intent=replace(UNCLEAR, tries=2)),
        under_way(StepState.UNKNOWN, intent=UNCLEAR, run=run()),
        under_way(StepState.RUNNING, intent=UNCLEAR),
        granted(intent=intent(tries=1, unclear_at=NOW)),
        under_way(StepState.UNKNOWN, intent=replace(UNCLEAR, correlation="other")),
    ],
    ids=["nothing unclear", "a later try", "has a run", "runs", "granted", "another intent"],
)
def test_a_late_search_changes_nothing(step: Step, event: reports.SearchEnded) -> None:
    unchanged(here(step), event)


def test_a_grant_whose_mark_may_be_lost_is_searched_for_and_never_sent() -> None:
    lost = decided(release(granted()), reports.RecordsLost(1, TIM, "looked"))
    step = after(lost).step
    assert (lost.reply.code, step.state, step.may_have_deployed) == ("records_lost", StepState.UNKNOWN, True)
    assert step.intent is not None
    assert (step.intent.sent_at, step.intent.unclear_at, step.intent.tries) == (NOW, NOW, 1)
    assert not of_kind(lost.effects, Trigger)
    again = decided(after(lost), WANTED)
    assert again.reply.code != "send"


@pytest.mark.parametrize("step", [waiting("staging"), failed()], ids=["waiting", "failed"])
def test_what_does_not_run_ends_where_records_are_lost(step: Step) -> None:
    lost = after(decided(release(step), reports.RecordsLost(1, TIM, "looked")))
    assert lost.ending is not None
    assert (lost.ending.state, lost.ending.by, lost.ending.reason) == (ReleaseState.CANCELLED, TIM, "looked")


@pytest.mark.parametrize("state", sorted(IN_FLIGHT))
def test_what_may_be_running_is_followed_where_records_are_lost(state: StepState) -> None:
    lost = decided(release(under_way(state)), reports.RecordsLost(1, TIM, "looked"))
    assert (lost.reply.code, after(lost).step.state) == ("nothing_new", state)


def test_what_has_ended_stays_as_it_is_where_records_are_lost() -> None:
    ended = after(decided(release(waiting("staging")), reports.RecordsLost(1, TIM, "looked")))
    assert after(decided(ended, reports.RecordsLost(1, TIM, "again"))) == ended
