"""A seeded walk through the property test's world: every state that it comes through, with what people are shown in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from bot.blocks.announcement_view import AnnouncementView
from bot.blocks.card_view import CardView
from bot.blocks.query_words import QueryResult, ServiceView
from bot.blocks.taken_back import build_taken_back
from bot.health import Health
from bot.snapshots import Snapshots
from handlers.actions.cancel import CancelRequested
from handlers.actions.retry import RetryRequested
from handlers.actions.settle import Settled
from handlers.beginning import can_begin
from handlers.build import Build, Change
from handlers.command_parsing import release_number
from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.lineage import Marks, Relation
from handlers.outcome import Decision
from handlers.release import Kind, Release
from handlers.requests import Query
from handlers.step import StepState
from storage.history import Head
from storage.reading import ReleaseSnapshot
from tests.handlers import builders
from tests.handlers.life.chapters import CHAPTERS
from tests.handlers.life.ci import UNDER_WAY
from tests.handlers.life.draw import Draw
from tests.handlers.life.operations import CLOCK, ENDS, LINEAGE, MACHINERY, ORGANIZATION, PEOPLE, PLANS, push
from tests.handlers.life.world import World

NAMED = {
    builders.ANDY: "Andy",
    builders.MARA: "Mara",
    builders.AMITA: "Amita",
    builders.TOM: "Tom",
    builders.TIM: "Tim",
    builders.OLGA: "Olga",
    builders.OLGA_TOO: "Olga Too",
    builders.GUEST: "Gus Guest",
    builders.STRANGER: "Sam Stranger",
}
OPERATIONS = (PEOPLE, PEOPLE, PEOPLE, MACHINERY, MACHINERY, ORGANIZATION, LINEAGE, CLOCK)

PUSHED = 0.35
"""How often a step moves things forward, so that releases come through all their states."""
ATTEMPTED = 0.3
DECIDED = 0.2


@dataclass
class SeenWorld(World):
    """A world that remembers whose deployments rollbacks took away, by place and commit, until those are deployed again."""

    taken: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def _save(self, decision: Decision) -> None:
        place, release = decision.deployed, decision.release
        before = self.environment_state(place).live
        super()._save(decision)
        if not place or release is None:
            return
        self.taken.pop((place, release.build.sha), None)
        if release.kind is Kind.ROLLBACK and before is not None and before.build.sha != release.build.sha:
            self.taken[place, before.build.sha] = before.release


@dataclass(frozen=True)
class Moment:
    """One release of a world as it is now, with its facts."""

    world: SeenWorld
    release: Release
    facts: Facts
    view: CardView

    @property
    def state(self) -> EnvironmentState:
        """The state of the current step's environment."""
        return self.facts.environment_state(self.release.step.environment)


