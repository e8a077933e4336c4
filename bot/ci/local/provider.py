"""The `local` CI: commands on the bot's own machine, each in a detached wrapper that outlives the bot.

A run's id is its correlation id, and a run is the directory of that name. It is claimed before its command runs, so a second
start adopts it, a search is exact, and a crash of the bot leaves no run unknown. The state directory belongs beside the
database. Where systemd runs the bot, `KillMode=process` keeps its restart from ending deployments.

A command gets a clean environment, no input, umask 077 and no core files. Exit status 0 is success, also for a command that
was asked to stop: it says that it finished. Background processes that it leaves behind when it ends by itself are left alone,
but their output pipe closes with the run; a cancel stops the whole process group.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from bot import redaction
from bot.ci import output
from bot.ci.local import environment, orphans
from bot.ci.local.launch import LaunchSpec, launch
from bot.ci.local.outcome import outcome_of
from bot.ci.local.rundir import RunDirectory, Runs
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import (
    STOP_ASKED,
    STOP_LATER,
    Accepted,
    Refused,
    RunStatus,
    StartRequest,
    StartResult,
    StopAnswer,
    Target,
    Unclear,
)
from handlers.facts import Capabilities
from handlers.policy import Connection
from handlers.reports import FoundRun

KEPT_FOR = timedelta(days=30)

_CHECK_EVERY = 0.2

log = logging.getLogger("shiproom.ci.local")


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds.

    `claim` is for claiming a run, `grace` passes between SIGTERM and SIGKILL, and `spare` is what the wrapper adds to a step's
    time limit before it acts.
    """

    claim: float = 10.0
    grace: float = 10.0
    spare: float = 60.0


