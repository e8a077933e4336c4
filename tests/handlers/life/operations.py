"""The operations of the simulated world: by people, on teams and locks, by machines, and the clock."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from handlers import events, reports
from handlers.actions import testing
from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.lock import Locked
from handlers.actions.reject import Rejected
from handlers.actions.retry import RetryRequested
from handlers.actions.rollback import RollbackStarted
from handlers.actions.settle import Settled
from handlers.actions.stop import RerunStopped
from handlers.actions.unlock import Unlocked
from handlers.actions.waive import AuthorsWaived
from handlers.actions.withdraw import Withdrawn
from handlers.build import Build
from handlers.outcome import Decision, Refusal
from handlers.people import AccountStatus, Person, token_actor
from handlers.plan import BuildSource, EnvironmentPlan, Plan, Reminding
from handlers.promotion import StartOrPromote
from handlers.release import Release
from handlers.requests import ResolutionContext
from handlers.rights import current_precondition
from handlers.rollback_target import rollback_target
from handlers.step import StepState
from tests.handlers import builders
from tests.handlers.life import reference
from tests.handlers.life.ci import UNDER_WAY
from tests.handlers.life.draw import Draw, Operation
from tests.handlers.life.history import MAIN
from tests.handlers.life.lineage import (
    LINEAGE,
    add_build,
    look_at_changes,
)
from tests.handlers.life.restoring import bring_back
from tests.handlers.life.world import World
from tests.handlers.urgent import lane

BRANCHES = (MAIN, "hotfix/*")
SOURCE = BuildSource(ci="remote", branches=("hotfix/*", "feature/*"))
STRICT = builders.rule("ops", authors_may_sign=False)


def _plan(*environments: EnvironmentPlan) -> Plan:
    return builders.plan(*environments, builds=SOURCE)


PLANS = {
    "plain": _plan(builders.staging(), builders.production(branches=BRANCHES)),
    "reminding": replace(
        _plan(
            builders.staging(),
            builders.production(
                branches=BRANCHES,
                gates=(builders.rule("testers", signed_for=5 * 3600), builders.rule("ops", signed_for=86400)),
            ),
        ),
        remind=Reminding(1800, 3600, 7200, ("developers",)),
    ),
    "urgent": _plan(
        builders.staging(),
        builders.production(branches=BRANCHES, emergency=lane(branches=BRANCHES)),
    ),
    "urgent_between": _plan(
        builders.staging(
            gates=(builders.rule("testers"),),
            protected=True,
            branches=(*BRANCHES, "feature/*"),
            emergency=lane(branches=(), skips=(), gates=(builders.rule("ops", signed_for=7200),)),
        ),
        builders.production(
            branches=BRANCHES,
            emergency=lane(branches=BRANCHES, gates=(builders.rule("ops"), builders.rule("testers"))),
        ),
    ),
    "automatic": _plan(
        builders.staging(gates=(builders.rule("testers"),), kept=(), start="automatic"),
        builders.production(
            branches=BRANCHES,
            gates=(builders.rule("testers", needs=2), STRICT),
            rollback_gates=(builders.rule("ops", requester_may_sign=True, authors_may_sign=False),),
            start="automatic",
        ),
    ),
    "strict": _plan(
        builders.staging(start="automatic"),
        builders.production(
            branches=BRANCHES,
            contains_live=True,
            gates=(builders.rule("testers", authors_may_sign=False), STRICT),
            rollback_gates=(STRICT,),
        ),
    ),
    "unsigned": _plan(
        builders.staging(kept=()),
        builders.production(branches=BRANCHES, gates=(), signed=False),
    ),
    "unsigned_between": _plan(
        builders.staging(protected=True, branches=(*BRANCHES, "feature/*"), signed=False),
        builders.production(branches=BRANCHES),
    ),
    "three": _plan(
        builders.staging(),
        builders.staging(
            name="preview", gates=(builders.rule("developers", requester_may_sign=True),), kept=("ops",)
        ),
        builders.production(
            branches=BRANCHES,
            contains_live=True,
            gates=(builders.rule("testers", same_person=True, signed_for=7200), builders.rule("ops")),
        ),
    ),
}
MOST_BUILDS = 9


def _release(world: World, draw: Draw) -> Release | None:
    """Pick a release, mostly an open one."""
    choice = world.open_releases() if draw.how else list(world.releases.values())
    return choice[draw.at % len(choice)] if choice else None


def _environment(world: World, draw: Draw) -> str:
    every = world.plan.environments
    return every[draw.at % len(every)].name


def push(world: World, draw: Draw) -> None:
    """Move things forward: start a build, request a step, sign, deploy."""
    opened = world.open_releases()
    if not opened:
        start_build(world, world.builds[-1], builders.MARA)
        return
    release = opened[draw.at % len(opened)]
    step = release.step
    if step.state is StepState.WAITING and not step.requested:
        world.deliver(events.StepRequested(release.number, builders.ANDY, step.environment))
    elif step.state is StepState.WAITING:
        clear_doubts(world, release, draw)
        everybody_signs(world, release)
    elif step.state is StepState.FAILED:
        world.deliver(RetryRequested(release.number, builders.TIM))
    else:
        world.move_on()
    perform_all(world, draw)


def clear_doubts(world: World, release: Release, draw: Draw) -> None:
    """Have the changes told and compared, or what is still in doubt waived."""
    if not reference.doubts(world, release, release.step.environment):
        return
    if draw.at % 3 and look_at_changes(world, release, draw.how):
        return
    signed = {sign_off.user for sign_off in release.step.unspent}
    for operator in sorted({builders.OLGA_TOO, builders.TIM} - signed):
        if isinstance(world.deliver(AuthorsWaived(release.number, operator, "looked at it")), Decision):
            break


def everybody_signs(world: World, release: Release, attempt: int = 0) -> None:
    """Have one more person sign for every team, by a click on a card that may be out of date."""
    precondition = current_precondition(release)
    precondition = replace(precondition, attempt=attempt) if attempt else precondition
    signed = {sign_off.user for sign_off in release.step.unspent}
    for each in release.rules(release.step):
        for user in reversed([user for user in world.teams[each.team].members if user not in signed]):
            clicked = world.deliver(SignedOff(release.number, user, each.team, precondition=precondition))
            if isinstance(clicked, Decision):
                break


# People.


def start_build(world: World, build: Build, actor: str) -> None:
    world.deliver(events.Started(build, world.plan.environments[0].name, actor, (actor,)))


def start(world: World, draw: Draw) -> None:
    """Start one of the newest builds."""
    start_build(world, world.builds[-1 - draw.how % min(3, len(world.builds))], draw.able)


def start_further(world: World, draw: Draw) -> None:
    """Start a build whose releases ended, in any environment: it may lie in some of them."""
    opened = {release.build.version for release in world.open_releases()}
    ended = {release.build.version for release in world.releases.values()} - opened
    again = [build for build in world.builds if build.version in ended]
    if again:
        place = _environment(world, draw) if draw.how % 2 else world.plan.environments[0].name
        build, actor = again[-1 - draw.at % len(again)], draw.able
        world.deliver(events.Started(build, place, actor, (actor,), again=draw.how == 4))


def end_and_start(world: World, draw: Draw) -> None:
    """Cancel a release and start its build once more, perhaps while another one is requested there."""
    release = _release(world, draw)
    if release is not None:
        world.deliver(CancelRequested(release.number, builders.TIM, "start it again"))
        if draw.how % 3 == 1:
            start(world, draw)
        start_further(world, draw)


def start_hotfix(world: World, draw: Draw) -> None:
    """Report a build of the hotfix branch, start it and push it on."""
    if len(world.knowledge.history.own) < MOST_BUILDS:
        add_build(world, draw, "hotfix/x")
        start_build(world, world.builds[-1], draw.able)
        for _ in range(draw.how):
            push(world, Draw(len(world.open_releases()) - 1, 0, draw.who))


def build_and_start(world: World, draw: Draw) -> None:
    """Report one more build and start it."""
    if len(world.knowledge.history.own) < MOST_BUILDS:
        add_build(world, draw)
        start_build(world, world.builds[-1], draw.able)


def journey(world: World, draw: Draw) -> None:
    """Type the name of an environment."""
    context = ResolutionContext(
        world.plan, tuple(world.open_releases()), tuple(world.builds), world.knowledge.newest(MAIN)
    )
    requested = StartOrPromote(builders.SERVICE, _environment(world, draw), draw.who).resolve(context)
    if not isinstance(requested, Refusal):
        world.deliver(requested)


def request_step(world: World, draw: Draw) -> None:
    """Request a step, early or not."""
    release = _release(world, draw)
    if release is not None:
        place = release.step.environment if draw.how % 3 else _environment(world, draw)
        world.deliver(events.StepRequested(release.number, draw.able, place))


def sign(world: World, draw: Draw) -> None:
    """Sign off, with or without naming a team."""
    release = _release(world, draw)
    if release is not None:
        team = ("", "testers", "ops", "developers")[draw.how % 4]
        world.deliver(SignedOff(release.number, draw.who, team))


def all_sign(world: World, draw: Draw) -> None:
    """Have every team sign off, sometimes on an out-of-date card."""
    release = _release(world, draw)
    if release is not None:
        everybody_signs(world, release, 2 if draw.how == 1 else 0)


def roll_back(world: World, draw: Draw) -> None:
    """Roll back to an earlier build."""
    place = _environment(world, draw)
    before = world.successes.get(place, ())
    state = world.environment_state(place)
    target = rollback_target(before, state) if draw.how % 2 or not before else before[draw.at % len(before)]
    if target is not None:
        actor = builders.TIM if draw.how else draw.who
        world.deliver(RollbackStarted(target, place, actor, "bad", draw.how > 3))


def stop(world: World, draw: Draw) -> None:
    """Have a re-run stopped, by its id and attempt."""
    again = [run for run in world.ci.runs if run.attempt > 1]
    if again:
        run = again[draw.at % len(again)]
        actor = builders.TIM if draw.how else draw.who
        world.deliver(RerunStopped(world.owner(run.correlation).number, actor, f"{run.id}#{run.attempt}"))


def _action(make: Callable[[int, str, Draw], events.ReleaseEvent]) -> Operation:
    def operate(world: World, draw: Draw) -> None:
        release = _release(world, draw)
        if release is not None:
            actor = builders.TIM if draw.how > 1 else draw.who
            world.deliver(make(release.number, actor, draw))

    return operate


PEOPLE: dict[str, Operation] = {
    "all_sign": all_sign,
    "request_step": request_step,
    "build_and_start": build_and_start,
    "build_and_start_again": build_and_start,
    "cancel": _action(lambda number, actor, _: CancelRequested(number, actor, "wrong")),
    "journey": journey,
    "reject": _action(lambda number, actor, draw: Rejected(number, actor, "bad" if draw.how > 2 else "")),
    "retry": _action(lambda number, actor, _: RetryRequested(number, actor)),
    "roll_back": roll_back,
    "roll_back_again": roll_back,
    "settle": _action(lambda number, actor, draw: Settled(number, actor, draw.at % 2 > 0, "looked")),
    "settle_quietly": _action(lambda number, actor, draw: Settled(number, actor, draw.at % 2 > 0)),
    "sign": sign,
    "sign_again": sign,
    "start": start,
    "start_further": start_further,
    "start_further_again": start_further,
    "end_and_start": end_and_start,
    "start_hotfix": start_hotfix,
    "stop": stop,
    "testing": _action(lambda number, _, draw: testing.TestingStarted(number, draw.able)),
    "waive": _action(lambda number, _, draw: AuthorsWaived(number, draw.able, "looked at it")),
    "withdraw": _action(lambda number, _, draw: Withdrawn(number, draw.able)),
}


# Teams, accounts and locks.


_TOKEN = token_actor("incidents")


def lock(world: World, draw: Draw) -> None:
    """Lock an environment, for a while or until somebody unlocks it."""
    until = world.now + timedelta(minutes=5) if draw.how % 2 else None
    actor = builders.TIM if draw.how else draw.who
    places = (_environment(world, draw),)
    if draw.how % 3 == 1:
        world.apply(
            events.LockedByToken(builders.SERVICE, places, _TOKEN, f"key {draw.how}", "incident", until)
        )
        return
    world.apply(Locked(builders.SERVICE, places, actor, "incident", until))


def unlock(world: World, draw: Draw) -> None:
    """Unlock everything, or only what is one's own."""
    places = tuple(environment.name for environment in world.plan.environments)
    whose = "own" if draw.how % 3 == 1 else "all"
    world.apply(Unlocked(builders.SERVICE, places, builders.TIM if draw.how else draw.who, whose))


