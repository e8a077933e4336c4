"""What follows a success: the next step, the end, marks of what was rolled back, and comparisons."""

from dataclasses import replace

import pytest

from handlers import reports
from handlers.actions.settle import Settled
from handlers.attempt import Cancel
from handlers.effects import Call, CompareBuilds, Notify, NotifyOpen, PostToThread, TellAuthors
from handlers.environments import Live, RolledBack
from handlers.plan import BuildSource, Notifying, Plan
from handlers.release import Ending, Release, ReleaseState
from handlers.step import Step, StepState
from handlers.success import MOST_ROLLED_BACK
from tests.handlers.builders import (
    ANDY,
    CORRELATION,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    in_queue,
    later,
    live,
    of_kind,
    plan,
    production,
    release,
    rollback,
    run,
    sent,
    staging,
    under_way,
)

OK = reports.RunReported(1, CORRELATION, "run1", "succeeded")
HELD = facts(environment_state(holder=1, queue=in_queue(7)))
HOTFIX = build(branch="hotfix/login")
BOTH_BRANCHES = plan(staging(), production(branches=("main", "hotfix/*")))


def runs(policy: Plan | None = None, step: Step | None = None, **fields: object) -> Release:
    """Return a release of a hotfix that runs in staging; production comes next, and is requested already."""
    steps = (step or under_way(StepState.RUNNING), Step("production", requested=True, requested_by=ANDY))
    return replace(release(*steps, plan=policy or plan(), build=HOTFIX), **fields)


# A build that may go no further.


@pytest.mark.parametrize("requesters", [(TIM, ANDY), ()])
def test_a_build_that_may_go_no_further_is_done_and_calls_nobody(requesters: tuple[str, ...]) -> None:
    decision = decided(runs(requesters=requesters), OK, HELD)
    ended = after(decision)
    assert ended.ending == Ending(ReleaseState.DONE, requesters[0] if requesters else "", NOW)
    assert [(step.state, step.holding) for step in ended.steps] == [
        (StepState.SUCCEEDED, False),
        (StepState.SKIPPED, False),
    ]
    assert decision.environments == {
        "staging": environment_state(queue=in_queue(7), live=Live(HOTFIX, 1, NOW))
    }
    assert decision.deployed == "staging"
    values = {"environment": "staging", "next": "production", "branch": "hotfix/login"}
    posts = of_kind(decision.effects, PostToThread, Call)
    assert posts == [PostToThread(1, "goes_no_further", values, users=requesters)]
    assert NotifyOpen("website", "newer_succeeded", "staging", 1) in decision.effects


def test_what_was_queued_behind_it_goes_on() -> None:
    assert [each.event.release for each in of_kind(decided(runs(), OK, HELD).effects, Notify)] == [7]


def test_an_operator_who_says_that_it_was_deployed_ends_it_too() -> None:
    step = under_way(StepState.UNKNOWN, intent=sent(unclear_at=NOW, alerted=True))
    decision = decided(runs(step=step), Settled(1, TIM, deployed=True), HELD)
    assert after(decision).state is ReleaseState.DONE
    assert [each.code for each in of_kind(decision.effects, PostToThread, Call)] == [
        "settled",
        "goes_no_further",
    ]


@pytest.mark.parametrize(
    "policy", [BOTH_BRANCHES, plan(staging(), production(protected=False))], ids=["it fits", "not protected"]
)
def test_a_build_that_may_go_on_goes_on(policy: Plan) -> None:
    decision = decided(runs(policy), OK, HELD)
    assert not after(decision).ended
    codes = [each.code for each in of_kind(decision.effects, PostToThread, Call)]
    assert codes[0] == "sign_offs_wanted"
    assert "goes_no_further" not in codes


def test_an_environment_in_between_is_still_reached() -> None:
    policy = plan(staging(), replace(staging(), name="canary"), production())
    known = release(
        under_way(StepState.RUNNING), Step("canary"), Step("production"), plan=policy, build=HOTFIX
    )
    assert not after(decided(known, OK, HELD)).ended


def test_the_last_environment_is_the_end_for_every_build() -> None:
    decision = decided(release(under_way(StepState.RUNNING), build=HOTFIX), OK, HELD)
    assert [each.code for each in of_kind(decision.effects, PostToThread, Call)] == ["done"]


def test_what_was_cancelled_meanwhile_is_cancelled() -> None:
    cancelled = under_way(StepState.CANCELLING, run=run(), cancel=Cancel(TIM, "asked", NOW, "wrong"))
    decision = decided(runs(step=cancelled), OK, HELD)
    assert after(decision).ending == Ending(ReleaseState.CANCELLED, TIM, NOW, "wrong")
    assert [each.code for each in of_kind(decision.effects, PostToThread, Call)] == ["too_late"]


# Comparisons.