class Local(Provider):
    """A connection to this machine."""

    capabilities = Capabilities(authoritative_search=True, grace=10, cancel=True)
    poll = 0.5

    def __init__(
        self, connection: Connection, context: ProviderContext, limits: Limits | None = None
    ) -> None:
        self.name = connection.name
        self._directory = Path(str(connection.settings.get("directory", "."))).absolute()
        self._context = context
        self._limits = limits or Limits()
        self._passed = self._may_pass(connection.settings.get("pass_env"))
        known = environment.secrets_among(context.environ, self._passed)
        self._redact = redaction.redactor({*context.secrets, *known})
        self._runs = Runs(context.state_directory / "runs")
        self._stopping: set[str] = set()
        try:
            self._runs.make()
        except OSError as error:
            sentence = "%s cannot run anything: %s cannot be created (%s). Set SHIPROOM_STATE to one that can be written"
            log.error(sentence, self.name, context.state_directory, error.strerror)  # noqa: TRY400 - the sentence says it all

    def _may_pass(self, names: object) -> tuple[str, ...]:
        wanted = (
            [str(name) for name in cast(Iterable[object], names)] if isinstance(names, list | tuple) else []
        )
        kept = {
            name
            for name in wanted
            if environment.is_bot_secret(name, self._context.environ, self._context.secrets)
        }
        for name in sorted(kept):
            log.warning("%s is the bot's own secret and is not passed to the commands of %s", name, self.name)
        return tuple(name for name in wanted if name not in kept)

    async def start(self, request: StartRequest) -> StartResult:
        """Run a step's command, once however often this is called.

        Returns when it runs, or when it is certain that it never will.
        """
        run = self._runs.run(request.correlation)
        variables = _deploy_variables(request)
        if run is None or not request.deploy.command:
            return Refused(
                transient=False, detail="there is no command to run" if run else "the run's id is not valid"
            )
        if problem := environment.problem_in(variables):
            return Refused(transient=False, detail=problem)
        left = min(self._limits.claim, request.not_after - self._context.clock.monotonic())
        spec = LaunchSpec(
            command=request.deploy.command,
            directory=str(self._directory),
            environment=environment.clean(self._context.environ, self._passed, variables),
            limit=request.deploy.timeout + self._limits.spare,
            grace=self._limits.grace,
            not_after=time.monotonic() + left,
        )
        try:
            nothing = await asyncio.to_thread(launch, self._runs, run, spec, self._context.clock.new_id())
        except OSError as error:
            return Unclear(f"the run's directory cannot be read: {error.strerror}")
        return Refused(nothing.transient, nothing.detail) if nothing else Accepted(run.id)

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search for the run; if none is found, no pending start can still become one."""
        del target
        run = self._runs.run(correlation)
        if run is None:
            return []
        try:
            return await asyncio.to_thread(self._find, run)
        except OSError:
            log.exception("the runs of %s cannot be read", self.name)
            return None

    def _find(self, run: RunDirectory) -> list[FoundRun]:
        self._runs.void_all(run)
        return [FoundRun(run.id)] if run.claimed and not run.refusal else []

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a run's status; stop a run that should have been stopped before the bot died."""
        del target, correlation
        run = self._runs.run(run_id)
        if run is None:
            return RunStatus("vanished", detail="there is no such run")
        try:
            status = await asyncio.to_thread(self._status, run)
        except OSError:
            log.exception("run %s of %s cannot be read", run_id, self.name)
            return None
        if status.state == "running" and run.cancelled:
            self._stop(run)
        return status

    def _status(self, run: RunDirectory) -> RunStatus:
        wrapped = bool(
            run.wrapper
        )  # before the exit status is read, or it could end between the two and look lost
        lines = output.last_lines(run.output(), self._redact)
        state, outcome = outcome_of(run, wrapped=wrapped)
        detail = output.sentence(lines, outcome) if outcome else ""
        return RunStatus(state, detail=detail, tail="\n".join(lines), started_at=run.started_at)

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Stop a run: SIGTERM to its process group, then SIGKILL after the grace period.

        That happens whether the bot lives or not.
        """
        del target, correlation
        run = self._runs.run(run_id)
        if run is None:
            return STOP_ASKED
        try:
            if await asyncio.to_thread(_mark, run):
                self._stop(run)
        except OSError:
            log.exception("run %s of %s cannot be marked as cancelled", run_id, self.name)
            return STOP_LATER
        return STOP_ASKED

    def _stop(self, run: RunDirectory) -> None:
        if run.id not in self._stopping:
            self._stopping.add(run.id)
            self._context.tasks.start(self._ensure_stopped(run), f"stop {run.id}")

    async def _ensure_stopped(self, run: RunDirectory) -> None:
        """Leave it to the wrapper while that answers, and kill what is left afterwards."""
        try:
            patience = self._limits.grace * (2 if run.wrapper else 1)
            await asyncio.to_thread(orphans.request_stop, run)
            until = time.monotonic() + patience
            while not await asyncio.to_thread(orphans.is_over, run):
                if time.monotonic() >= until:
                    await asyncio.to_thread(orphans.kill, run)
                await asyncio.sleep(_CHECK_EVERY)
        finally:
            self._stopping.discard(run.id)

    async def prune(self) -> int:
        """Remove the directories of ended runs that began over 30 days ago; return how many."""
        return await asyncio.to_thread(self._runs.prune, self._context.clock.now() - KEPT_FOR)

    async def close(self) -> None:
        """Close nothing: runs go on, and another bot finds them."""


def connect(connection: Connection, context: ProviderContext) -> Local:
    """Connect this machine.

    Commands run in `directory`, an absolute path; `pass_env` names variables that they get too.
    """
    return Local(connection, context)


def _deploy_variables(request: StartRequest) -> dict[str, str]:
    return {
        "SHIPROOM_SERVICE": request.target.service,
        "SHIPROOM_ENVIRONMENT": request.target.environment,
        "SHIPROOM_VERSION": request.version,
        "SHIPROOM_SHA": request.sha,
        "SHIPROOM_DIGEST": request.digest,
        "SHIPROOM_BUILD_URL": request.build_url,
        "SHIPROOM_RELEASE": str(request.release),
        orphans.COOKIE: request.correlation,
    }


def _mark(run: RunDirectory) -> bool:
    """Mark a run as cancelled; return False if it has ended, and leave its result as it is."""
    if not run.claimed or orphans.is_over(run):
        return False
    run.mark_cancelled()
    return True
