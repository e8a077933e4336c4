"""Polls CI systems for ready builds.

After a long gap only the newest is announced.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.ci.provider import Provider
from bot.ci.run import Hint, ListedBuild
from bot.engine import Engine
from bot.loop import SAFETY_NET
from bot.polling.poller import Poller, concerns
from handlers.build import Build
from handlers.events import BuildReported
from handlers.outcome import Refusal
from handlers.plan import Plan
from storage import builds

log = logging.getLogger("shiproom.ci")


@dataclass(frozen=True, slots=True)
class _NewBuild:
    """A build that is not saved yet.

    `before` is the commit of the build before it in its branch ("" if none is known), `counter` what counts its number, and
    `newest` whether none of its branch is newer.
    """

    seen: ListedBuild
    version: str
    before: str
    counter: str
    newest: bool


class BuildPoller(Poller):
    """Polls the workflows that build, of each service that names a CI for them."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__(engine, providers)
        self._repeated: set[tuple[str, str]] = set()
        self._handled: dict[str, tuple[str, tuple[ListedBuild, ...]]] = {}

    def keys_for(self, ci: str, hint: Hint) -> Iterable[str]:
        """Return the services whose builds the hint may be about."""
        watched = self._watched() if hint.kind != "nothing" else []
        return [
            plan.service
            for plan in watched
            if plan.builds.ci == ci and concerns(hint, plan.repository, plan.builds.workflow)
        ]

    async def run_once(self) -> float:
        """Poll for every service that is due."""
        plans = self._watched()
        self._poll_schedule.retain_only({plan.service for plan in plans})
        self._poll_schedule.spread(plan.service for plan in plans)
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
        handled = (plan.fingerprint, tuple(seen or ()))
        if seen and self._handled.get(plan.service) != handled:
            taken = [await self._report(plan, provider, each) for each in await self._new(plan, seen)]
            if all(taken):
                self._handled[plan.service] = handled

    async def _new(self, plan: Plan, seen: Sequence[ListedBuild]) -> list[_NewBuild]:
        """Return the builds that are not known yet, oldest first.

        At first only the newest of the service's branch is announced, as the others have been there for long.
        """
        new: list[_NewBuild] = []
        begun = bool(await self._engine.database.read(partial(builds.newest, service=plan.service, most=1)))
        for branch in dict.fromkeys(each.branch for each in seen):
            read = partial(builds.in_branch, service=plan.service, branch=branch)
            known = await self._engine.database.read(read)
            listed = sorted((each for each in seen if each.branch == branch), key=lambda each: each.number)
            found = await self._new_of_branch(plan, listed, _Counted.of(plan, listed, known))
            new += [
                replace(each, newest=each.newest and (begun or branch == plan.builds.branch))
                for each in found
            ]
        return sorted(new, key=lambda each: each.seen.number)

    async def _new_of_branch(
        self, plan: Plan, listed: Sequence[ListedBuild], counted: "_Counted"
    ) -> list[_NewBuild]:
        """Return the new builds of a branch: all since the first one that was known; of an unknown branch the newest.

        A build that ended after a newer one, or was re-run to success, is among them.
        """
        new: list[_NewBuild] = []
        commits = dict(counted.commits)
        first, last = min(commits, default=0), max(commits, default=0)
        for each in listed if commits else listed[-1:]:
            version = version_of(each, plan.builds.version)
            read = partial(builds.get, service=plan.service, version=version)
            saved = await self._engine.database.read(read)
            if saved is not None and saved.sha != each.sha:
                await self._report_repeated(plan, saved, each)
            elif saved is None and each.number > first:
                before = max((number for number in commits if number < each.number), default=0)
                newest = each is listed[-1] and each.number > last
                commit = commits.get(before, counted.last_commit)
                new.append(_NewBuild(each, version, commit, counted.counter, newest))
                commits[each.number] = each.sha
        return new

    async def _report_repeated(self, plan: Plan, known: Build, seen: ListedBuild) -> None:
        """Report a build under a known version: it is refused, and people are told once for each workflow."""
        source = numbered_by(plan)
        if (plan.service, source) in self._repeated:
            return
        self._repeated.add((plan.service, source))
        again = replace(known, sha=seen.sha, url=seen.url)
        await self._engine.handle(BuildReported(again), f"repeated:{plan.service}:{source}")
        log.warning(
            "%s %s was built again from another commit (%s): a build never changes, so it is ignored. "
            "Make `version` in the policy different for every run.",
            known.service,
            known.version,
            seen.sha[:7],
        )

    async def _report(self, plan: Plan, provider: Provider, found: _NewBuild) -> bool:
        """Report a build; return whether it was decided on, and need not be reported again."""
        seen = found.seen
        compared = (
            await provider.compare(plan.repository, found.before, seen.sha)
            if found.before and found.before != seen.sha and plan.changes_source == plan.builds.ci
            else None
        )
        build = Build(
            service=plan.service,
            version=found.version,
            sha=seen.sha,
            branch=seen.branch,
            number=seen.number,
            numbered_by=found.counter,
            run=seen.run_id,
            url=seen.url,
            digest=seen.digest,
            changes=compared.changes if compared is not None and compared.complete else None,
            ready_at=self._engine.clock.now(),
        )
        outcome = await self._engine.handle(BuildReported(build, announced=found.newest))
        if isinstance(outcome.result, Refusal):
            log.warning("%s %s was not taken: %s", plan.service, build.version, outcome.result.code)
        return not outcome.undecided


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is known of the numbers of a branch's builds: commits by number, and what counts them.

    `last_commit` is that of the newest build if another counter counted it, else empty.
    """

    counter: str
    commits: Mapping[int, str]
    last_commit: str = ""

    @classmethod
    def of(cls, plan: Plan, listed: Sequence[ListedBuild], known: Sequence[Build]) -> "_Counted":
        """Read the numbers of the newest counter; a counter that began anew is another one.

        That it did is proved by a run with a lower number and a higher id than all that are known; else it is an old run.
        """
        source = numbered_by(plan)
        counter = next(
            (each.numbered_by for each in known if each.numbered_by.partition("#")[0] == source), source
        )
        commits = {each.number: each.sha for each in known if each.numbered_by == counter}
        numbers = {each.number for each in listed}
        later = max(map(_place, (each.run_id for each in listed)), default=0) > max(
            map(_place, (each.run for each in known)), default=0
        )
        if commits and numbers and later and max(numbers) < max(commits) and not numbers & commits.keys():
            begun = int(counter.partition("#")[2] or 0) + 1
            return cls(f"{source}#{begun}", {}, known[0].sha)
        return cls(counter, commits, known[0].sha if known and not commits else "")


def _place(run_id: str) -> int:
    """Return where a run stands among all of a CI, by its id; 0 if that is no number."""
    return int(run_id) if run_id.isascii() and run_id.isdigit() else 0


def numbered_by(plan: Plan) -> str:
    """Return what counts the numbers of a service's builds."""
    return f"{plan.builds.ci}/{plan.builds.workflow}"


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
