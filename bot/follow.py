"""Follows what is in flight: the CI's own word, asked again and again, is the truth; webhooks only make it faster."""

import asyncio
import logging

from bot.ci.provider import Provider
from bot.ci_api.run import RunStatus
from bot.ci_api.target import target_of
from bot.engine import Engine
from handlers.release import Release
from handlers.reports import RunReported, SearchEnded
from handlers.step import Intent, Run, Step, StepState
from storage import releases

log = logging.getLogger("shiproom.ci")

IDLE = 1.0
"""How many seconds pass between looks while nothing is in flight."""


class Follower:
    """Polls the CIs for every step in flight."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        self._engine = engine
        self._providers = providers
        self._wake = asyncio.Event()
        self._stopping = False
        self._next: dict[str, float] = {}

    def wake(self) -> None:
        """Say that something may be in flight."""
        self._wake.set()

    def stop(self) -> None:
        """Follow no more."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Follow until stopped; a fault of one look is logged and the next look comes."""
        while not self._stopping:
            self._wake.clear()
            seconds = IDLE
            try:
                seconds = await self.look()
            except Exception:
                log.exception("runs could not be followed")
            try:
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def look(self) -> float:
        """Ask about every step in flight whose turn it is; returns in how many seconds to look again."""
        flying = await self._engine.database.read(releases.in_flight)
        known = {
            step.intent.correlation for release in flying for step in release.steps if step.intent is not None
        }
        self._next = {key: due for key, due in self._next.items() if key in known}
        await asyncio.gather(*(self._follow(release) for release in flying))
        now = self._engine.clock.monotonic()
        return min([IDLE, *(max(0.02, due - now) for due in self._next.values())])

    async def _follow(self, release: Release) -> None:
        step = release.step
        provider = self._providers.get(release.environment.deploy.ci)
        intent = step.intent
        if provider is None or intent is None or not step.in_flight:
            return
        now = self._engine.clock.monotonic()
        if self._next.get(intent.correlation, 0.0) > now:
            return
        self._next[intent.correlation] = now + provider.poll
        if step.run is not None:
            await self._ask(provider, release, intent, step.run)
        elif intent.unclear_at is not None:
            await self._search(provider, release, intent)

    async def _ask(self, provider: Provider, release: Release, intent: Intent, run: Run) -> None:
        target = target_of(release, release.step)
        status = await provider.status(target, intent.correlation, run.id)
        if status is not None and _is_news(release.step, run, status):
            event = RunReported(
                release.number,
                intent.correlation,
                run.id,
                status.state,
                attempt=status.attempt,
                url=status.url,
                detail=status.detail,
                tail=status.tail,
            )
            await self._engine.handle(event)

    async def _search(self, provider: Provider, release: Release, intent: Intent) -> None:
        found = await provider.find(target_of(release, release.step), intent.correlation)
        if found is None or (not found and not provider.capabilities.authoritative_search):
            return
        await self._engine.handle(SearchEnded(release.number, intent.correlation, intent.tries, tuple(found)))


def _is_news(step: Step, run: Run, status: RunStatus) -> bool:
    """A run that goes on as known is no event."""
    if status.state == "running":
        return step.state is StepState.UNKNOWN or status.attempt != run.attempt
    return not (status.state == "vanished" and step.state is StepState.UNKNOWN)