def change_team(world: World, draw: Draw) -> None:
    """Remove a user from a team, or add them; the policy is reloaded."""
    known = world.teams[("testers", "ops", "developers")[draw.at % 3]]
    rest = tuple(member for member in known.members if member != draw.who)
    if rest:
        members = (*rest, draw.who) if draw.how % 2 else rest
        world.teams[known.name] = replace(known, members=members)
        world.reevaluate_all()


def change_account(world: World, draw: Draw) -> None:
    """Make an account a guest, or delete it, or restore it."""
    world.account_status[draw.who] = (*AccountStatus, AccountStatus.FULL, AccountStatus.FULL)[draw.how]


def change_group(world: World, draw: Draw) -> None:
    """Put two people or nobody into the user group."""
    world.group = frozenset({draw.who, draw.able} if draw.how % 2 else set())


def slack_is_down(world: World, _draw: Draw) -> None:
    """Make everything stale that Slack said."""
    world.stale = True


def restore(world: World, _draw: Draw) -> None:
    """Slack answers, and all teams and accounts are as they were at first."""
    world.stale = False
    world.account_status = {builders.GUEST: AccountStatus.GUEST}
    world.restore_teams()
    world.reevaluate_all()


def learn_author(world: World, _draw: Draw) -> None:
    """Write into the policy whose name it is that nobody knew; it is reloaded."""
    if world.people == builders.PEOPLE:
        world.people = (*builders.PEOPLE, Person("Tom", (builders.TOM,), "nobody"))
        world.reevaluate_all()


