"""Runs races: one service and one release per race, two replicas, and a sender that is as fast as possible."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from handlers.absence import Absence
from handlers.calendar import Calendar, Freeze
from handlers.environments import EnvironmentState, Live
from handlers.events import Event
from handlers.facts import Capabilities
from handlers.people import Team
from handlers.plan import EnvironmentPlan
from handlers.policy import Connection as Connected
from handlers.policy import Policy
from handlers.release import Release
from handlers.reports import SendRequested
from handlers.sign_offs import SignOff
from storage import absences, environments, release_numbers, releases, transaction
from storage.codec import dump_release, micros, with_fingerprint
from storage.database import Connection, Database, write_again
from storage.history import Entry
from storage.incoming import Context, IncomingEvent, Outcome
from storage.recording import Changes, Locked, record
from tests.handlers import builders
from tests.profile import size

if TYPE_CHECKING:
    from handlers.step import Step

RUNS = size(150, 250, 1000)

AT_ONCE = 8
"""How many races run at a time: each needs two connections, and one more for its sender."""

PAUSES = (0, 0, 0, 0, 1, 5, 25, 125)
"""How many turns of the event loop a contender waits after the start; the long ones let a sender in between."""


SECOND = 50_000
"""By how much higher the number of a second release of a lane is."""

NEWER = 99_999
"""A release of a newer build than those that race; it stands beside the lanes, in a service of its own."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One race's service, with one release in it."""

    number: int
    release: Release

    @property
    def service(self) -> str:
        return self.release.service


Contender = Callable[[Lane], Event]


def as_it_is(release: Release) -> Release:
    """Leave a release as it is."""
    return release


@dataclass(frozen=True, slots=True)
class Race:
    """Two contenders, the sign-offs before them, and how the history may read afterwards.

    `shaped` makes another kind of release of the one that is prepared. `ends` maps each order of codes that may stand in the
    chain to the release's state at the end. With `lies` no release is prepared, and its build lies in staging, untouched
    since an earlier one deployed it. `second` makes another release of the same service, which ends in the state `beside`
    whenever the first ends as `ends` says, or the other way round. Of the `teams` those are `away` until tomorrow. Production
    is frozen from `frozen_from` on, and what is granted is marked as sent so much later as `slow` says.
    """

    name: str
    one: Contender
    other: Contender
    ends: dict[tuple[str, ...], str]
    signed: tuple[SignOff, ...] = (builders.signed("testers", builders.AMITA),)
    production: EnvironmentPlan = builders.PRODUCTION
    prepared: bool = True
    lies: bool = False
    second: Callable[[Release], Release] | None = None
    beside: str = ""
    runs: int = RUNS
    shaped: Callable[[Release], Release] = as_it_is
    teams: Mapping[str, Team] = field(default_factory=lambda: dict(builders.TEAMS))
    away: tuple[str, ...] = ()
    frozen_from: datetime | None = None
    slow: timedelta = timedelta()


