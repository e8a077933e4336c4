"""The `local` CI: configured commands on the bot's own machine, each in a detached wrapper that outlives the bot.

A run's id is its correlation id, and a run is the directory of that name: it is claimed before its command runs, so that a
second start adopts it, a search is exact, and a crash of the bot leaves no run unknown. The state directory belongs beside the
database. Where systemd runs the bot, `KillMode=process` keeps its restart from ending deployments.

A command gets a clean environment, no input, umask 077 and no core files; exit status 0 is success, also of a command that
was asked to stop: it says that it went through. What it leaves running in the background when it ends by itself is left alone,
but its output pipe closes with the run; a cancel stops the whole process group.
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
from bot.ci.provider import Provider, Surroundings
from bot.ci_api.run import Accepted, Refused, RunStatus, StartAnswer, StartRequest, Target, Unclear
from bot.local_ci import environment, output, survivors
from bot.local_ci.launch import Order, launch
from bot.local_ci.outcome import outcome_of
from bot.local_ci.rundir import RunDirectory, Runs
from handlers.facts import Capabilities
from handlers.plan import Connection
from handlers.reports import FoundRun

KIND = "local"
KEPT_FOR = timedelta(days=30)

_LOOK_AGAIN = 0.2

log = logging.getLogger("shiproom.ci.local")


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds: to claim a run, between SIGTERM and SIGKILL, and beyond a step's time limit before the wrapper acts."""

    claim: float = 10.0
    grace: float = 10.0
    spare: float = 60.0


class Local(Provider):
    """A connection to this machine."""

    capabilities = Capabilities(authoritative_search=True, grace=10, cancel=True)
    poll = 0.5

    def __init__(self, connection: Connection, around: Surroundings, limits: Limits | None = None) -> None:
        self.name = connection.name
        self._directory = Path(str(connection.settings.get("directory", "."))).absolute()
        self._around = around
        self._limits = limits or Limits()
        self._passed = self._may_pass(connection.settings.get("pass_env"))
        known = environment.secrets_among(around.environ, self._passed)
        self._redact = redaction.redactor({*around.secrets, *known})
        self._runs = Runs(around.state_directory / "runs")
        self._stopping: set[str] = set()
        try:
            self._runs.make()
        except OSError:
            log.exception("%s can run nothing: there is no place for its runs", self.name)

    def _may_pass(self, names: object) -> tuple[str, ...]:
        wanted = (
            [str(name) for name in cast(Iterable[object], names)] if isinstance(names, list | tuple) else []
        )
        kept = {
            name
            for name in wanted
            if environment.is_bots_own(name, self._around.environ, self._around.secrets)
        }
        for name in sorted(kept):
            log.warning("%s is the bot's own secret and is not passed to the commands of %s", name, self.name)
        return tuple(name for name in wanted if name not in kept)

    async def start(self, request: StartRequest) -> StartAnswer:
        """Run the command of a step, once however often this is asked; answers when it runs, or that it never will."""
        run = self._runs.run(request.correlation)
        told = _told(request)
        if run is None or not request.deploy.command:
            return Refused(
                transient=False, detail="there is no command to run" if run else "the run has no proper id"
            )
        if fault := environment.fault_in(told):
            return Refused(transient=False, detail=fault)
        left = min(self._limits.claim, request.not_after - self._around.clock.monotonic())
        order = Order(
            command=request.deploy.command,
            directory=str(self._directory),
            environment=environment.clean(self._around.environ, self._passed, told),
            limit=request.deploy.timeout + self._limits.spare,
            grace=self._limits.grace,
            not_after=time.monotonic() + left,
        )
        try:
            nothing = await asyncio.to_thread(launch, self._runs, run, order, self._around.clock.new_id())
        except OSError as error:
            return Unclear(f"the run's directory cannot be read: {error.strerror}")
        return Refused(nothing.transient, nothing.detail) if nothing else Accepted(run.id)

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search for the run; an empty answer also makes sure that no start which is under way can still become one."""
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
        """Read how a run is doing; stops one that should have been stopped before the bot died."""
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
        )  # before the ending is read, or it could end between the two and look lost
        lines = output.last_lines(run.output(), self._redact)
        state, outcome = outcome_of(run, wrapped=wrapped)
        detail = output.sentence(lines, outcome) if outcome else ""
        return RunStatus(state, detail=detail, tail="\n".join(lines), started_at=run.started_at)

    async def cancel(self, target: Target, correlation: str, run_id: str) -> bool:
        """Stop a run: SIGTERM to its process group, SIGKILL to what is left after the grace, whether the bot lives or not."""
        del target, correlation
        run = self._runs.run(run_id)
        if run is None:
            return True
        try:
            if await asyncio.to_thread(_mark, run):
                self._stop(run)
        except OSError:
            log.exception("run %s of %s cannot be told to stop", run_id, self.name)
            return False
        return True

    def _stop(self, run: RunDirectory) -> None:
        if run.id not in self._stopping:
            self._stopping.add(run.id)
            self._around.tasks.start(self._see_it_stop(run), f"stop {run.id}")

    async def _see_it_stop(self, run: RunDirectory) -> None:
        """Leave it to the wrapper as long as there is one that answers, and end what is left afterwards."""
        try:
            patience = self._limits.grace * (2 if run.wrapper else 1)
            await asyncio.to_thread(survivors.call, run)
            until = time.monotonic() + patience
            while not await asyncio.to_thread(survivors.over, run):
                if time.monotonic() >= until:
                    await asyncio.to_thread(survivors.kill, run)
                await asyncio.sleep(_LOOK_AGAIN)
        finally:
            self._stopping.discard(run.id)

    async def prune(self) -> int:
        """Remove the directories of runs that began more than 30 days ago and have ended; gives how many."""
        return await asyncio.to_thread(self._runs.prune, self._around.clock.now() - KEPT_FOR)

    async def close(self) -> None:
        """Let go of nothing: runs go on, and another bot finds them."""


def connect(connection: Connection, around: Surroundings) -> Local:
    """Connect this machine. `directory` is where commands run, an absolute path; `pass_env` names variables they get too."""
    return Local(connection, around)


def _told(request: StartRequest) -> dict[str, str]:
    return {
        "SHIPROOM_SERVICE": request.target.service,
        "SHIPROOM_ENVIRONMENT": request.target.environment,
        "SHIPROOM_VERSION": request.version,
        "SHIPROOM_SHA": request.sha,
        "SHIPROOM_DIGEST": request.digest,
        "SHIPROOM_BUILD_URL": request.build_url,
        "SHIPROOM_RELEASE": str(request.release),
        survivors.COOKIE: request.correlation,
    }


def _mark(run: RunDirectory) -> bool:
    """Mark a run as cancelled; False if there is nothing to stop any more, whose end is then not touched."""
    if not run.claimed or survivors.over(run):
        return False
    run.mark_cancelled()
    return True