ORGANIZATION: dict[str, Operation] = {
    "restore": restore,
    "restore_again": restore,
    "change_group": change_group,
    "change_account": change_account,
    "change_team": change_team,
    "learn_author": learn_author,
    "lock": lock,
    "slack_is_down": slack_is_down,
    "unlock": unlock,
    "unlock_again": unlock,
}


# Machines.


def perform(world: World, draw: Draw) -> None:
    """Perform some effects of one destination."""
    for _ in range(draw.how):
        places = sorted(world.queues)
        if places:
            world.perform(places[draw.at % len(places)])


def perform_all(world: World, _draw: Draw) -> None:
    """Perform the first effect of every destination."""
    for place in sorted(world.queues):
        world.perform(place)


def post(world: World, draw: Draw) -> None:
    """Have a worker post; the CI accepts the request or not, and says so or not."""
    if world.workers:
        world.post(world.workers[draw.at % len(world.workers)], draw.how)


def answer(world: World, draw: Draw) -> None:
    """Have a worker report its answer."""
    if world.workers:
        world.report(world.workers[draw.at % len(world.workers)])


def lose_worker(world: World, draw: Draw) -> None:
    """Kill a worker."""
    if world.workers:
        world.lose(world.workers[draw.at % len(world.workers)])


def send(world: World, draw: Draw) -> None:
    """Mark as sent, post and report in one go."""
    perform_all(world, draw)
    post(world, draw)
    answer(world, draw)


