"""Polls for runs that no release follows, to keep track of what is live.

These are runs that Shiproom did not start, and runs of voided attempts.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from bot.ci.provider import Provider
from bot.ci.run import Hint, ListedRun, Target
from bot.ci.target import step_of, target_in, target_of
from bot.loop import SAFETY_NET
from bot.polling.poller import Poller, concerns
from bot.polling.run_targets import target_of_run
from bot.polling.told_runs import note_runs
from handlers.build import Build
from handlers.environments import EnvironmentState
from handlers.events import ExternalRunSeen, ExternalWatchStarted
from handlers.reports import UNDER_WAY, RunReported
from storage import environments, releases
from storage.codec import UnreadableError
from storage.reading import ReleaseFilter, recent

log = logging.getLogger("shiproom.ci")

INTERVAL_FACTOR = 4
"""The poll interval of a workflow is this many times that of a run in flight."""

RELEASES_SEARCHED = 50
"""How many of a service's latest releases are searched for runs that are theirs."""


@dataclass(frozen=True, slots=True)
class _Workflow:
    """A workflow of a CI and what it deploys to.

    Its targets differ in environment or service.
    """

    provider: Provider
    targets: tuple[Target, ...]

    @property
    def key(self) -> str:
        first = self.targets[0]
        return f"{self.provider.name}/{first.repository}/{first.deploy.workflow}"


