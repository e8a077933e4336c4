"""Searches for runs of attempts that were called off, where a CI does not list its runs: a request may arrive very late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.ci.provider import Provider
from bot.ci_api.run import Hint, Target
from bot.ci_api.target import target_of
from bot.engine import Engine
from bot.follow.looker import IDLE, Looker
from bot.follow.outside import LATEST, RARER
from bot.follow.rhythm import Rhythm
from handlers.plan import Plan
from handlers.reports import RunReported
from handlers.step import Step
from storage.reading import Wanted, recent

WATCHED = timedelta(hours=1)
"""For how long after the last that happened to a step its attempts that were called off are searched for."""


@dataclass(frozen=True, slots=True)
class _CalledOff:
    """An attempt whose request may still arrive."""

    release: int
    correlation: str
    provider: Provider
    target: Target


class CalledOffWatch(Looker):
    """Watches what was called off, in CIs that `OutsideWatch` cannot look at."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__()
        self._engine = engine
        self._providers = providers
        self._rhythm = Rhythm(engine.clock.monotonic)

    def hint(self, ci: str, hint: Hint) -> None:
        """Look at the services of that CI."""
        if hint.kind == "run":
            for plan in self._watched():
                if any(each.deploy.ci == ci for each in plan.environments):
                    self._rhythm.hint(plan.service)
            self.wake()

    async def look(self) -> float:
        """Look at every service whose turn it is."""
        plans = self._watched()
        self._rhythm.keep({plan.service for plan in plans})
        for plan in plans:
            if self._rhythm.is_due(plan.service):
                await self._look_at(plan)
        return self._rhythm.rest(IDLE)

    def _watched(self) -> list[Plan]:
        plans = self._engine.policy.plans.values()
        return [plan for plan in plans if any(self._unlisted(each.deploy.ci) for each in plan.environments)]

    def _unlisted(self, ci: str) -> Provider | None:
        """Give a CI that can be searched only, and whose search does not prove that nothing will come."""
        provider = self._providers.get(ci)
        can = provider.capabilities if provider is not None else None
        return provider if can is not None and not (can.lists_runs or can.authoritative_search) else None

    async def _look_at(self, plan: Plan) -> None:
        polls = [found.poll for each in plan.environments if (found := self._unlisted(each.deploy.ci))]
        self._rhythm.looked(plan.service, RARER * max(polls))
        heard = [await self._search(each) for each in await self._called_off(plan.service)]
        self._rhythm.looked(plan.service, RARER * max(polls), heard=all(heard))

    async def _called_off(self, service: str) -> list[_CalledOff]:
        known = await self._engine.database.read(partial(recent, wanted=Wanted(service, "", LATEST)))
        since = self._engine.clock.now() - WATCHED
        return [
            _CalledOff(release.number, correlation, provider, target_of(release, step))
            for release in known
            for step in release.steps
            if (provider := self._unlisted(release.plan_of(step).deploy.ci)) and _is_young(step, since)
            for correlation in step.voided
        ]

    async def _search(self, attempt: _CalledOff) -> bool:
        """Tell the release of each run that there is; it knows which ones it was told of. Says whether the CI answered."""
        provider, target, correlation = attempt.provider, attempt.target, attempt.correlation
        found = await provider.find(target, correlation)
        for run in found or ():
            status = await provider.status(target, correlation, run.id)
            if status is not None:
                report = RunReported(
                    attempt.release, correlation, run.id, status.state, status.attempt, status.url or run.url
                )
                await self._engine.handle(report)
        return found is not None


def _is_young(step: Step, since: datetime) -> bool:
    """Whether something happened to a step lately; what never happened to it is long ago."""
    return any(at is not None and at >= since for at in (step.waiting_since, step.ended_at))