ENDS: tuple[Literal["succeeded", "failed", "cancelled", "timed_out"], ...] = (
    "succeeded",
    "failed",
    "cancelled",
    "timed_out",
)


def run_ends(world: World, draw: Draw) -> None:
    """End a run; mostly the CI reports it."""
    run = world.ci.end(draw.at, ENDS[draw.how % 4])
    if run is not None and draw.how:
        webhook(world, draw)


def run_moves(world: World, draw: Draw) -> None:
    """Have a run be queued, wait for a person or go on; mostly the CI reports it."""
    run = world.ci.move(draw.at, UNDER_WAY[draw.how % 3])
    if run is not None and draw.how:
        world.deliver(world.report_of(world.owner(run.correlation), run.id, run.correlation))


def rerun(world: World, draw: Draw) -> None:
    """Have somebody run an ended run again at the CI; mostly it is reported."""
    run = world.ci.rerun(draw.at)
    if run is not None and draw.how:
        world.deliver(world.report_of(world.owner(run.correlation), run.id, run.correlation))


def run_surprises(world: World, draw: Draw) -> None:
    """Show a run late, or start a second one, or forget one."""
    world.ci.surprise(draw.at)


def poll(world: World, _draw: Draw) -> None:
    """Ask the CI about everything in flight."""
    for release in world.open_releases():
        world.poll(release)


