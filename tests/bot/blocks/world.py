"""The service of the contract's example, its people, and releases in every state, to draw messages of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks.card import CardView
from bot.blocks.names import Names
from bot.blocks.taken_back import release_taken_back
from handlers.attempt import (
    Cancel,
    FailedAttempt,
    Failure,
    Intent,
    Run,
)
from handlers.build import Build, Change
from handlers.environments import EnvironmentState, Live, Lock, QueueEntry, RolledBack
from handlers.facts import Facts
from handlers.hold import Hold
from handlers.people import AccountStatus, Directory, Member, Membership, Team
from handlers.plan import BuildSource, Deploy, EnvironmentPlan, Plan
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff, Testing
from handlers.slots import awaited, cannot_sign
from handlers.step import Step, StepState
from handlers.why import gate_results, why

NOW = datetime(2026, 11, 3, 9, 20, tzinfo=UTC)
ANDY, MARA, AMITA, TIM = "U0ANDY", "U0MARA", "U0AMITA", "U0TIM"
NAMES = Names({ANDY: "Andy", MARA: "Mara", AMITA: "Amita", TIM: "Tim"}, ZoneInfo("Europe/Berlin"), NOW)
DIRECTORY = Directory(
    {
        "developers": Team("developers", (ANDY, MARA)),
        "testers": Team("testers", (AMITA,)),
        "ops": Team("ops", (TIM,)),
    }
)
BUILD = Build("website", "2.4.1", "4be1c9d" + "0" * 33, "main", 7, "https://ci.example.org/builds/7")
OLD = Build("website", "2.4.0", "1f00d5e" + "0" * 33, "main", 6, "https://ci.example.org/builds/6")
CHANGES = (
    Change("a" * 40, "Mara", "Faster leaderboard"),
    Change("b" * 40, "Andy", "Safari log-in"),
    Change("c" * 40, "Andy", "Footer"),
)
STAGING = EnvironmentPlan("staging", Deploy("github"), "https://staging.example.org", kept=("testers",))
PRODUCTION = EnvironmentPlan(
    "production",
    Deploy("github"),
    "https://example.org",
    protected=True,
    branches=("main",),
    gates=(SignOffRule("testers"), SignOffRule("ops")),
)
PLAN = Plan(
    "website",
    "C0RELEASES",
    ("developers", "ops"),
    ("ops",),
    (STAGING, PRODUCTION),
    BuildSource("main"),
    fingerprint="f" * 12,
)
HEAD = "website:118:9f2c41"
ROLL = Membership(DIRECTORY, {user: Member(AccountStatus.FULL, NOW) for user in (ANDY, MARA, AMITA, TIM)})


def ago(minutes: float) -> datetime:
    """Give the time some minutes before now."""
    return NOW - timedelta(minutes=minutes)


def release(step: Step | None = None, plan: Plan = PLAN, **fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Make r42: in staging, its step for production as given."""
    passed = Step("staging", StepState.SUCCEEDED, 1, requested=True, holding=True, ended_at=ago(20))
    steps = (passed, step or Step("production", StepState.WAITING, 1, waiting_since=ago(18)))
    return replace(Release(42, Kind.NORMAL, BUILD, plan, (ANDY,), ago(30), steps), **fields)


def waiting(**fields: Any) -> Step:  # noqa: ANN401 - as dataclasses.replace
    """Make a step that waits for production."""
    return replace(Step("production", StepState.WAITING, 1, waiting_since=ago(18)), **fields)


def under_way(state: StepState, **fields: Any) -> Step:  # noqa: ANN401 - as dataclasses.replace
    """Make a step of which something may be running."""
    signed = tuple(replace(each, spent=True) for each in (signed_by_amita(), signed_by_tim()))
    intent = Intent("k7f3q2a0b1c2d3e4f5a6", ago(5), ago(5), 1)
    step = Step("production", state, 1, requested=True, requested_by=TIM, sign_offs=signed, intent=intent)
    return replace(step, **{"waiting_since": ago(18), "holding": True, "may_have_deployed": True, **fields})


