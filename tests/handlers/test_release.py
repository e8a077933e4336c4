from hashlib import sha256

import pytest

from handlers.attempt import Failure
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState
from tests.handlers.builders import (
    AMITA,
    NOW,
    TIM,
    build,
    failed,
    on_test,
    plan,
    production,
    release,
    rollback,
    rule,
    signed,
    succeeded,
    under_way,
    waiting,
)

SKIPPED = Step("production", StepState.SKIPPED)


@pytest.mark.parametrize(
    ("state", "shown", "flies"),
    [
        (StepState.PENDING, ReleaseState.WAITING, False),
        (StepState.WAITING, ReleaseState.WAITING, False),
        (StepState.GRANTED, ReleaseState.DEPLOYING, False),
        (StepState.SENT, ReleaseState.DEPLOYING, True),
        (StepState.RUNNING, ReleaseState.DEPLOYING, True),
        (StepState.CANCELLING, ReleaseState.CANCELLING, True),
        (StepState.UNKNOWN, ReleaseState.UNKNOWN, True),
        (StepState.FAILED, ReleaseState.FAILED, False),
    ],
)
def test_a_release_is_as_its_step(state: StepState, shown: ReleaseState, flies: bool) -> None:
    known = release(succeeded(), under_way(state, "production"))
    assert (known.state, known.in_flight, known.step.in_flight) == (shown, flies, flies)
    assert known.environment == production()
    assert not known.ended


@pytest.mark.parametrize(
    ("steps", "position"),
    [
        ((waiting("staging"), Step("production")), 0),
        ((succeeded(), Step("production")), 1),
        ((succeeded(), succeeded("production")), 1),
        ((succeeded(), SKIPPED), 1),
    ],
)
def test_the_step_under_way_is_the_first_that_is_not_over(steps: tuple[Step, ...], position: int) -> None:
    assert release(*steps).position == position
    assert release(*steps).step is steps[position]


@pytest.mark.parametrize(
    ("known", "holds"),
    [
        (release(failed()), False),
        (release(failed(sign_offs=(signed("ops", TIM, spent=True),))), True),
        (release(succeeded(holding=False), failed("production")), True),
        (rollback(failed("staging")), True),
    ],
    ids=["unprotected", "signed", "protected", "a rollback"],
)
def test_a_failed_step_holds_where_it_is_protected_or_was_worked_on(known: Release, holds: bool) -> None:
    assert known.holds_when_failed is holds


def test_a_release_with_every_step_over_but_no_ending_waits() -> None:
    assert release(succeeded(), succeeded("production")).state is ReleaseState.WAITING


def test_an_ending_is_the_state() -> None:
    ended = release(ending=Ending(ReleaseState.REJECTED, AMITA, NOW))
    assert ended.ended
    assert ended.state is ReleaseState.REJECTED


def test_a_rollback_passes_the_gates_for_rollbacks() -> None:
    rules = (rule("ops"),)
    known = plan(production(rollback_gates=rules))
    back = rollback(plan=known)
    assert back.rules(back.step) == rules
    forward = release(waiting("production"), plan=known)
    assert forward.rules(forward.step) == production().gates


def test_a_step_is_found_by_its_environment() -> None:
    known = release()
    assert known.step_in("production") is known.steps[1]
    assert known.step_in("preview") is None
    assert known.service == "website"


def test_one_step_changes_and_the_others_stay() -> None:
    known = release()
    changed = known.with_step(1, attempt=7)
    assert changed.steps[0] is known.steps[0]
    assert changed.steps[1].attempt == 7


def test_only_an_unspent_yes_counts_and_any_yes_is_a_signature() -> None:
    spent, no, yes = (
        signed("ops", TIM, spent=True),
        signed("testers", AMITA, verdict="no"),
        signed("testers", AMITA),
    )
    assert waiting("staging", sign_offs=(spent, no, yes)).unspent == (yes,)
    assert waiting("staging", sign_offs=(spent,)).signed
    assert not waiting("staging", sign_offs=(no,)).signed
    assert not waiting("staging").signed


def test_who_has_signed_is_not_testing_any_more() -> None:
    both = (on_test(AMITA), on_test(TIM))
    assert waiting("production", testing=both).still_testing == both
    assert (
        waiting("production", testing=both, sign_offs=(signed("testers", AMITA),)).still_testing == both[1:]
    )
    assert (
        waiting("production", testing=both, sign_offs=(signed("testers", AMITA, spent=True),)).still_testing
        == both
    )


def test_the_fingerprint_names_build_and_plan() -> None:
    others: list[Release] = [
        release(build=build(version="9")),
        release(build=build(sha="f" * 40)),
        release(build=build(digest="sha256:9")),
        release(plan=plan(fingerprint="plan2")),
    ]
    prints = [known.fingerprint() for known in (release(), *others)]
    assert len(set(prints)) == 5
    sha = "0000001".ljust(40, "a")
    assert prints[0] == sha256(f"2.1.0\0{sha}\0sha256:1\0plan1".encode()).hexdigest()[:12]
    assert release(number=8, note="other").fingerprint() == prints[0]


def test_the_step_that_failed_is_remembered_after_the_end() -> None:
    failure = Failure("run_failed", "exit 1")
    for state in (StepState.FAILED, StepState.SKIPPED):
        step = under_way(state, failure=failure)
        assert release(step).failed_step == step
    assert release(under_way(StepState.RUNNING, failure=failure)).failed_step is None
    assert release(under_way(StepState.FAILED)).failed_step is None
