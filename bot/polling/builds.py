"""Polls CI systems for ready builds.

After a long gap only the newest is announced.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.ci.provider import Provider
from bot.ci.run import Hint, ListedBuild
from bot.engine import Engine
from bot.loop import SAFETY_NET
from bot.polling.poller import Poller
from handlers.build import Build
from handlers.events import BuildReported
from handlers.outcome import Refusal
from handlers.plan import Plan
from storage import builds

log = logging.getLogger("shiproom.ci")


@dataclass(frozen=True, slots=True)
class _NewBuild:
    """A build that is not saved yet.

    `before` is the commit of the build before it ("" if none is known).
    """

    seen: ListedBuild
    version: str
    before: str


class BuildPoller(Poller):
    """Polls the workflows that build, of each service that names a CI for them."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__(engine, providers)
        self._warned: set[tuple[str, str]] = set()

    def keys_for(self, ci: str, hint: Hint) -> Iterable[str]:
        """Return the services whose builds come from that CI."""
        watched = self._watched() if hint.kind != "nothing" else []
        return [plan.service for plan in watched if plan.builds.ci == ci]

    async def run_once(self) -> float:
        """Poll for every service that is due."""
        plans = self._watched()
        self._poll_schedule.retain_only({plan.service for plan in plans})
        await asyncio.gather(
            *(self._poll(plan) for plan in plans if self._poll_schedule.is_due(plan.service))
        )
        return self._poll_schedule.seconds_until_due(SAFETY_NET)

    def _watched(self) -> list[Plan]:
        return [plan for plan in self._engine.policy.plans.values() if plan.builds.ci in self._providers]

    async def _poll(self, plan: Plan) -> None:
        provider = self._providers[plan.builds.ci]
        seconds = provider.poll
        self._poll_schedule.schedule_next(plan.service, seconds)
        seen = await provider.builds(plan.repository, plan.builds)
        self._poll_schedule.schedule_next(plan.service, seconds, answered=seen is not None)
        if seen:
            found = await self._new(plan, seen)
            for each in found:
                await self._report(plan, provider, each, newest=each is found[-1])

    async def _new(self, plan: Plan, seen: Sequence[ListedBuild]) -> list[_NewBuild]:
        """Return the new builds, oldest first.

        Only the newest if none of the list is known.
        """
        new: list[tuple[ListedBuild, str]] = []
        before = ""
        for each in seen:
            version = version_of(each, plan.builds.version)
            known = await self._engine.database.read(
                partial(builds.get, service=plan.service, version=version)
            )
            if known is not None:
                self._compare_with(known, each)
                before = known.sha
                break
            new.append((each, version))
        else:
            new = new[:1]
            newest = partial(builds.newest_of_branch, service=plan.service, branch=plan.builds.branch)
            last = await self._engine.database.read(newest)
            before = last.sha if last is not None else ""
        found: list[_NewBuild] = []
        for each, version in reversed(new):
            found.append(_NewBuild(each, version, before))
            before = each.sha
        return found

    def _compare_with(self, known: Build, seen: ListedBuild) -> None:
        if known.sha != seen.sha and (known.version, seen.sha) not in self._warned:
            self._warned.add((known.version, seen.sha))
            log.warning(
                "%s %s was built again from another commit (%s): a build never changes, so it is ignored. "
                "Make `version` in the policy different for every run.",
                known.service,
                known.version,
                seen.sha[:7],
            )

    async def _report(self, plan: Plan, provider: Provider, found: _NewBuild, *, newest: bool) -> None:
        seen = found.seen
        compared = (
            await provider.compare(plan.repository, found.before, seen.sha)
            if found.before and found.before != seen.sha
            else None
        )
        build = Build(
            service=plan.service,
            version=found.version,
            sha=seen.sha,
            branch=seen.branch,
            number=seen.number,
            numbered_by=f"{plan.builds.ci}/{plan.builds.workflow}",
            url=seen.url,
            digest=seen.digest,
            changes=compared.changes if compared is not None and compared.complete else None,
            ready_at=self._engine.clock.now(),
        )
        outcome = await self._engine.handle(BuildReported(build, announced=newest))
        if isinstance(outcome.result, Refusal):
            log.warning("%s %s was not taken: %s", plan.service, build.version, outcome.result.code)


def version_of(seen: ListedBuild, template: str) -> str:
    """Return a build's version by the policy's template.

    Without one, the number of its run.
    """
    values = {
        "run_number": str(seen.number),
        "run_id": seen.run_id,
        "sha": seen.sha,
        "short_sha": seen.sha[:7],
    }
    return (template or "{run_number}").format_map(values)