def signed_by_amita() -> SignOff:
    """Amita's yes."""
    return SignOff("testers", AMITA, ago(10), "all green")


def signed_by_tim() -> SignOff:
    """Tim's yes."""
    return SignOff("ops", TIM, ago(8), "watching graphs")


def someone_testing(user: str) -> tuple[Testing, ...]:
    """Somebody who is testing since 10:07."""
    return (Testing(user, ago(13)),)


def run(**fields: Any) -> Run:  # noqa: ANN401 - as dataclasses.replace
    """Make a run that started five minutes ago."""
    return replace(Run("github", "9001", 1, "https://ci.example.org/runs/9001", "running", ago(5)), **fields)


def environment_state(environment: str = "production", **fields: Any) -> EnvironmentState:  # noqa: ANN401 - as dataclasses.replace
    """Make an environment in which the old build is live."""
    return replace(EnvironmentState(environment, live=Live(OLD, 41, ago(4000))), **fields)


def view(drawn: Release, here: EnvironmentState | None = None, **fields: Any) -> CardView:  # noqa: ANN401 - as dataclasses.replace
    """Gather what a card needs, as the bot does."""
    there = here or environment_state(drawn.step.environment)
    facts = Facts(ROLL, {there.environment: there})
    gathered = CardView(
        drawn,
        why(drawn, facts, NOW),
        gate_results(drawn, facts, NOW),
        there,
        CHANGES,
        there.live.build.version if there.live is not None else "",
        OLD,
        NAMES,
        DIRECTORY,
        HEAD,
        taken_back=release_taken_back(drawn, facts.environments),
        cannot_sign=cannot_sign(drawn, facts, NOW),
        awaited=awaited(drawn, facts, NOW),
    )
    return replace(gathered, **{"changes_url": "https://code.example.org/compare/2.4.0...2.4.1", **fields})


def ended(state: ReleaseState, by: str, reason: str = "", replaced_by: int = 0) -> Release:
    """Make r42 as it is after its end."""
    last = StepState.SUCCEEDED if state is ReleaseState.DONE else StepState.SKIPPED
    step = Step("production", last, 1, ended_at=ago(1), sign_offs=(signed_by_amita(), signed_by_tim()))
    return release(step, ending=Ending(state, by, ago(1), reason, replaced_by))


