"""Follows what is in flight to its end."""

import asyncio
from dataclasses import dataclass
from functools import partial

from bot.ci.provider import Provider
from bot.ci_api.run import Hint, RunStatus, Target
from bot.ci_api.target import target_of
from bot.engine import Engine
from bot.follow.looker import IDLE, Looker
from bot.follow.rhythm import Rhythm
from handlers.release import Release
from handlers.reports import RunReported, SearchEnded
from handlers.step import Intent, Run, Step, StepState
from storage import releases

SLOWER_AFTER = 40
"""After how many looks at a run each next one comes half as soon."""


@dataclass(frozen=True, slots=True)
class _Flight:
    """What is in flight for one intent."""

    release: Release
    intent: Intent
    provider: Provider
    target: Target


class Follower(Looker):
    """Asks the CIs about every step in flight."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__()
        self._engine = engine
        self._providers = providers
        self._rhythm = Rhythm(engine.clock.monotonic)
        self._looks: dict[str, int] = {}
        self._runs: dict[str, tuple[str, str]] = {}

    def hint(self, ci: str, hint: Hint) -> None:
        """Look at the run that is meant; where none is named, at all of that CI."""
        for correlation, (where, run) in self._runs.items():
            named = hint.correlation or hint.run_id
            if where == ci and (not named or hint.correlation == correlation or hint.run_id == run):
                self._rhythm.hint(correlation)
        self.wake()

    async def look(self) -> float:
        """Ask about every step in flight whose turn it is."""
        flying = [self._flight(each) for each in await self._engine.database.read(releases.in_flight)]
        known = [each for each in flying if each is not None]
        self._runs = {
            each.intent.correlation: (each.provider.name, run.id if (run := each.release.step.run) else "")
            for each in known
        }
        self._rhythm.keep(self._runs)
        self._looks = {key: count for key, count in self._looks.items() if key in self._runs}
        await asyncio.gather(
            *(self._follow(each) for each in known if self._rhythm.is_due(each.intent.correlation))
        )
        return self._rhythm.rest(IDLE)

    def _flight(self, release: Release) -> _Flight | None:
        step = release.step
        provider = self._providers.get(release.environment.deploy.ci)
        if provider is None or step.intent is None or not step.in_flight:
            return None
        return _Flight(release, step.intent, provider, target_of(release, step))

    async def _follow(self, flight: _Flight) -> None:
        key, run = flight.intent.correlation, flight.release.step.run
        self._looks[key] = self._looks.get(key, 0) + 1
        pause = flight.provider.poll * (1 if self._looks[key] < SLOWER_AFTER else 2)
        self._rhythm.looked(key, pause)
        heard = True
        if run is not None:
            heard = await self._ask(flight, run)
        elif flight.intent.unclear_at is not None:
            heard = await self._search(flight)
        self._rhythm.looked(key, pause, heard=heard)

    async def _ask(self, flight: _Flight, run: Run) -> bool:
        status = await flight.provider.status(flight.target, flight.intent.correlation, run.id)
        if status is not None and _is_news(flight.release.step, run, status):
            report = partial(RunReported, flight.release.number, flight.intent.correlation)
            await self._engine.handle(
                report(
                    status.id or run.id,
                    status.state,
                    attempt=status.attempt,
                    url=status.url,
                    detail=status.detail,
                    tail=status.tail,
                    log_url=status.log_url,
                )
            )
        return status is not None

    async def _search(self, flight: _Flight) -> bool:
        intent, provider = flight.intent, flight.provider
        found = await provider.find(flight.target, intent.correlation)
        if found is not None and (found or provider.capabilities.authoritative_search):
            ended = SearchEnded(flight.release.number, intent.correlation, intent.tries, tuple(found))
            await self._engine.handle(ended)
        return found is not None


def _is_news(step: Step, run: Run, status: RunStatus) -> bool:
    """A run that goes on as known is no event."""
    if status.state == "running":
        renamed = status.id not in {"", run.id}
        return renamed or step.state is StepState.UNKNOWN or status.attempt > run.attempt
    return not (status.state == "vanished" and step.state is StepState.UNKNOWN)
