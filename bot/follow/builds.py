"""Looks for ready builds where the policy says that a CI makes them; after a long silence only the newest is announced."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.ci.provider import Provider
from bot.ci_api.run import Hint, SeenBuild
from bot.engine import Engine
from bot.follow.looker import IDLE, Looker
from bot.follow.rhythm import Rhythm
from handlers.build import Build, Change
from handlers.events import BuildReported
from handlers.outcome import Refusal
from handlers.plan import Plan
from storage import builds

log = logging.getLogger("shiproom.ci")


@dataclass(frozen=True, slots=True)
class _Found:
    """A build that is new to us, and the commit of the one before it ("" if none is known)."""

    seen: SeenBuild
    version: str
    before: str


class BuildWatch(Looker):
    """Watches the workflows that build."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__()
        self._engine = engine
        self._providers = providers
        self._rhythm = Rhythm(engine.clock.monotonic)
        self._warned: set[tuple[str, str]] = set()

    def hint(self, ci: str, hint: Hint) -> None:
        """Look at the services whose builds come from that CI."""
        if hint.kind != "nothing":
            for plan in self._watched():
                if plan.builds.ci == ci:
                    self._rhythm.hint(plan.service)
            self.wake()

    async def look(self) -> float:
        """Look at every service whose turn it is."""
        plans = self._watched()
        self._rhythm.keep({plan.service for plan in plans})
        await asyncio.gather(*(self._look_at(plan) for plan in plans if self._rhythm.is_due(plan.service)))
        return self._rhythm.rest(IDLE)

    def _watched(self) -> list[Plan]:
        return [plan for plan in self._engine.policy.plans.values() if plan.builds.ci in self._providers]

    async def _look_at(self, plan: Plan) -> None:
        provider = self._providers[plan.builds.ci]
        seconds = provider.poll
        self._rhythm.looked(plan.service, seconds)
        seen = await provider.builds(plan.repository, plan.builds)
        self._rhythm.looked(plan.service, seconds, heard=seen is not None)
        if seen:
            found = await self._new(plan, seen)
            for each in found:
                await self._take(plan, provider, each, newest=each is found[-1])

    async def _new(self, plan: Plan, seen: Sequence[SeenBuild]) -> list[_Found]:
        """List what is new, oldest first; where nothing of the list is known, only the newest counts."""
        new: list[tuple[SeenBuild, str]] = []
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
        found: list[_Found] = []
        for each, version in reversed(new):
            found.append(_Found(each, version, before))
            before = each.sha
        return found

    def _compare_with(self, known: Build, seen: SeenBuild) -> None:
        if known.sha != seen.sha and (known.version, seen.sha) not in self._warned:
            self._warned.add((known.version, seen.sha))
            log.warning(
                "%s %s was built again from another commit (%s): a build never changes, so it is ignored. "
                "Make `version` in the policy different for every run.",
                known.service,
                known.version,
                seen.sha[:7],
            )

    async def _take(self, plan: Plan, provider: Provider, found: _Found, *, newest: bool) -> None:
        seen = found.seen
        changes: Sequence[Change] = ()
        if found.before and found.before != seen.sha:
            changes = await provider.compare(plan.repository, found.before, seen.sha) or ()
        build = Build(
            service=plan.service,
            version=found.version,
            sha=seen.sha,
            branch=plan.builds.branch,
            url=seen.url,
            digest=seen.digest,
            changes=tuple(changes),
            ready_at=self._engine.clock.now(),
        )
        outcome = await self._engine.handle(BuildReported(build, announced=newest))
        if isinstance(outcome.result, Refusal):
            log.warning("%s %s was not taken: %s", plan.service, build.version, outcome.result.code)


def version_of(seen: SeenBuild, template: str) -> str:
    """Name a build as the policy says; without a template by the number of its run."""
    values = {
        "run_number": str(seen.number),
        "run_id": seen.run_id,
        "sha": seen.sha,
        "short_sha": seen.sha[:7],
    }
    return (template or "{run_number}").format_map(values)
