"""What may happen in the world: what people do, what an office is like, what machines do, and time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from handlers import events, reports
from handlers.build import Build, Change
from handlers.outcome import Decision, Refusal
from handlers.people import Standing, Team
from handlers.record.rights import bound_to
from handlers.release import Release
from handlers.resolve import Ledger, default_target, resolve_journey
from handlers.step import StepState
from handlers.wishes import Journey
from tests.handlers import making
from tests.handlers.life.world import World

PLANS = {
    "plain": making.plan(),
    "automatic": making.plan(
        making.staging(gates=(making.rule("testers"),), kept=(), start="automatic"),
        making.production(
            gates=(making.rule("testers", needs=2), making.rule("ops", authors_may_sign=False)),
            rollback_gates=(making.rule("ops", requester_may_sign=True),),
            start="automatic",
        ),
    ),
    "three": making.plan(
        making.staging(),
        making.staging(
            name="preview", gates=(making.rule("developers", requester_may_sign=True),), kept=("ops",)
        ),
        making.production(gates=(making.rule("testers", same_person=True), making.rule("ops"))),
    ),
}
MOST_BUILDS = 7
ACTIVE = (making.ANDY, making.MARA, making.AMITA, making.TOM, making.TIM, making.OLGA_TOO)


@dataclass(frozen=True)
class Draw:
    """What chance gives to a happening: which one, how, and who."""

    at: int
    how: int
    who: str

    @property
    def able(self) -> str:
        """Somebody of a team."""
        return ACTIVE[self.at % len(ACTIVE)]


Happening = Callable[[World, Draw], None]


def add_build(world: World, branch: str = "main") -> None:
    """Let one more build be ready."""
    order = len(world.builds) + 1
    author = ("mara-dev", "olga", "andy-dev", "nobody")[order % 4]
    build = making.build(order, branch=branch, changes=(Change(f"c{order}", author, "Faster"),))
    world.ready(build)


def begin(world: World, chapter: int) -> None:
    """Begin with one build, or after one has come to staging, or to production, or after two have."""
    add_build(world)
    for _ in range((0, 8, 30, 30)[chapter]):
        push(world, Draw(0, 0, making.ANDY))
    if chapter == 3:
        add_build(world)
        for _ in range(20):
            push(world, Draw(1, 0, making.MARA))


def _release(world: World, draw: Draw) -> Release | None:
    """Pick a release: mostly one that is open."""
    choice = world.open_releases() if draw.how else list(world.releases.values())
    return choice[draw.at % len(choice)] if choice else None


def _place(world: World, draw: Draw) -> str:
    every = world.plan.environments
    return every[draw.at % len(every)].name


def push(world: World, draw: Draw) -> None:
    """Do what helps: start a build, ask for a step, sign, deploy."""
    opened = world.open_releases()
    if not opened:
        _start(world, world.builds[-1], making.MARA)
        return
    release = opened[draw.at % len(opened)]
    step = release.step
    if step.state is StepState.WAITING and not step.requested:
        world.deliver(events.StepAsked(release.number, step.environment, making.ANDY))
    elif step.state is StepState.WAITING:
        everybody_signs(world, release)
    elif step.state is StepState.FAILED:
        world.deliver(events.RetryAsked(release.number, making.TIM))
    else:
        world.move_on()
    perform_all(world, draw)


def everybody_signs(world: World, release: Release, attempt: int = 0) -> None:
    """Let one more person sign for every team, by a click on a card that may be old."""
    bound = bound_to(release)
    bound = replace(bound, attempt=attempt) if attempt else bound
    for each in release.rules(release.step):
        for user in reversed(world.teams[each.team].members):
            clicked = world.deliver(events.SignedOff(release.number, user, each.team, bound=bound))
            if isinstance(clicked, Decision):
                break


# People.


def _start(world: World, build: Build, actor: str) -> None:
    world.deliver(events.Started(build, world.plan.environments[0].name, actor, (actor,)))


def start(world: World, draw: Draw) -> None:
    """Start one of the newest builds."""
    _start(world, world.builds[-1 - draw.how % min(3, len(world.builds))], draw.able)


def build_and_start(world: World, draw: Draw) -> None:
    """A newer build is ready, and started."""
    if len(world.builds) < MOST_BUILDS:
        add_build(world, "main" if draw.how else "feature")
        _start(world, world.builds[-1], draw.able)


def journey(world: World, draw: Draw) -> None:
    """Type an environment."""
    ledger = Ledger(world.plan, tuple(world.open_releases()), tuple(world.builds), world.builds[-1])
    wish = resolve_journey(Journey(making.SERVICE, _place(world, draw), draw.who), ledger)
    if not isinstance(wish, Refusal):
        world.deliver(wish)


def ask(world: World, draw: Draw) -> None:
    """Ask for a step, early or not."""
    release = _release(world, draw)
    if release is not None:
        place = release.step.environment if draw.how % 3 else _place(world, draw)
        world.deliver(events.StepAsked(release.number, place, draw.able))


def sign(world: World, draw: Draw) -> None:
    """Sign off, for a team or without saying for which."""
    release = _release(world, draw)
    if release is not None:
        team = ("", "testers", "ops", "developers")[draw.how % 4]
        world.deliver(events.SignedOff(release.number, draw.who, team))


def all_sign(world: World, draw: Draw) -> None:
    """Sign off all at once, now and then on an old card."""
    release = _release(world, draw)
    if release is not None:
        everybody_signs(world, release, 2 if draw.how == 1 else 0)


def roll_back(world: World, draw: Draw) -> None:
    """Bring a good build back."""
    place = _place(world, draw)
    before = world.successes.get(place, ())
    ledger = Ledger(world.plan, successes=before, ground=world.ground(place))
    target = default_target(ledger) if draw.how % 2 or not before else before[draw.at % len(before)]
    if target is not None:
        actor = making.TIM if draw.how else draw.who
        world.deliver(events.RollbackStarted(target, place, actor, "bad", draw.how > 3))


def _deed(make: Callable[[int, str, Draw], events.ReleaseEvent]) -> Happening:
    def happen(world: World, draw: Draw) -> None:
        release = _release(world, draw)
        if release is not None:
            actor = making.TIM if draw.how > 1 else draw.who
            world.deliver(make(release.number, actor, draw))

    return happen


PEOPLE: dict[str, Happening] = {
    "all_sign": all_sign,
    "ask": ask,
    "build_and_start": build_and_start,
    "build_and_start_again": build_and_start,
    "cancel": _deed(lambda number, actor, _: events.CancelAsked(number, actor, "wrong")),
    "journey": journey,
    "reject": _deed(
        lambda number, actor, draw: events.Rejected(number, actor, "bad" if draw.how > 2 else "")
    ),
    "retry": _deed(lambda number, actor, _: events.RetryAsked(number, actor)),
    "roll_back": roll_back,
    "roll_back_again": roll_back,
    "settle": _deed(lambda number, actor, draw: events.Settled(number, actor, draw.at % 2 > 0, "looked")),
    "settle_quietly": _deed(lambda number, actor, draw: events.Settled(number, actor, draw.at % 2 > 0)),
    "sign": sign,
    "sign_again": sign,
    "start": start,
    "testing": _deed(lambda number, _, draw: events.TestingStarted(number, draw.able)),
    "waive": _deed(lambda number, actor, _: events.AuthorsWaived(number, actor, "looked at it")),
    "withdraw": _deed(lambda number, _, draw: events.Withdrawn(number, draw.able)),
}


# The office.


def lock(world: World, draw: Draw) -> None:
    """Lock an environment, for a while or until somebody unlocks it."""
    until = world.now + timedelta(minutes=5) if draw.how % 2 else None
    actor = making.TIM if draw.how else draw.who
    world.close(events.LockAsked(making.SERVICE, (_place(world, draw),), actor, "incident", until))


def unlock(world: World, draw: Draw) -> None:
    """Unlock everything."""
    places = tuple(environment.name for environment in world.plan.environments)
    world.close(events.UnlockAsked(making.SERVICE, places, making.TIM if draw.how else draw.who))


def change_team(world: World, draw: Draw) -> None:
    """Take somebody out of a team, or in; the policy is read anew."""
    known = world.teams[("testers", "ops", "developers")[draw.at % 3]]
    rest = tuple(member for member in known.members if member != draw.who)
    if rest:
        members = (*rest, draw.who) if draw.how % 2 else rest
        world.teams[known.name] = Team(known.name, members, known.usergroup)
        world.tell_all()


def change_standing(world: World, draw: Draw) -> None:
    """Make an account a guest, or delete it, or give it back."""
    world.standing[draw.who] = (*Standing, Standing.FULL, Standing.FULL)[draw.how]


def change_group(world: World, draw: Draw) -> None:
    """Put two people into the user group, or nobody."""
    world.group = frozenset({draw.who, draw.able} if draw.how % 2 else set())


def slack_is_away(world: World, _draw: Draw) -> None:
    """Let what Slack said grow old."""
    world.stale = True


def all_is_well(world: World, _draw: Draw) -> None:
    """Slack is there, and everybody is in the team that they were in at first."""
    world.stale = False
    world.standing = {making.GUEST: Standing.GUEST}
    world.teams = dict(making.TEAMS)
    world.tell_all()


OFFICE: dict[str, Happening] = {
    "all_is_well": all_is_well,
    "all_is_well_again": all_is_well,
    "change_group": change_group,
    "change_standing": change_standing,
    "change_team": change_team,
    "lock": lock,
    "slack_is_away": slack_is_away,
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
    """Let a worker post; the CI takes the request, or not, and says so, or not."""
    if world.workers:
        world.post(world.workers[draw.at % len(world.workers)], draw.how)


def answer(world: World, draw: Draw) -> None:
    """Let a worker bring its answer."""
    if world.workers:
        world.report(world.workers[draw.at % len(world.workers)])


def lose_worker(world: World, draw: Draw) -> None:
    """Let a worker die."""
    if world.workers:
        world.lose(world.workers[draw.at % len(world.workers)])


def send(world: World, draw: Draw) -> None:
    """Mark, post and answer in one go."""
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
    """Let a run end; mostly the CI tells."""
    run = world.ci.end(draw.at, ENDS[draw.how % 4])
    if run is not None and draw.how:
        webhook(world, draw)


def run_surprises(world: World, draw: Draw) -> None:
    """Let a run show up late, or be started by hand, or be forgotten."""
    world.ci.surprise(draw.at)


def poll(world: World, _draw: Draw) -> None:
    """Ask the CI about everything in flight."""
    for release in world.open_releases():
        world.poll(release)


def webhook(world: World, draw: Draw) -> None:
    """Let the CI tell how a run is."""
    if world.ci.runs:
        run = world.ci.runs[draw.at % len(world.ci.runs)]
        world.deliver(world.report_of(world.owner(run.correlation), run.id, run.correlation))


def claim(world: World, draw: Draw) -> None:
    """Let a run ask to be admitted, for its own commit or another."""
    if world.ci.runs:
        run = world.ci.runs[draw.at % len(world.ci.runs)]
        owner = world.owner(run.correlation)
        sha = owner.build.sha if draw.how else "f" * 40
        world.deliver(reports.Claimed(owner.number, run.correlation, run.id, sha, run.attempt))


def hear_again(world: World, draw: Draw) -> None:
    """Let something that was heard before come once more, however late."""
    if world.heard:
        back = draw.at * (1 + draw.how)
        world.deliver(world.heard[-1 - back % len(world.heard)])


MACHINERY: dict[str, Happening] = {
    "answer": answer,
    "claim": claim,
    "deploy_well": lambda world, _: world.deploy_well(),
    "hear_again": hear_again,
    "hear_again_and_again": hear_again,
    "lose_worker": lose_worker,
    "perform": perform,
    "perform_all": perform_all,
    "poll": poll,
    "post": post,
    "run_ends": run_ends,
    "run_surprises": run_surprises,
    "send": send,
    "webhook": webhook,
}


# Time.


def time_passes(world: World, draw: Draw) -> None:
    """Let time pass."""
    world.stale = world.stale and draw.at % 2 == 0
    world.pass_time((1, 5, 20, 45, 200, 601, 4000)[draw.how])


def settle_down(world: World, draw: Draw) -> None:
    """Let everything come to rest; nothing that may go on stands still then."""
    all_is_well(world, draw)
    world.settle_down()
    world.watch.check_quiet()


CLOCK: dict[str, Happening] = {
    "settle_down": settle_down,
    "sweep": lambda world, _: world.sweep(),
    "time_passes": time_passes,
    "time_passes_on": time_passes,
}

__all__ = ["CLOCK", "MACHINERY", "OFFICE", "PEOPLE", "PLANS", "Draw", "begin", "push"]
