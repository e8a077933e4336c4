"""Searches for runs of voided attempts, whose requests may arrive very late.

This is for CI systems that do not list runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.ci.provider import Provider
from bot.ci.run import Hint, Target
from bot.ci.target import target_of
from bot.loop import SAFETY_NET
from bot.polling.external_runs import INTERVAL_FACTOR, RELEASES_SEARCHED
from bot.polling.poller import Poller, concerns
from handlers.plan import Plan
from handlers.reports import RunReported
from handlers.step import Step
from storage.reading import ReleaseFilter, recent

WATCHED = timedelta(hours=1)
"""How long after the last change of a step its voided attempts are searched for."""


@dataclass(frozen=True, slots=True)
class _VoidedAttempt:
    """A voided attempt whose request may still arrive."""

    release: int
    correlation: str
    provider: Provider
    target: Target


class LateRunPoller(Poller):
    """Searches for voided attempts where `ExternalRunPoller` cannot poll."""

    def keys_for(self, ci: str, hint: Hint) -> Iterable[str]:
        """Return the services with a deployment that the hint may be about."""
        watched = self._watched() if hint.kind == "run" else []
        return [
            plan.service
            for plan in watched
            if any(
                each.deploy.ci == ci and concerns(hint, plan.repository, each.deploy.workflow)
                for each in plan.environments
            )
        ]

    async def run_once(self) -> float:
        """Search for every service that is due."""
        plans = self._watched()
        self._poll_schedule.retain_only({plan.service for plan in plans})
        for plan in plans:
            if self._poll_schedule.is_due(plan.service):
                await self._poll(plan)
        return self._poll_schedule.seconds_until_due(SAFETY_NET)

    def _watched(self) -> list[Plan]:
        plans = self._engine.policy.plans.values()
        return [plan for plan in plans if any(self._unlisted(each.deploy.ci) for each in plan.environments)]

    def _unlisted(self, ci: str) -> Provider | None:
        """Return a CI that can only be searched, without a proof that no run comes.

        None for every other CI.
        """
        provider = self._providers.get(ci)
        can = provider.capabilities if provider is not None else None
        return provider if can is not None and not (can.lists_runs or can.authoritative_search) else None

    async def _poll(self, plan: Plan) -> None:
        polls = [found.poll for each in plan.environments if (found := self._unlisted(each.deploy.ci))]
        self._poll_schedule.schedule_next(plan.service, INTERVAL_FACTOR * max(polls))
        answered = [await self._search(each) for each in await self._voided_attempts(plan.service)]
        self._poll_schedule.schedule_next(plan.service, INTERVAL_FACTOR * max(polls), answered=all(answered))

    async def _voided_attempts(self, service: str) -> list[_VoidedAttempt]:
        known = await self._engine.database.read(
            partial(recent, wanted=ReleaseFilter(service, "", RELEASES_SEARCHED))
        )
        since = self._engine.clock.now() - WATCHED
        return [
            _VoidedAttempt(release.number, correlation, provider, target_of(release, step))
            for release in known
            for step in release.steps
            if (provider := self._unlisted(release.plan_of(step).deploy.ci)) and _is_recent(step, since)
            for correlation in step.voided
        ]

    async def _search(self, attempt: _VoidedAttempt) -> bool:
        """Report each run that is found to its release, which ignores repeats.

        Return whether the CI answered.
        """
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


def _is_recent(step: Step, since: datetime) -> bool:
    """Return whether a step changed since a time; False for one that never changed."""
    return any(at is not None and at >= since for at in (step.waiting_since, step.ended_at))
