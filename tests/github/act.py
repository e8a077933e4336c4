"""Runs of a local GitHub for real: act (https://github.com/nektos/act) carries out their workflow file on this machine."""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.tasks import Tasks
from tests.github.model import Job, Run, Step

ACT = Path(sys.executable).with_name("act")
PATIENCE = 10.0
"""How many seconds a run has to end after it was told to."""

SHELL = """\
#!{bash}
if [ -n "$SHELL_IS_HEARD" ]; then exec {shell} "$@"; fi
export SHELL_IS_HEARD=1
set -o pipefail
{shell} "$@" 2>&1 | tee -a "{said}"
"""
"""A shell of the steps, which also writes what they say into a file: act reads them through a terminal, and can lose what
was written right before the end of a step (its `ptyWriter.AutoStop` is set while the output is still being copied)."""

_OWN_STEPS = frozenset({"Set up job", "Complete job"})


class Act:
    """Carries out runs below a directory. `tree` is what their repository holds besides the workflow, such as an action.

    `environment` gives the variables of a run besides GitHub's own.
    """

    def __init__(
        self,
        directory: Path,
        tree: Path | None = None,
        environment: Callable[[Run], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._directory = directory
        self._tree = tree
        self.environment = environment
        self.output: dict[int, str] = {}

    async def carry_out(self, run: Run, written: str, jobs: list[Job]) -> str:
        place = self._directory / f"{run.id}-{run.attempt}"
        await self._lay_out(place, run, written)
        act = await asyncio.create_subprocess_exec(
            *self._command(run),
            cwd=place / "repository",
            env=self._clean(place),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            start_new_session=True,
        )
        stopping = Tasks().start(self._stop(run, act), f"stop {run.id}")
        try:
            await self._read(run, act, jobs)
            self.output[run.id] = _text(place / "said")
            status = await act.wait()
        finally:
            stopping.cancel()
            _end(act, signal.SIGKILL)
        if run.cancelled.is_set():
            return "cancelled"
        return "success" if status == 0 else "failure"

    async def _lay_out(self, place: Path, run: Run, written: str) -> None:
        repository = place / "repository"
        workflow = repository / ".github" / "workflows" / run.file
        if self._tree is not None:
            await asyncio.to_thread(shutil.copytree, self._tree, repository)
        workflow.parent.mkdir(parents=True)
        workflow.write_text(written, encoding="utf-8")
        (place / "bin").mkdir()
        for name in ("bash", "sh"):
            shell = place / "bin" / name
            real = {"bash": shutil.which("bash"), "shell": shutil.which(name)}
            shell.write_text(SHELL.format(**real, said=place / "said"), encoding="utf-8")
            shell.chmod(0o755)
        for command in (
            ("git", "init", "--quiet", "--initial-branch", run.branch),
            ("git", "add", "."),
            ("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "all"),
            ("git", "remote", "add", "origin", f"https://example.org/{run.repository.full_name}.git"),
        ):
            made = await asyncio.create_subprocess_exec(*command, cwd=repository, env=self._clean(place))
            assert await made.wait() == 0

    def _clean(self, place: Path) -> dict[str, str]:
        path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1"}

    def _command(self, run: Run) -> list[str]:
        told = {
            "GITHUB_RUN_ID": str(run.id),
            "GITHUB_RUN_ATTEMPT": str(run.attempt),
            "GITHUB_RUN_NUMBER": str(run.number),
            **self.environment(run),
        }
        inputs = [word for name, value in run.inputs.items() for word in ("--input", f"{name}={value}")]
        variables = [word for name, value in told.items() for word in ("--env", f"{name}={value}")]
        file = f".github/workflows/{run.file}"
        platform = ("-P", "ubuntu-latest=-self-hosted", "--no-cache-server", "--json", "--actor", run.actor)
        return [str(ACT), run.event, "-W", file, *platform, *inputs, *variables]

    async def _read(self, run: Run, act: Process, jobs: list[Job]) -> None:
        assert act.stdout is not None
        by_name: dict[str, Job] = {}
        async for line in act.stdout:
            entry = _parsed(line)
            if "jobID" in entry:
                name = str(entry["jobID"])
                if name not in by_name:
                    by_name[name] = Job(run.id * 100 + run.attempt * 10 + len(by_name), name)
                    jobs.append(by_name[name])
                _take_in(by_name[name], entry)
        for job in jobs:
            job.conclusion = job.conclusion or ("cancelled" if run.cancelled.is_set() else "failure")

    async def _stop(self, run: Run, act: Process) -> None:
        await run.cancelled.wait()
        _end(act, signal.SIGINT)
        await asyncio.sleep(PATIENCE)
        _end(act, signal.SIGKILL)


def _end(act: Process, how: signal.Signals) -> None:
    """Signal act and all that it started, which is in its session's group."""
    try:
        os.killpg(act.pid, how)
    except ProcessLookupError:
        return


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        return json.loads(line)
    except ValueError:
        return {}


def _take_in(job: Job, entry: Mapping[str, Any]) -> None:
    """Take in what act says of a job and its steps."""
    if "jobResult" in entry:
        job.conclusion = str(entry["jobResult"])
    name = entry.get("step")
    if not isinstance(name, str) or name in _OWN_STEPS:
        return
    step = next((each for each in job.steps if each.name == name), None)
    if step is None:
        step = Step(name)
        job.steps.append(step)
    if "stepResult" in entry:
        step.conclusion = str(entry["stepResult"])