@pytest.mark.parametrize(
    ("policy", "asks"),
    [
        (BOTH_BRANCHES, False),
        (replace(BOTH_BRANCHES, builds=BuildSource(ci="github")), True),
        (replace(BOTH_BRANCHES, changes_ci="github"), True),
    ],
)
def test_builds_are_compared_with_what_went_live(policy: Plan, asks: bool) -> None:
    decision = decided(runs(policy), OK, HELD)
    assert (CompareBuilds("website") in decision.effects) is asks
    rerun = replace(OK, attempt=2)
    again = decided(replace(after(decision), plan=policy), rerun, HELD)
    assert again.reply.code == "rerun"
    assert (CompareBuilds("website") in again.effects) is asks


# What was rolled back.

BACK = rollback(under_way(StepState.RUNNING, "production"), note="502")
OK_BACK = replace(OK, release=5)
OLDER = tuple(RolledBack(build(order), later(hours=-1), "slow", 3) for order in range(20, 32))


def mark(order: int, **fields: object) -> RolledBack:
    return replace(RolledBack(build(order), NOW, "502", 5), **fields)


def rolled_back(before: Live | None, marks: tuple[RolledBack, ...] = ()) -> tuple[RolledBack, ...]:
    there = environment_state("production", holder=5, live=before, rolled_back=marks)
    return decided(BACK, OK_BACK, facts(there)).environments["production"].rolled_back


@pytest.mark.parametrize(
    ("before", "marks", "expected"),
    [
        (live(2), (), (mark(2, took=9),)),
        (live(2), OLDER[:2], (*OLDER[:2], mark(2, took=9))),
        (live(20), OLDER[:2], (OLDER[1], mark(20, took=9))),
        (live(2, 0), (), (mark(2),)),
        (live(2), OLDER[:MOST_ROLLED_BACK], (*OLDER[1:MOST_ROLLED_BACK], mark(2, took=9))),
        (None, OLDER[:1], OLDER[:1]),
        (live(1), OLDER[:1], OLDER[:1]),
    ],
    ids=[
        "first",
        "one more",
        "again",
        "from elsewhere",
        "the oldest is dropped",
        "nothing was live",
        "itself",
    ],
)
def test_what_a_rollback_took_away_is_marked(
    before: Live | None, marks: tuple[RolledBack, ...], expected: tuple[RolledBack, ...]
) -> None:
    assert rolled_back(before, marks) == expected


def test_the_same_commit_under_another_version_was_not_taken_away() -> None:
    assert rolled_back(Live(build(1, version="2.1.0-again"), 4, NOW)) == ()


@pytest.mark.parametrize(
    ("marks", "left"),
    [
        ((mark(1),), (mark(2, took=9),)),
        ((*OLDER[:1], mark(1), *OLDER[1:2]), (*OLDER[:2], mark(2, took=9))),
        ((replace(mark(1), build=build(1, version="2.1.0-again")),), (mark(2, took=9),)),
    ],
    ids=["alone", "among others", "the same commit under another version"],
)
def test_what_a_rollback_brought_back_is_no_longer_marked(
    marks: tuple[RolledBack, ...], left: tuple[RolledBack, ...]
) -> None:
    assert rolled_back(live(2), marks) == left


def test_what_goes_live_again_is_no_longer_marked() -> None:
    again = RolledBack(HOTFIX, NOW, "502", 5)
    there = environment_state(holder=1, live=live(9), rolled_back=(again, *OLDER[:1]))
    decision = decided(runs(BOTH_BRANCHES), OK, facts(there))
    assert decision.environments["staging"].rolled_back == OLDER[:1]


def test_what_a_rerun_deployed_again_is_no_longer_marked() -> None:
    known = after(decided(runs(BOTH_BRANCHES), OK, HELD))
    again = RolledBack(HOTFIX, NOW, "502", 5)
    there = environment_state(holder=1, live=live(9), rolled_back=(again, *OLDER[:1]))
    decision = decided(known, replace(OK, attempt=2), facts(there))
    assert decision.environments["staging"].rolled_back == OLDER[:1]


def test_a_release_marks_nothing() -> None:
    there = environment_state(holder=1, live=live(9), rolled_back=OLDER[:1])
    assert decided(runs(BOTH_BRANCHES), OK, facts(there)).environments["staging"].rolled_back == OLDER[:1]


def test_a_rollback_that_failed_marks_nothing() -> None:
    there = environment_state("production", holder=5, live=live(2))
    decision = decided(BACK, replace(OK_BACK, state="failed"), facts(there))
    assert decision.environments["production"].rolled_back == ()


# Authors who want to know.


@pytest.mark.parametrize(
    ("known", "told"),
    [
        pytest.param(
            release(under_way(StepState.RUNNING, "production")), True, id="live where builds go last"
        ),
        pytest.param(release(under_way(StepState.RUNNING), Step("production")), False, id="on its way"),
        pytest.param(rollback(under_way(StepState.RUNNING, "production")), False, id="a rollback"),
        pytest.param(
            release(under_way(StepState.RUNNING, "production"), plan=plan(notify=Notifying("never"))),
            False,
            id="the policy says never",
        ),
    ],
)
def test_authors_are_told_once_their_change_is_live(known: Release, told: bool) -> None:
    event = replace(OK, release=known.number)
    decision = decided(known, event, facts(environment_state(holder=1)))
    assert of_kind(decision.effects, TellAuthors) == ([TellAuthors(known.number)] if told else [])
