from dataclasses import replace

import pytest

from handlers.attempt import Cancel, Failure
from handlers.facts import Capabilities, Facts
from handlers.gate import Reason
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState
from handlers.why import gate_results, why
from tests.handlers.builders import (
    BOTH,
    NOW,
    TIM,
    codes,
    environment_state,
    facts,
    granted,
    in_production,
    intent,
    later,
    live,
    lock,
    plan,
    production,
    production_step,
    release,
    run,
    sent,
    signed,
    staging,
    under_way,
    waiting,
)

HERE = {"environment": "staging"}
THERE = {"environment": "production"}
UNREFUSED = {**HERE, "detail": ""}
OPS, ALL = ("ops",), ("developers", "ops")
ENDED = Ending(ReleaseState.DONE, TIM, NOW)


def one(known: Release, given: Facts | None = None) -> Reason:
    (reason,) = why(known, given or facts(), NOW)
    return reason


def test_an_ended_release_waits_for_nothing() -> None:
    known = in_production()
    ended = release(*known.steps, ending=ENDED)
    assert why(ended, facts(), NOW) == ()
    assert gate_results(ended, facts(), NOW) == ()


def test_every_reason_is_named() -> None:
    given = facts(environment_state("production", holder=7, locks=(lock(),)))
    known = in_production(sign_offs=(signed("testers", "U0AMITA"),))
    assert codes(why(known, given, NOW)) == ["sign_off_missing", "locked", "turn", "not_asked"]
    assert codes(why(release(waiting("staging"), plan=plan(staging(gates=BOTH_GATES))), facts(), NOW)) == [
        "sign_off_missing",
        "sign_off_missing",
    ]


BOTH_GATES = production().gates


@pytest.mark.parametrize(
    ("after", "detail", "step"),
    [
        ("", "", {}),
        ("lock", "", {"unrequested_by": "lock"}),
        ("expired", "503", {"unrequested_by": "expired", "unrequested_detail": "503"}),
    ],
)
def test_somebody_has_to_request_the_step(after: str, detail: str, step: dict[str, str]) -> None:
    known = production_step(waiting("production", requested=False, sign_offs=BOTH, **step))
    values = {**THERE, "after": after, "detail": detail}
    assert one(known) == Reason("not_asked", values, ALL, None, "somebody asks")


def test_a_step_to_come_waits_too() -> None:
    known = release(Step("staging"))
    assert one(known).code == "not_asked"
    asked = release(Step("staging", requested=True))
    assert one(asked) == Reason("about_to_start", HERE, (), NOW, "the next look")