def lives(count: int, length: int) -> Iterator[SeenWorld]:
    """Yield a world after each step of each life; a seed determines a life."""
    for seed in range(count):
        random = Random(seed)
        world = SeenWorld(PLANS[sorted(PLANS)[seed % len(PLANS)]])
        chapters = sorted(CHAPTERS)
        CHAPTERS[chapters[seed // len(PLANS) % len(chapters)]](world, _draw(random))
        yield world
        for _ in range(length):
            _step(world, random)
            yield world


def _step(world: World, random: Random) -> None:
    if random.random() < DECIDED and _decide(world, _draw(random)):
        return
    if random.random() < PUSHED:
        for _ in range(random.randint(1, 4)):
            push(world, _draw(random))
        return
    if random.random() < ATTEMPTED:
        _attempt(world, _draw(random))
        return
    operations = random.choice(OPERATIONS)
    operations[random.choice(sorted(operations))](world, _draw(random))


def _decide(world: World, draw: Draw) -> bool:
    """Have an operator decide on what failed, or on what nobody knows; return whether there is such a release."""
    asked = [
        each for each in world.open_releases() if each.step.state in {StepState.FAILED, StepState.UNKNOWN}
    ]
    if not asked:
        return False
    number = asked[draw.at % len(asked)].number
    if draw.how < 3:
        world.deliver(RetryRequested(number, builders.TIM))
        _attempt(world, Draw(2, draw.how, draw.who))
    elif draw.how < 5:
        world.deliver(Settled(number, builders.TIM, draw.at % 2 > 0, "looked"))
    else:
        world.deliver(CancelRequested(number, builders.TIM, "enough"))
    return True


def _attempt(world: World, draw: Draw) -> None:
    """Deploy whatever was granted, and let it end somehow: well, badly, or so that nobody knows."""
    world.perform_all()
    for worker in list(world.workers):
        world.post(worker, draw.at % 7 if draw.at % 2 else 0)
        world.report(worker)
    if draw.at % 5 == 0:
        world.ci.move(0, UNDER_WAY[draw.how % 3])
    else:
        world.ci.end(0, ENDS[draw.how % 4])
    for release in world.open_releases():
        world.poll(release)


def _draw(random: Random) -> Draw:
    return Draw(random.randrange(60), random.randrange(7), random.choice(builders.EVERYBODY))


def moment(world: SeenWorld, release: Release, **changed: Any) -> Moment:  # noqa: ANN401 - as dataclasses.replace
    """Return what the bot would read of a release now; `changed` are fields of its facts."""
    facts = replace(world.facts(release), **changed)
    return Moment(world, release, facts, _view(world, release, facts))


def _view(world: SeenWorld, release: Release, facts: Facts) -> CardView:
    state = facts.environment_state(release.step.environment)
    live = state.live.build if state.live is not None else None
    snapshot = ReleaseSnapshot(
        release,
        facts,
        Head(builders.SERVICE, 7, "a" * 64, 1),
        changes(world, release.build, live),
        live,
        marks(world, release.build, state),
        world.successes.get(release.step.environment, ()),
    )
    view = _snapshots(world).card_of(snapshot)
    holder = next((release_number(each.values["holder"]) for each in view.reasons if each.code == "turn"), 0)
    successor = release.ending.replaced_by if release.ending is not None else 0
    return replace(view, holder=world.releases.get(holder), successor=world.releases.get(successor))


def _snapshots(world: World) -> Snapshots:
    clock = cast("Any", SimpleNamespace(now=lambda: world.now))
    policy = SimpleNamespace(time_zone="Europe/Berlin", directory=world.directory)
    engine = cast("Any", SimpleNamespace(policy=policy, health=Health(clock)))
    freshness = cast(
        "Any",
        SimpleNamespace(
            names=lambda: NAMED, user_groups=lambda: {"S0OPS": frozenset(world.group)}, workspace=""
        ),
    )
    return Snapshots(cast("Any", None), clock, engine, freshness)


def changes(world: World, build: Build, live: Build | None) -> tuple[Change, ...]:
    """Return the changes between two builds, as far as they were told."""
    history = world.knowledge.history
    known = history.between(live.sha if live is not None and live.sha in history.commits else "", build.sha)
    return tuple(each.change for each in known if each.sha in world.knowledge.told)


def marks(world: World, build: Build, state: EnvironmentState) -> Marks:
    """Return what is to know of a build before it goes to an environment."""
    live = state.live.build if state.live is not None else None
    lacks = live is not None and relation(world, build, live) is Relation.LACKS
    bad = (
        each
        for each in reversed(state.rolled_back)
        if relation(world, build, each.build) is Relation.CONTAINS
    )
    return Marks(live if lacks else None, contains=next(bad, None))


def relation(world: World, build: Build, other: Build) -> Relation:
    """Return whether a build contains another, by what was told and by the order in a branch."""
    told = world.knowledge.relation(build, other)
    if told in {Relation.CONTAINS, Relation.LACKS} or build.branch != other.branch:
        return told
    return Relation.CONTAINS if build.position >= other.position else Relation.LACKS


def announced(world: SeenWorld, build: Build) -> AnnouncementView:
    """Return what the announcement of a build shows now."""
    first, last = world.plan.environments[0].name, world.plan.environments[-1].name
    there = world.environment_state(last)
    live = there.live.build if there.live is not None else None
    newest = world.knowledge.newest(build.branch)
    return AnnouncementView(
        build=build,
        first=first,
        last=last,
        live=live,
        here=world.environment_state(first),
        changes=changes(world, build, live),
        newest=newest is None or newest.version == build.version,
        names=_snapshots(world).names(),
        release=next(iter(of_build(world, build)), None),
        marks=marks(world, build, there),
        taken_back=build_taken_back(
            build, world.environments, [each.name for each in world.plan.environments]
        ),
        can_begin=can_begin(world.plan, build, world.facts(), world.now),
    )


def of_build(world: World, build: Build) -> list[Release]:
    """Return the releases of a build, newest first."""
    every = sorted(world.releases.values(), key=lambda each: -each.number)
    return [each for each in every if each.build.version == build.version]


def service_view(world: SeenWorld) -> ServiceView:
    """Return the service as queries read it."""
    ended = [each for each in world.releases.values() if each.ending is not None]
    ended.sort(
        key=lambda each: (each.ending.at, each.number) if each.ending else (world.now, 0), reverse=True
    )
    builds = tuple(reversed(world.builds))
    return ServiceView(
        world.plan,
        world.environments,
        builds,
        (),
        tuple(world.open_releases()),
        tuple(ended),
        tuple(each for build in builds for each in of_build(world, build)),
    )


def found(world: SeenWorld, kind: str, **asked: Any) -> QueryResult:  # noqa: ANN401 - as dataclasses.replace
    """Return what was read for a query of an operator about the whole service, or about one release or version."""
    query = replace(Query(kind, builders.TIM, service=builders.SERVICE), **asked)
    number = query.release
    releases = [world.releases[number]] if number else world.open_releases()
    if query.version:
        releases = [each for each in releases if each.build.version == query.version]
    service = service_view(world)
    if query.version:
        service = replace(
            service, builds=tuple(each for each in service.builds if each.version == query.version)
        )
    membership = world.membership()
    teams = {name: membership.eligible(builders.TIM, name, world.now) for name in world.teams}
    names = _snapshots(world).names()
    views = tuple(replace(moment(world, each).view, names=names) for each in releases)
    return QueryResult(
        query,
        names,
        views,
        (service,),
        membership.account_status(builders.TIM, world.now),
        teams,
        directory=world.directory,
    )