@dataclass
class RaceRunner:
    """Runs one race in every lane, on the replicas."""

    replicas: tuple[Database, ...]
    race: Race
    lanes: tuple[Lane, ...]
    chance: random.Random
    pauses: tuple[int, ...] = PAUSES
    outcomes: dict[int, list[Outcome]] = field(default_factory=dict[int, list[Outcome]])

    def context(self) -> Context:
        """Return what is known outside the database: everybody is a full member, and every service has its plan."""
        plans = {lane.service: lane.release.plan for lane in self.lanes}
        capabilities = {"remote": Capabilities()}
        connections = {name: Connected(name, "local") for name in ("here", "remote")}
        directory = builders.directory(self.race.teams)
        policy = Policy(plans, directory, connections, calendars=self._calendars())
        return Context(policy, builders.membership(teams=self.race.teams), capabilities)

    def _calendars(self) -> dict[str, Mapping[str, Calendar]]:
        if self.race.frozen_from is None:
            return {}
        freeze = Freeze("audit", self.race.frozen_from, self.race.frozen_from + timedelta(days=1))
        return {lane.service: {"production": Calendar(freezes=(freeze,))} for lane in self.lanes}

    async def prepare(self) -> None:
        """Save the releases of all lanes, as earlier events would have left them."""
        if self.race.prepared:
            for start in range(0, len(self.lanes), 100):
                some = [each for lane in self.lanes[start : start + 100] for each in self._releases_of(lane)]
                await self.replicas[0].write(partial(_prepare, lanes=tuple(some), away=self.race.away))
            newer = _lane(self.race, NEWER)
            built = replace(newer.release, build=builders.build(99, service=newer.service))
            await self.replicas[0].write(partial(_prepare, lanes=(Lane(NEWER, built),), away=()))
        if self.race.lies:
            await self.replicas[0].write(partial(_lay, lanes=self.lanes))

    def _releases_of(self, lane: Lane) -> tuple[Lane, ...]:
        second = self.race.second
        if second is None:
            return (lane,)
        number = lane.number + SECOND
        return lane, Lane(number, replace(second(lane.release), number=number))

    async def run(self) -> None:
        """Run the race in every lane."""
        context, gate = self.context(), asyncio.Semaphore(AT_ONCE)

        async def run_lane(lane: Lane) -> None:
            async with gate:
                self.outcomes[lane.number] = await self._run_lane(lane, context)

        async with asyncio.TaskGroup() as group:
            for lane in self.lanes:
                group.create_task(run_lane(lane))

    async def _run_lane(self, lane: Lane, context: Context) -> list[Outcome]:
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
            incoming = IncomingEvent(name, contenders[place](lane), builders.NOW, name)
            return await _go(replica, incoming, context, self.race.slow)

        return [outcome for outcomes in await asyncio.gather(go(0), go(1)) for outcome in outcomes]


async def _go(replica: Database, incoming: IncomingEvent, context: Context, slow: timedelta) -> list[Outcome]:
    """Apply an event; if it granted a step, mark that as sent, as of so much later."""
    outcome = await write_again(replica, partial(transaction.apply_event, incoming=incoming, context=context))
    if "trigger" not in outcome.effects or outcome.release is None:
        return [outcome]
    intent = outcome.release.step.intent
    assert intent is not None
    sending = IncomingEvent(
        f"{incoming.id}-send", SendRequested(outcome.release.number, intent.correlation), builders.NOW + slow
    )
    return [
        outcome,
        await write_again(replica, partial(transaction.apply_event, incoming=sending, context=context)),
    ]


def lanes(race: Race) -> tuple[Lane, ...]:
    """Return as many lanes as the race has runs."""
    return tuple(_lane(race, number) for number in range(1, race.runs + 1))


def _lane(race: Race, number: int) -> Lane:
    service = f"{race.name}-{number}"
    plan = with_fingerprint(builders.plan(builders.STAGING, race.production, service=service))
    step = builders.waiting("production", sign_offs=race.signed)
    before = builders.succeeded(intent=builders.sent(correlation=f"before {service}"))
    steps: tuple[Step, ...] = (before, step)
    prepared = builders.release(*steps, number=number, plan=plan, build=builders.build(service=service))
    return Lane(number, race.shaped(prepared))


def _lay(connection: Connection, lanes: tuple[Lane, ...]) -> None:
    for lane in lanes:
        states, head = environments.lock(connection, lane.service)
        entry = Entry(micros(builders.NOW), builders.ANDY, "prepared", 0, "{}", {"reply": "prepared"})
        live = Live(lane.release.build, NEWER, builders.NOW)
        lying = {"staging": EnvironmentState("staging", live=live)}
        record(connection, Locked(states, head), entry, Changes(lying, (), {}))


def _prepare(connection: Connection, lanes: tuple[Lane, ...], away: tuple[str, ...]) -> None:
    release_numbers.next_number(connection)
    for lane in lanes:
        release = lane.release
        environment_state, head = environments.lock(connection, lane.service)
        body = dump_release(release)
        absent = (Absence(user, builders.later(days=1), builders.NOW, user) for user in away)
        rows = releases.insert_release(connection, release, body, None)
        outcome = {"reply": "prepared"}
        entry = Entry(micros(builders.NOW), builders.ANDY, "prepared", release.number, "{}", outcome)
        places = (step.environment for step in release.steps if step.holding)
        held = {place: EnvironmentState(place, holder=release.number) for place in places}
        for absence in absent:
            rows |= absences.save(connection, lane.service, absence)
        record(connection, Locked(environment_state, head), entry, Changes(held, (), rows))