def states() -> dict[str, CardView]:
    """Give a card for every state that a step or a release can be in, and for the ways of waiting."""
    testing = someone_testing(AMITA)
    checklist = (SignOffRule("testers", checklist=("Log in works",)), SignOffRule("ops"))
    ticked = replace(PLAN, environments=(STAGING, replace(PRODUCTION, gates=checklist)))
    both = (signed_by_amita(), signed_by_tim())
    lock = Lock(TIM, ago(60), "database upgrade", NOW + timedelta(hours=1))
    queue = (QueueEntry(40, ago(15)), QueueEntry(42, ago(9)))
    cancel = Cancel(TIM, "asked", ago(1), "wrong build")
    alerted = Intent("k7f3q2a0b1c2d3e4f5a6", ago(5), ago(5), 1, ago(2), alerted=True)
    first = Step("staging", StepState.WAITING, 1, requested=True, requested_by=ANDY, waiting_since=ago(1))
    journey = (first, Step("production"))
    way_back = Step("production", StepState.RUNNING, 1, requested=True, run=run(), intent=alerted)
    rolling = release(
        way_back,
        kind=Kind.ROLLBACK,
        build=OLD,
        steps=(way_back,),
        requesters=(TIM,),
        note="log in is broken",
    )
    failure = Failure("run_failed", '"502 from web-3" (exit 1)')
    failed = under_way(
        StepState.FAILED,
        failure=failure,
        failures=(FailedAttempt(1, ago(2.33), failure),),
        run=run(),
        ended_at=ago(2.33),
    )
    retried = (FailedAttempt(1, ago(9), failure, TIM), FailedAttempt(2, ago(2.33), failure))
    looked = Failure("not_sent", "its job never started", TIM)
    settled = replace(
        failed,
        failure=looked,
        failures=(FailedAttempt(1, ago(2), looked),),
        run=None,
        intent=None,
        may_have_deployed=False,
        holding=False,
        sign_offs=both,
    )
    over = replace(failed, state=StepState.SKIPPED, failures=retried, ended_at=ago(1))
    live = environment_state(live=Live(BUILD, 42, ago(1)))
    undone = RolledBack(BUILD, NOW, "502 everywhere", 47, 42)
    unsent = replace(
        failed, failure=Failure("not_sent", "connection refused"), run=None, may_have_deployed=False
    )
    return {
        "step pending": view(release(Step("production"))),
        "step waiting": view(release()),
        "testing": view(release(waiting(testing=testing, sign_offs=(signed_by_tim(),)))),
        "checklist": view(release(waiting(requested=True), ticked)),
        "asked": view(release(waiting(requested=True, requested_by=MARA, sign_offs=(signed_by_tim(),)))),
        "ready": view(release(waiting(sign_offs=both))),
        "asked again": view(release(waiting(sign_offs=both, unrequested_by="lock"))),
        "held": view(
            replace(
                release(waiting(sign_offs=both, requested=False, unrequested_by="hold")),
                hold=Hold(TIM, ago(60), "legal looks at the licences", NOW + timedelta(days=2)),
            )
        ),
        "held and waits": view(replace(release(waiting()), hold=Hold(TIM, ago(60), "the fair goes first"))),
        "locked": view(release(waiting(sign_offs=both, requested=True)), environment_state(locks=(lock,))),
        "in line": view(
            release(waiting(sign_offs=both, requested=True, queued_since=ago(9))),
            environment_state(holder=41, queue=queue),
        ),
        "first step": view(release(steps=journey), EnvironmentState("staging", 41)),
        "step granted": view(release(under_way(StepState.GRANTED, may_have_deployed=False))),
        "step sent": view(release(under_way(StepState.SENT))),
        "step running": view(release(under_way(StepState.RUNNING, run=run()))),
        "step cancelling": view(release(under_way(StepState.CANCELLING, run=run(), cancel=cancel))),
        "timed out": view(
            release(under_way(StepState.CANCELLING, run=run(), cancel=replace(cancel, code="timed_out")))
        ),
        "searching": view(
            release(replace(under_way(StepState.UNKNOWN), intent=replace(alerted, alerted=False)))
        ),
        "step unknown": view(release(replace(under_way(StepState.UNKNOWN), intent=alerted))),
        "vanished": view(release(replace(under_way(StepState.UNKNOWN), intent=alerted, run=run()))),
        "step failed": view(release(failed)),
        "failed again": view(release(replace(failed, attempt=2, failures=retried))),
        "not sent": view(release(unsent)),
        "settled as not deployed": view(release(settled)),
        "rollback": view(rolling, environment_state(live=Live(BUILD, 42, ago(30)))),
        "rollback in line": view(
            replace(
                rolling, steps=(replace(way_back, state=StepState.WAITING, run=None, queued_since=ago(2)),)
            ),
            environment_state(live=Live(BUILD, 42, ago(30)), holder=44),
        ),
        "step succeeded": view(ended(ReleaseState.DONE, ANDY), live),
        "rolled back later": view(
            ended(ReleaseState.DONE, ANDY), environment_state(live=Live(OLD, 47, NOW), rolled_back=(undone,))
        ),
        "settled": view(ended(ReleaseState.DONE, ANDY).with_step(1, settled_by=TIM), live),
        "step skipped": view(ended(ReleaseState.REJECTED, AMITA, "log in is broken")),
        "release cancelled": view(ended(ReleaseState.CANCELLED, TIM)),
        "cancelled after failures": view(
            replace(ended(ReleaseState.CANCELLED, TIM, "rollback r43"), steps=(release().steps[0], over))
        ),
        "release superseded": view(ended(ReleaseState.SUPERSEDED, "r43", replaced_by=43)),
    }
