"""Looks at runs that nobody here asked for, and at those of attempts that were called off: what is live is kept true."""

import asyncio
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from bot.ci.provider import Provider
from bot.ci_api.run import Hint, SeenRun, Target
from bot.ci_api.target import target_in
from bot.engine import Engine
from bot.follow.looker import IDLE, Looker
from bot.follow.rhythm import Rhythm
from handlers.build import Build
from handlers.events import OutsideSeen, WatchBegan
from handlers.reports import RunReported
from storage import grounds, releases
from storage.reading import Wanted, recent

log = logging.getLogger("shiproom.ci")

RARER = 4
"""How many times as rarely as at a run in flight to look at all the runs of a workflow; a webhook makes it come sooner."""

LATEST = 50
"""How many releases of a service are looked through for the runs that are theirs."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What one workflow of a CI deploys to: its targets, which differ in their environments, or services."""

    provider: Provider
    targets: tuple[Target, ...]

    @property
    def key(self) -> str:
        first = self.targets[0]
        return f"{self.provider.name}/{first.repository}/{first.deploy.workflow}"


class OutsideWatch(Looker):
    """Watches the workflows that deploy."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__()
        self._engine = engine
        self._providers = providers
        self._rhythm = Rhythm(engine.clock.monotonic)

    def hint(self, ci: str, hint: Hint) -> None:
        """Look at the workflows of that CI."""
        if hint.kind == "run":
            for place in self._places():
                if place.provider.name == ci:
                    self._rhythm.hint(place.key)
            self.wake()

    async def look(self) -> float:
        """Look at every workflow whose turn it is."""
        places = self._places()
        self._rhythm.keep({place.key for place in places})
        await asyncio.gather(*(self._look_at(each) for each in places if self._rhythm.is_due(each.key)))
        return self._rhythm.rest(IDLE)

    def _places(self) -> list[_Place]:
        by_workflow: dict[tuple[str, str, str], list[Target]] = {}
        for plan in self._engine.policy.plans.values():
            for each in plan.environments:
                provider = self._providers.get(each.deploy.ci)
                if provider is not None and provider.capabilities.lists_runs:
                    where = (each.deploy.ci, plan.repository, each.deploy.workflow)
                    by_workflow.setdefault(where, []).append(target_in(plan, each))
        return [_Place(self._providers[ci], tuple(found)) for (ci, _, _), found in by_workflow.items()]

    async def _look_at(self, place: _Place) -> None:
        seconds = RARER * place.provider.poll
        self._rhythm.looked(place.key, seconds)
        runs = await place.provider.recent(place.targets[0])
        self._rhythm.looked(place.key, seconds, heard=runs is not None)
        if runs:
            own, awaited = await self._own(place)
            fresh = [run for run in reversed(runs) if (run.id, run.attempt) not in own]
            strange = [run for run in fresh if not await self._is_ours(run)]
            # While a request is out whose run nobody knows yet, a run without an id may be that one.
            await self._tell(place, [run for run in strange if run.correlation or not awaited])

    async def _own(self, place: _Place) -> tuple[set[tuple[str, int]], bool]:
        """Name the runs that releases follow, and say whether a request is out whose run nobody knows yet."""
        services = {target.service for target in place.targets}
        flying = await self._engine.database.read(releases.in_flight)
        known = [each for each in flying if each.service in services]
        awaited = any(each.step.run is None for each in known)
        for service in services:
            wanted = partial(recent, wanted=Wanted(service, "", LATEST))
            known += await self._engine.database.read(wanted)
        steps = [step for release in known for step in release.steps]
        return {(step.run.id, step.run.attempt) for step in steps if step.run is not None}, awaited

    async def _is_ours(self, run: SeenRun) -> bool:
        """A run with an id of ours is told to its release, which knows whether it is the one that counts."""
        find = partial(releases.of_correlation, correlation=run.correlation)
        number = await self._engine.database.read(find) if run.correlation else 0
        release = await self._engine.database.read(partial(releases.get, number=number)) if number else None
        if release is None:
            return False
        await self._engine.handle(
            RunReported(number, run.correlation, run.id, run.state, run.attempt, run.url)
        )
        return True

    async def _tell(self, place: _Place, runs: Iterable[SeenRun]) -> None:
        named = [(run, target_of_run(run, place.targets)) for run in runs]
        for target in place.targets:
            read = partial(grounds.read, service=target.service)
            known, _ = await self._engine.database.read(read)
            ground = known.get(target.environment)
            here = [run for run, where in named if where == target]
            if ground is None or ground.watched_since is None:
                before = tuple(f"{run.id}#{run.attempt}" for run in here if run.state != "running")
                await self._engine.handle(WatchBegan(target.service, target.environment, before))
            told = frozenset(ground.outside) if ground is not None else frozenset[str]()
            for run in here:
                event = _seen(target, run)
                done = f"{event.run}:succeeded" in told
                if not done and f"{event.run}:{event.state}" not in told:
                    await self._engine.handle(event)


def target_of_run(run: SeenRun, targets: tuple[Target, ...]) -> Target | None:
    """Say which environment a run deploys to: its CI's word, the only one there is, or the one that its name speaks of."""
    if len(targets) == 1 and not run.environment:
        return targets[0]
    words = set(re.findall(r"[a-z0-9-]+", run.title.lower()))
    fits = [each for each in targets if each.environment in ({run.environment} if run.environment else words)]
    return fits[0] if len(fits) == 1 else None


def _seen(target: Target, run: SeenRun) -> OutsideSeen:
    build = Build(target.service, run.sha[:7] or "?", run.sha, target.branch, url=run.url)
    match run.state:
        case "running" | "succeeded":
            state = run.state
        case _:
            state = "failed"
    named = f"{run.id}#{run.attempt}"
    return OutsideSeen(target.service, target.environment, named, state, build, run.actor, run.url)