class ExternalRunPoller(Poller):
    """Polls the workflows that deploy, for runs that no release follows."""

    def keys_for(self, ci: str, hint: Hint) -> Iterable[str]:
        """Return the keys of the workflows that the hint may be about."""
        workflows = self._workflows() if hint.kind == "run" else []
        return [
            workflow.key
            for workflow in workflows
            if workflow.provider.name == ci
            and any(concerns(hint, each.repository, each.deploy.workflow) for each in workflow.targets)
        ]

    async def run_once(self) -> float:
        """Poll every workflow that is due."""
        workflows = self._workflows()
        self._poll_schedule.retain_only({workflow.key for workflow in workflows})
        self._poll_schedule.spread(workflow.key for workflow in workflows)
        await asyncio.gather(
            *(self._poll(each) for each in workflows if self._poll_schedule.is_due(each.key))
        )
        return self._poll_schedule.seconds_until_due(SAFETY_NET)

    def _workflows(self) -> list[_Workflow]:
        by_workflow: dict[tuple[str, str, str], list[Target]] = {}
        for plan in self._engine.policy.plans.values():
            for each in plan.environments:
                provider = self._providers.get(each.deploy.ci)
                if provider is not None and provider.capabilities.lists_runs:
                    where = (each.deploy.ci, plan.repository, each.deploy.workflow)
                    by_workflow.setdefault(where, []).append(target_in(plan, each))
        return [_Workflow(self._providers[ci], tuple(found)) for (ci, _, _), found in by_workflow.items()]

    async def _poll(self, workflow: _Workflow) -> None:
        seconds = INTERVAL_FACTOR * workflow.provider.poll
        self._poll_schedule.schedule_next(workflow.key, seconds)
        runs = await workflow.provider.recent(workflow.targets[0])
        self._poll_schedule.schedule_next(workflow.key, seconds, answered=runs is not None)
        if runs:
            await note_runs(self._engine, workflow.targets, tuple(reversed(runs)))
            own, awaited = await self._own(workflow)
            fresh = [
                run
                for run in reversed(runs)
                if run.environment.lower() not in own.get((run.id, run.attempt), ())
            ]
            foreign = [each for run in fresh if (each := await self._unless_ours(run, workflow)) is not None]
            # While the run of a sent request is not known yet, a run without a correlation id may be that one.
            await self._report(workflow, [run for run in foreign if run.correlation or not awaited])

    async def _own(self, workflow: _Workflow) -> tuple[dict[tuple[str, int], set[str]], bool]:
        """Return the runs that releases follow with the environments that those deploy to, and whether one is still unknown.

        That is the case if a request was sent and its run is not known yet.
        """
        services = {target.service for target in workflow.targets}
        in_flight = await self._engine.database.read(releases.in_flight)
        known = [each for each in in_flight if each.service in services]
        awaited = any(each.step.run is None for each in known)
        for service in services:
            wanted = partial(recent, wanted=ReleaseFilter(service, "", RELEASES_SEARCHED))
            known += await self._engine.database.read(wanted)
        own: dict[tuple[str, int], set[str]] = {}
        for step in (step for release in known for step in release.steps):
            if step.run is not None:
                own.setdefault((step.run.id, step.run.attempt), {""}).add(step.environment)
        return own, awaited

    async def _unless_ours(self, run: ListedRun, workflow: _Workflow) -> ListedRun | None:
        """Report a run with a correlation id to its release, which knows whether it counts; return any other run.

        A run of ours that also deployed to another environment, as when somebody plays a further job of it, is other there.
        After a restore one with an id that is not known may be of a release that the backup does not have.
        """
        find = partial(releases.of_correlation, correlation=run.correlation)
        number = await self._engine.database.read(find) if run.correlation else 0
        try:
            release = (
                await self._engine.database.read(partial(releases.get, number=number)) if number else None
            )
        except UnreadableError as error:
            self._engine.unreadable.note(error)
            return None  # it is of a release of ours, whatever that says
        step = step_of(release, run.correlation) if release is not None else None
        if release is None or step is None:
            restored = any(each.service in self._engine.confirmed.restored for each in workflow.targets)
            return replace(run, correlation="") if restored else run
        if run.environment.lower() not in {"", step.environment}:
            return replace(run, correlation="")
        state = run.state
        target = target_of(release, step)
        if state == "succeeded" and target.deploy.job:
            status = await self._providers[target.deploy.ci].status(target, run.correlation, run.id)
            state = status.state if status is not None else "running"
        which = (number, run.correlation, run.id)
        await self._engine.handle(RunReported(*which, state, run.attempt, run.url, ended_at=run.ended_at))
        return None

    async def _report(self, workflow: _Workflow, runs: Iterable[ListedRun]) -> None:
        named = [(run, target_of_run(run, workflow.targets)) for run in runs]
        for target in workflow.targets:
            read = partial(environments.read, service=target.service)
            known, _ = await self._engine.database.read(read)
            environment_state = known.get(target.environment)
            here = [run for run, where in named if where == target]
            if environment_state is None or environment_state.watched_since is None:
                before = tuple(
                    f"{run.id}#{run.attempt}" for run in here if _ended_before(run, environment_state)
                )
                await self._engine.handle(ExternalWatchStarted(target.service, target.environment, before))
            reported = (
                frozenset(environment_state.outside) if environment_state is not None else frozenset[str]()
            )
            for run in here:
                if f"{run.id}#{run.attempt}:succeeded" not in reported:
                    await self._report_run(workflow, target, run, reported)

    async def _report_run(
        self, workflow: _Workflow, target: Target, run: ListedRun, reported: frozenset[str]
    ) -> None:
        """Report one run, unless it is known; what was called off before it ran, or left the job out, deployed nothing."""
        event = _event_of(target, run)
        began = f"{event.run}:running" in reported
        if f"{event.run}:{event.state}" in reported or (run.state in {"cancelled", "vanished"} and not began):
            return
        if run.state == "succeeded" and target.deploy.job:
            status = await workflow.provider.status(target, run.correlation, run.id)
            if status is None or status.state != "succeeded":
                return
        await self._engine.handle(event)


def _event_of(target: Target, run: ListedRun) -> ExternalRunSeen:
    build = Build(target.service, run.sha[:7] or "?", run.sha, target.branch, url=run.url)
    match run.state:
        case "queued" | "waits" | "running":
            state = "running"
        case "succeeded":
            state = "succeeded"
        case _:
            state = "failed"
    named = f"{run.id}#{run.attempt}"
    where = (target.service, target.environment)
    return ExternalRunSeen(*where, named, state, build, run.actor, run.url, ended_at=run.ended_at)


def _ended_before(run: ListedRun, state: EnvironmentState | None) -> bool:
    """Return whether a run had ended when watching begins, and before an operator named what is live."""
    later = (
        state is not None
        and state.live is not None
        and run.ended_at is not None
        and run.ended_at > state.live.since
    )
    return run.state not in UNDER_WAY and not later
