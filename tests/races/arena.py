"""Where races are run: one service and one release per race, two replicas, and a sender that is as quick as it can be."""

import asyncio
import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from handlers.events import Event
from handlers.facts import Capabilities
from handlers.ground import Ground
from handlers.plan import EnvironmentPlan, Policy
from handlers.release import Release
from handlers.reports import SendWanted
from handlers.step import SignOff, Step
from storage import door, grounds, history, releases
from storage.arrival import Arrival, Outcome, World
from storage.codec import dump_release, micros
from storage.database import Connection, Database, write_again
from storage.history import Entry
from tests.handlers import making
from tests.profile import size

RUNS = size(150, 250, 1000)

AT_ONCE = 8
"""How many races are under way at a time: two connections each, and one more for its sender."""

PAUSES = (0, 0, 0, 0, 1, 5, 25, 125)
"""How many turns of the loop a contender waits behind the line; the last ones let a sender in between."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One race's place: a service of its own, with one release in it."""

    number: int
    release: Release

    @property
    def service(self) -> str:
        return self.release.service


Contender = Callable[[Lane], Event]


@dataclass(frozen=True, slots=True)
class Race:
    """Two contenders, who signed before them, and how the history may read afterwards.

    `ends` maps each order of codes that may stand in the chain to the release's state at the end.
    """

    name: str
    one: Contender
    other: Contender
    ends: dict[tuple[str, ...], str]
    signed: tuple[SignOff, ...] = (making.signed("testers", making.AMITA),)
    production: EnvironmentPlan = making.PRODUCTION
    laid_out: bool = True
    runs: int = RUNS


@dataclass
class Arena:
    """The replicas, and the races that are run on them."""

    replicas: tuple[Database, ...]
    race: Race
    lanes: tuple[Lane, ...]
    chance: random.Random
    pauses: tuple[int, ...] = PAUSES
    told: dict[int, list[Outcome]] = field(default_factory=dict[int, list[Outcome]])

    def world(self) -> World:
        """Give what is known outside the database: everybody is a full member, and every service has its plan."""
        plans = {lane.service: lane.release.plan for lane in self.lanes}
        capabilities = {"remote": Capabilities()}
        return World(Policy(plans, making.directory(), {}), making.roll(), capabilities)

    async def lay_out(self) -> None:
        """Write down the releases of all lanes, as earlier events would have left them."""
        if self.race.laid_out:
            for start in range(0, len(self.lanes), 100):
                await self.replicas[0].write(partial(_lay_out, lanes=self.lanes[start : start + 100]))

    async def run(self) -> None:
        """Run the race in every lane."""
        world, gate = self.world(), asyncio.Semaphore(AT_ONCE)

        async def run_lane(lane: Lane) -> None:
            async with gate:
                self.told[lane.number] = await self._run_lane(lane, world)

        async with asyncio.TaskGroup() as group:
            for lane in self.lanes:
                group.create_task(run_lane(lane))

    async def _run_lane(self, lane: Lane, world: World) -> list[Outcome]:
        line = asyncio.Barrier(2)
        contenders = [self.race.one, self.race.other]
        self.chance.shuffle(contenders)
        pauses = [self.chance.choice(self.pauses) for _ in contenders]

        async def go(place: int) -> list[Outcome]:
            replica = self.replicas[place % len(self.replicas)]
            await line.wait()
            for _ in range(pauses[place]):
                await asyncio.sleep(0)
            name = f"{self.race.name}-{lane.number}-{place}"
            return await _go(replica, Arrival(name, contenders[place](lane), making.NOW, name), world)

        return [outcome for outcomes in await asyncio.gather(go(0), go(1)) for outcome in outcomes]


async def _go(replica: Database, arrival: Arrival, world: World) -> list[Outcome]:
    """Take an event through the door; what it granted is sent at once."""
    outcome = await write_again(replica, partial(door.enter, arrival=arrival, world=world))
    if "Trigger" not in outcome.effects or outcome.release is None:
        return [outcome]
    intent = outcome.release.step.intent
    assert intent is not None
    sending = Arrival(
        f"{arrival.id}-send", SendWanted(outcome.release.number, intent.correlation), making.NOW
    )
    return [outcome, await write_again(replica, partial(door.enter, arrival=sending, world=world))]


def lanes(race: Race) -> tuple[Lane, ...]:
    """Make as many lanes as the race has runs."""
    return tuple(_lane(race, number) for number in range(1, race.runs + 1))


def _lane(race: Race, number: int) -> Lane:
    service = f"{race.name}-{number}"
    plan = making.plan(making.STAGING, race.production, service=service, fingerprint=f"plan of {service}")
    step = making.waiting("production", sign_offs=race.signed)
    before = making.succeeded(intent=making.sent(correlation=f"before {service}"))
    steps: tuple[Step, ...] = (before, step)
    laid_out = making.release(*steps, number=number, plan=plan, build=making.build(service=service))
    return Lane(number, laid_out)


def _lay_out(connection: Connection, lanes: tuple[Lane, ...]) -> None:
    releases.next_number(connection)
    for lane in lanes:
        release = lane.release
        ground, head = grounds.lock(connection, lane.service)
        body = dump_release(release)
        releases.insert_release(connection, release, body, None)
        outcome = {"reply": "laid_out", "digest": hashlib.sha256(body.encode()).hexdigest()}
        entry = Entry(micros(making.NOW), making.ANDY, "LaidOut", release.number, "{}", outcome)
        held = {"staging": replace(Ground("staging"), holder=release.number)}
        grounds.save(connection, history.append(connection, head, entry), ground, held, micros(making.NOW))
