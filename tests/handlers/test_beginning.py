"""Where a release begins, and what it takes over without deploying it a second time."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from handlers import events, reports
from handlers.actions.approve import SignedOff
from handlers.actions.retry import RetryRequested
from handlers.beginning import can_begin
from handlers.effects import Announce, Call, NotifyOpen, PostToThread, ShowCard
from handlers.environments import EnvironmentState, Loss
from handlers.outcome import Refusal, Reply
from handlers.plan import Plan
from handlers.release import Release
from handlers.starting import new_release
from handlers.step import Step, StepState
from tests.handlers.builders import (
    AMITA,
    ANDY,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    granted,
    in_queue,
    later,
    live,
    lock,
    plan,
    production,
    refused,
    rule,
    staging,
    succeeded,
)

START = events.Started(build(), "staging", ANDY, (ANDY,))
AGAIN = replace(START, again=True)
THREE = plan(staging(), staging(name="preview", kept=("ops",)), production())
TAKEN = Step("staging", StepState.SUCCEEDED, requested=True, requested_by=ANDY, ended_at=NOW, taken_over=9)


def begun(event: events.Started, of: Plan | None = None) -> Release:
    return new_release(1, event, of or plan(), NOW)


def lies(environment: str = "staging", **fields: object) -> EnvironmentState:
    return environment_state(environment, **{"live": live(), **fields})


def lie(*names: str) -> Iterable[EnvironmentState]:
    return (lies(name) for name in names)


def to(environment: str) -> events.Started:
    return replace(START, environment=environment)


def states(of: Release) -> tuple[str, ...]:
    return tuple(step.state.value for step in of.steps)


def test_what_lies_there_untouched_is_not_deployed_again() -> None:
    decision = decided(begun(START), START, facts(lies()))
    release = after(decision)
    asked = replace(TAKEN, attempt=1, waiting_since=NOW, holding=True)
    assert release.steps[0] == asked
    assert (release.steps[1].state, release.steps[1].requested) == (StepState.WAITING, False)
    assert decision.reply == Reply(
        "goes_on", {"release": "r1", "environment": "staging", "version": "2.1.0", "from": "r9"}
    )
    assert decision.effects == (
        NotifyOpen("website", "newer_requested", "staging", 1),
        ShowCard(1),
        PostToThread(1, "taken_over", {"environment": "staging", "from": "r9", "since": NOW.isoformat()}),
        NotifyOpen("website", "newer_succeeded", "staging", 1),
        Call(1, "sign_offs_wanted", {"environment": "production"}, teams=("testers", "ops"), attempt=1),
        Announce("website", "2.1.0"),
    )
    assert decision.environments == {"staging": lies(holder=1)}
    assert decision.deployed == ""


@pytest.mark.parametrize(
    "there",
    [
        lies(live=None),
        lies(live=live(2)),
        lies(live=replace(live(), build=build(digest="sha256:other"))),
        lies(live=live(release=0)),
        lies(failed=True),
        lies(touched=True),
    ],
    ids=["nothing", "another build", "another artifact", "from outside", "failed since", "attempted since"],
)
def test_what_does_not_lie_there_untouched_is_deployed(there: EnvironmentState) -> None:
    release = after(decided(begun(START), START, facts(there)))
    assert states(release) == ("granted", "pending")
    known = facts(there, successes={"staging": (build(), build(2))})
    seen = "touched" if there.live is not None and there.live.build == build() else "before"
    refusal = refused(begun(to("production")), to("production"), known)
    assert (refusal.code, refusal.values["seen"]) == ("skipped_environment", seen)


def test_the_next_step_is_requested_as_after_a_success() -> None:
    automatic = plan(staging(), production(start="automatic"))
    assert after(decided(begun(START, automatic), START, facts(lies()))).step.requested
    release = after(decided(begun(to("production")), to("production"), facts(lies())))
    assert states(release) == ("succeeded", "waiting")
    assert (release.step.requested, release.step.requested_by) == (True, ANDY)


def test_new_sign_offs_are_needed() -> None:
    release = after(decided(begun(to("production")), to("production"), facts(lies())))
    given = facts(lies(holder=1))
    for user, team in ((AMITA, "testers"), (TIM, "ops")):
        assert release.step.state is StepState.WAITING
        release = after(decided(release, SignedOff(1, user, team), given))
    assert release.step.state is StepState.GRANTED


def test_a_lock_holds_nothing_up_that_deploys_nothing() -> None:
    locked = lies(locks=(lock(),))
    assert states(after(decided(begun(START), START, facts(locked)))) == ("succeeded", "waiting")


def test_what_is_asked_for_at_a_time_is_not_taken_over_before() -> None:
    planned = replace(START, at=later(hours=2))
    decision = decided(begun(planned), planned, facts(lies()))
    assert (decision.reply.code, decision.wake_at) == ("started_at", planned.at)
    assert after(decision).step.state is StepState.WAITING
    started = decided(after(decision), reports.Reevaluated(1), facts(lies()), later(hours=2))
    assert after(started).steps[0].taken_over == live().release


def test_sign_offs_for_what_lies_there_are_not_asked_for_again() -> None:
    guarded = plan(staging(gates=(rule("testers"),)), production())
    release = after(decided(begun(START, guarded), START, facts(lies())))
    assert (states(release), release.steps[0].called) == (("succeeded", "waiting"), ())
    busy = after(decided(begun(START, guarded), START, facts(lies(holder=7))))
    assert refused(busy, SignedOff(1, AMITA, "testers"), facts(lies(holder=7))).code == "no_sign_off_needed"


@pytest.mark.parametrize("there", [lies(holder=7), lies(queue=in_queue(7))], ids=["held", "in line"])
def test_while_another_release_is_about_to_replace_it_the_build_stands_in_line(
    there: EnvironmentState,
) -> None:
    decision = decided(begun(to("production")), to("production"), facts(there))
    release = after(decision)
    assert states(release) == ("waiting", "pending")
    assert release.step.queued_since == NOW
    assert decision.reply == Reply("started", {"release": "r1", "environment": "staging"})
    assert refused(release, SignedOff(1, AMITA, "testers"), facts(there)).code == "no_sign_off_needed"
    own = replace(there, holder=0, queue=in_queue(1))
    left = after(decided(release, reports.Reevaluated(1), facts(own)))
    assert states(left) == ("succeeded", "waiting")
    replaced = replace(own, live=live(2))
    assert states(after(decided(release, reports.Reevaluated(1), facts(replaced)))) == ("granted", "pending")


def test_records_that_are_lost_are_settled_first() -> None:
    lost = facts(lies(), loss=Loss("row 4", 2))
    assert states(after(decided(begun(START), START, lost))) == ("waiting", "pending")


@pytest.mark.parametrize(
    ("lying", "asked", "expected"),
    [
        (("staging", "preview"), "staging", ("succeeded", "succeeded", "waiting")),
        (("staging", "preview"), "preview", ("succeeded", "succeeded", "waiting")),
        (("preview",), "staging", ("skipped", "succeeded", "waiting")),
        (("preview",), "production", ("skipped", "succeeded", "waiting")),
        (("staging",), "preview", ("succeeded", "granted", "pending")),
        (("staging", "production"), "staging", ("succeeded", "waiting", "pending")),
        (("production",), "staging", ("granted", "pending", "pending")),
    ],
)
def test_a_release_begins_after_the_last_environment_in_which_the_build_lies(
    lying: tuple[str, ...], asked: str, expected: tuple[str, ...]
) -> None:
    release = after(decided(begun(to(asked), THREE), to(asked), facts(*lie(*lying))))
    assert states(release) == expected
    assert [step.environment for step in release.steps if step.taken_over] == [
        step.environment for step in release.steps if step.state is StepState.SUCCEEDED
    ]


@pytest.mark.parametrize(
    ("there", "asked", "expected"),
    [
        ((lies(), lies("preview", holder=7)), "staging", ("succeeded", "waiting", "pending")),
        ((lies(holder=7), lies("preview", holder=8)), "staging", ("waiting", "pending", "pending")),
        ((lies(holder=7), lies("preview", holder=8)), "production", ("succeeded", "waiting", "pending")),
        ((lies("preview", holder=8),), "preview", ("skipped", "waiting", "pending")),
        ((lies("preview", holder=8),), "staging", ("granted", "pending", "pending")),
    ],
)
def test_of_several_the_last_free_one_counts(
    there: tuple[EnvironmentState, ...], asked: str, expected: tuple[str, ...]
) -> None:
    assert states(after(decided(begun(to(asked), THREE), to(asked), facts(*there)))) == expected


@pytest.mark.parametrize(
    ("lying", "asked", "missing"),
    [((), "production", "staging"), (("staging",), "production", "preview"), ((), "preview", "staging")],
)
def test_a_build_that_lies_in_none_before_is_refused(
    lying: tuple[str, ...], asked: str, missing: str
) -> None:
    refusal = refused(begun(to(asked), THREE), to(asked), facts(*lie(*lying)))
    assert (refusal.code, refusal.values["missing"]) == ("skipped_environment", missing)


@pytest.mark.parametrize(
    ("lying", "asked", "everywhere"),
    [
        (("staging", "preview", "production"), "staging", "yes"),
        (("staging", "preview", "production"), "production", "yes"),
        (("production",), "production", "no"),
    ],
)
def test_what_is_live_already_is_not_deployed_again(
    lying: tuple[str, ...], asked: str, everywhere: str
) -> None:
    refusal = refused(begun(to(asked), THREE), to(asked), facts(*lie(*lying)))
    assert refusal == Refusal(
        "live_already",
        {
            "service": "website",
            "version": "2.1.0",
            "environment": asked,
            "first": "staging",
            "everywhere": everywhere,
            "fingerprint": build().fingerprint(),
        },
    )


def test_what_may_go_no_further_is_live_already() -> None:
    feature = build(branch="feature")
    event = replace(START, build=feature)
    there = lies(live=replace(live(), build=feature))
    refusal = refused(begun(event), event, facts(there))
    assert (refusal.code, refusal.values["everywhere"]) == ("live_already", "no")
    further = replace(event, environment="production")
    assert refused(begun(further), further, facts(there)) == Refusal(
        "wrong_branch", {"branch": "feature", "branches": "main", "environment": "production"}
    )


def test_again_deploys_from_the_first_environment() -> None:
    given = facts(*lie("staging", "production"))
    release = after(decided(begun(AGAIN), AGAIN, given))
    assert (states(release), release.again) == (("granted", "pending"), True)
    production_next = release_at_production(again=True)
    opened = after(decided(production_next, reports.Reevaluated(1), facts(*lie("staging", "production"))))
    assert states(opened) == ("succeeded", "waiting")


def release_at_production(**fields: bool) -> Release:
    return replace(begun(START), steps=(succeeded(), Step("production")), **fields)


def test_a_later_step_is_asked_for_and_signed_as_any_other_whatever_lies_there() -> None:
    """It was once taken over unasked; and what was requested so stayed requested when something else was deployed there."""
    given = facts(environment_state(holder=1), lies("production"))
    release = after(decided(release_at_production(), reports.Reevaluated(1), given))
    assert states(release) == ("succeeded", "waiting")
    assert not release.steps[1].requested
    assert release.steps[0].holding, "kept until its teams have signed"


def test_a_retry_deploys_whatever_a_late_run_left_there() -> None:
    """A run of an attempt that was called off may have deployed the build after all."""
    failed = replace(begun(START).steps[0], state=StepState.FAILED, attempt=1, requested=True)
    known = replace(begun(START), begins_in="staging", steps=(failed, Step("production")))
    retried = decided(known, RetryRequested(1, TIM), facts(lies()))
    assert states(after(retried)) == ("granted", "pending")


def test_what_was_granted_needs_its_sign_offs_whatever_lies_there() -> None:
    known = replace(begun(START), steps=(succeeded(holding=False), granted("production")))
    decision = decided(known, reports.SendRequested(1, CORRELATION), facts(lies("production", holder=1)))
    assert decision.reply == Reply("grant_void", {"why": "sign_off"})


@pytest.mark.parametrize(
    ("known", "begins"),
    [
        ((), True),
        ((environment_state("staging", live=live()),), True),
        ((environment_state("staging", live=live()), environment_state("production", live=live())), False),
    ],
)
def test_a_build_can_begin_unless_it_lies_everywhere(
    known: tuple[EnvironmentState, ...], begins: bool
) -> None:
    assert can_begin(plan(), build(), facts(*known), NOW) is begins


def test_a_build_can_begin_where_the_first_environment_takes_its_branch() -> None:
    strict = plan(staging(protected=True, branches=("main",)), production())
    assert can_begin(strict, build(), facts(), NOW)
    assert not can_begin(strict, build(branch="feature/x"), facts(), NOW)