def test_what_nothing_holds_back_is_about_to_start() -> None:
    known = production_step(waiting("production", sign_offs=BOTH))
    assert one(known) == Reason("about_to_start", THERE, (), NOW, "the next look")


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (granted(), Reason("being_sent", UNREFUSED, (), later(minutes=10), "the request is sent")),
        (granted(intent=None), Reason("being_sent", UNREFUSED, (), None, "the request is sent")),
        (
            granted(intent=intent(tries=1, refusal="503")),
            Reason("being_sent", {**HERE, "detail": "503"}, (), later(minutes=10), "the request is sent"),
        ),
        (
            under_way(StepState.SENT),
            Reason("sent", {**HERE, "ci": "here"}, (), later(seconds=30), "the CI answers"),
        ),
        (
            under_way(StepState.SENT, intent=sent(sent_at=None)),
            Reason("sent", {**HERE, "ci": "here"}, (), None, "the CI answers"),
        ),
        (
            under_way(StepState.SENT, intent=None),
            Reason("sent", {**HERE, "ci": "here"}, (), None, "the CI answers"),
        ),
        (
            under_way(StepState.RUNNING, run=run(url="https://ci/1")),
            Reason("running", {**HERE, "url": "https://ci/1"}, ALL, later(minutes=10), "the run ends"),
        ),
        (
            under_way(StepState.RUNNING, run=run(url="https://ci/1", state="queued")),
            Reason(
                "queued_at_ci",
                {**HERE, "url": "https://ci/1", "ci": "remote"},
                ALL,
                later(hours=24),
                "the run starts or ends",
            ),
        ),
        (
            under_way(
                StepState.RUNNING,
                run=run(url="https://ci/1", state="waits", waits_for="leads", idle_since=NOW),
            ),
            Reason(
                "waits_at_ci",
                {**HERE, "url": "https://ci/1", "ci": "remote", "detail": "leads"},
                (),
                None,
                "somebody lets it go on at the CI",
            ),
        ),
        (
            under_way(StepState.RUNNING, run=None),
            Reason("running", {**HERE, "url": ""}, ALL, None, "the run ends"),
        ),
        (
            under_way(StepState.CANCELLING, cancel=Cancel(TIM, "asked", NOW)),
            Reason("cancelling", {**HERE, "by": TIM}, (), later(minutes=10), "the run stops"),
        ),
        (
            under_way(StepState.CANCELLING),
            Reason("cancelling", {**HERE, "by": ""}, (), None, "the run stops"),
        ),
        (
            under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW)),
            Reason("searching", {**HERE, "ci": "here"}, OPS, later(seconds=120), "the run is found"),
        ),
        (
            under_way(StepState.FAILED, failure=Failure("run_failed", "exit 1")),
            Reason(
                "failed",
                {**HERE, "code": "run_failed", "detail": "exit 1"},
                ALL,
                None,
                "retry, cancel or a rollback",
            ),
        ),
        (
            under_way(StepState.FAILED),
            Reason("failed", {**HERE, "code": "", "detail": ""}, ALL, None, "retry, cancel or a rollback"),
        ),
    ],
)
def test_what_is_under_way_says_what_comes_next(step: Step, reason: Reason) -> None:
    assert one(release(step)) == reason


def test_what_failed_says_which_build_a_rollback_would_bring_back() -> None:
    known = release(under_way(StepState.FAILED, may_have_deployed=True))
    there = facts(environment_state(live=live(), failed=True))
    assert one(known, there).values["back"] == "2.1.0"
    assert "back" not in one(known).values


@pytest.mark.parametrize(
    "grant", [None, sent(), sent(unclear_at=NOW, alerted=True)], ids=["none", "not unclear", "alerted"]
)
def test_operators_settle_what_nobody_knows(grant: object) -> None:
    known = release(under_way(StepState.UNKNOWN, intent=grant))
    expected = Reason("unknown", {**HERE, "ci": "here"}, OPS, None, "settle, or the run is found")
    assert one(known) == expected


@pytest.mark.parametrize("state", [StepState.RUNNING, StepState.FAILED])
def test_operators_alone_steer_in_a_protected_environment(state: StepState) -> None:
    assert one(production_step(under_way(state, "production"))).who == OPS


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (waiting("staging"), True),
        (Step("staging"), True),
        (granted(), True),
        (under_way(StepState.SENT), False),
        (under_way(StepState.RUNNING), False),
        (under_way(StepState.FAILED), False),
    ],
)
def test_gates_are_evaluated_while_there_is_something_to_pass(step: Step, asked: bool) -> None:
    assert bool(gate_results(release(step), facts(), NOW)) is asked


def test_gate_results_are_as_of_the_time_given() -> None:
    at = later(hours=3)
    given = facts(environment_state(locks=(lock(until=later(hours=2)),)))
    assert [result.open for result in gate_results(release(), given, at)] == [True, True, True]
    assert [result.open for result in gate_results(release(), given, NOW)] == [True, False, True]


def test_a_search_has_the_time_that_its_ci_declares() -> None:
    known = release(under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW)))
    quick = replace(facts(), capabilities={"here": Capabilities(grace=5)})
    assert one(known, quick).until == later(seconds=5)