def webhook(world: World, draw: Draw) -> None:
    """Have the CI report a run's state."""
    if world.ci.runs:
        run = world.ci.runs[draw.at % len(world.ci.runs)]
        world.deliver(world.report_of(world.owner(run.correlation), run.id, run.correlation))


def claim(world: World, draw: Draw) -> None:
    """Have a run claim, for its own commit or another."""
    if world.ci.runs:
        run = world.ci.runs[draw.at % len(world.ci.runs)]
        owner = world.owner(run.correlation)
        sha = owner.build.sha if draw.how else "f" * 40
        world.deliver(reports.Claimed(owner.number, run.correlation, run.id, sha, run.attempt))


def deliver_again(world: World, draw: Draw) -> None:
    """Deliver an earlier event once more, however late."""
    if world.delivered:
        back = draw.at * (1 + draw.how)
        world.deliver(world.delivered[-1 - back % len(world.delivered)])


MACHINERY: dict[str, Operation] = {
    "answer": answer,
    "bring_back": bring_back,
    "claim": claim,
    "deploy_well": lambda world, _: world.deploy_well(),
    "deliver_again": deliver_again,
    "deliver_again_and_again": deliver_again,
    "lose_worker": lose_worker,
    "perform": perform,
    "perform_all": perform_all,
    "poll": poll,
    "post": post,
    "rerun": rerun,
    "run_ends": run_ends,
    "run_moves": run_moves,
    "run_surprises": run_surprises,
    "send": send,
    "webhook": webhook,
}


# Time.


def time_passes(world: World, draw: Draw) -> None:
    """Let time pass."""
    world.stale = world.stale and draw.at % 2 == 0
    long = 100_000 if draw.at % 5 == 0 else 4000
    world.pass_time((1, 5, 20, 45, 200, 601, long)[draw.how])


def settle_down(world: World, draw: Draw) -> None:
    """Let everything come to rest; nothing that could continue still waits then."""
    restore(world, draw)
    world.settle_down()
    world.invariants.check_quiet()


CLOCK: dict[str, Operation] = {
    "settle_down": settle_down,
    "sweep": lambda world, _: world.sweep(),
    "time_passes": time_passes,
    "time_passes_on": time_passes,
}

__all__ = ["CLOCK", "LINEAGE", "MACHINERY", "ORGANIZATION", "PEOPLE", "PLANS", "push"]
