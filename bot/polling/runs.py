"""Polls the runs of steps in flight until they end."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from bot.ci.provider import Provider
from bot.ci.run import Hint, RunStatus, Target
from bot.ci.target import target_of
from bot.engine import Engine
from bot.loop import SAFETY_NET
from bot.polling.poller import Poller, concerns
from bot.tracing import tracer
from handlers.attempt import Intent, Run
from handlers.release import Release
from handlers.reports import UNDER_WAY, RunReported, SearchEnded
from handlers.step import Step, StepState
from storage import effects, releases

SLOWER_AFTER = 40
"""After how many polls of a run the interval doubles."""


@dataclass(frozen=True, slots=True)
class _InFlightStep:
    """A step in flight: its release, intent, CI and target."""

    release: Release
    intent: Intent
    provider: Provider
    target: Target


class RunPoller(Poller):
    """Polls the run of every step in flight, and searches for lost runs."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__(engine, providers)
        self._polls: dict[str, int] = {}
        self._runs: dict[str, tuple[str, str, Target]] = {}

    def keys_for(self, ci: str, hint: Hint) -> Iterable[str]:
        """Return the key of the run that the hint names.

        If it names none, those of all runs that it may be about.
        """
        named = hint.correlation or hint.run_id
        return [
            correlation
            for correlation, (where, run, target) in self._runs.items()
            if where == ci
            and (hint.correlation == correlation or hint.run_id == run if named else _is_about(hint, target))
        ]

    async def run_once(self) -> float:
        """Poll every step in flight that is due."""
        in_flight = [self._flight(each) for each in await self._engine.database.read(releases.in_flight)]
        known = [each for each in in_flight if each is not None]
        self._runs = {
            each.intent.correlation: (
                each.provider.name,
                run.id if (run := each.release.step.run) else "",
                each.target,
            )
            for each in known
        }
        self._poll_schedule.retain_only(self._runs)
        for key in self._engine.health.waiting().keys() - self._runs.keys():
            self._engine.health.found(key)
        self._polls = {key: count for key, count in self._polls.items() if key in self._runs}
        await asyncio.gather(
            *(self._poll(each) for each in known if self._poll_schedule.is_due(each.intent.correlation))
        )
        return self._poll_schedule.seconds_until_due(SAFETY_NET)

    def _flight(self, release: Release) -> _InFlightStep | None:
        step = release.step
        provider = self._providers.get(release.environment.deploy.ci)
        if provider is None or step.intent is None or not step.in_flight:
            return None
        return _InFlightStep(release, step.intent, provider, target_of(release, step))

    async def _poll(self, flight: _InFlightStep) -> None:
        key, run = flight.intent.correlation, flight.release.step.run
        self._polls[key] = self._polls.get(key, 0) + 1
        pause = flight.provider.poll * (1 if self._polls[key] < SLOWER_AFTER else 2)
        self._poll_schedule.schedule_next(key, pause)
        answered = True
        with self._engine.health.listening() as refusals:
            if run is not None:
                answered = await self._poll_status(flight, run)
            elif flight.intent.unclear_at is not None:
                answered = await self._search(flight)
        self._poll_schedule.schedule_next(key, pause, answered=answered)
        await self._note_silence(flight, "" if answered else "".join(refusals[-1:]))

    async def _note_silence(self, flight: _InFlightStep, words: str) -> None:
        """Note why a run cannot be asked about, or that it can be; its card says so at once."""
        health, key = self._engine.health, flight.intent.correlation
        changed = health.waits(key, flight.provider.name, words) if words else health.found(key)
        if changed and not words:
            # A stop that could not be asked for waits for up to some minutes.
            again = partial(effects.run_now, where=f"run:{key}", now=self._engine.clock.now())
            await self._engine.database.write(again)
        if changed:
            await self._engine.show_card(flight.release.number)

    async def _poll_status(self, flight: _InFlightStep, run: Run) -> bool:
        since, number = tracer().stamp(), flight.release.number
        status = await flight.provider.status(flight.target, flight.intent.correlation, run.id)
        if status is not None and _is_news(flight.release.step, run, status):
            report = partial(RunReported, number, flight.intent.correlation)
            # A poll that finds nothing new is not traced.
            with tracer().span("poll run", release=number, since=since):
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

    async def _search(self, flight: _InFlightStep) -> bool:
        intent, provider = flight.intent, flight.provider
        found = await provider.find(flight.target, intent.correlation)
        if found is not None and (found or provider.capabilities.authoritative_search):
            ended = SearchEnded(flight.release.number, intent.correlation, intent.tries, tuple(found))
            await self._engine.handle(ended)
        return found is not None


def _is_about(hint: Hint, target: Target) -> bool:
    return hint.kind != "nothing" and concerns(hint, target.repository, target.deploy.workflow)


def _is_news(step: Step, run: Run, status: RunStatus) -> bool:
    """Return whether a status is worth an event; a run that continues as known is not."""
    if status.state in UNDER_WAY:
        renamed = status.id not in {"", run.id}
        changed = status.state != run.state or (status.state == "waits" and status.detail != run.waits_for)
        return renamed or changed or step.state is StepState.UNKNOWN or status.attempt > run.attempt
    return not (status.state == "vanished" and step.state is StepState.UNKNOWN)
