"""What a local GitHub does with what it is asked; `api.py` is how it is asked, `server.py` is where."""

from datetime import datetime, timedelta
from typing import Any, cast

from bot.clock import Clock, SystemClock
from bot.tasks import Tasks
from tests.bot.ci_api.issuer import Issuer
from tests.github import files, shapes
from tests.github.engines import Engine, Scripted
from tests.github.faults import Faults
from tests.github.hooks import Hook
from tests.github.model import EVERYTHING, Commit, Deployment, Job, Permission, Repository, Run, Watch

TOKEN = "ghp_of_the_local_github"
FIRST_RUN = 30_000_000_000
"""More than fits into 32 bits, as GitHub's have been for long."""


class RefusedError(Exception):
    """GitHub's answer to what it does not do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Hub:
    """A GitHub. As `server` it is an Enterprise Server: under /api/v3, and its dispatch gives no run id."""

    def __init__(
        self, engine: Engine | None = None, clock: Clock | None = None, *, server: bool = False
    ) -> None:
        self.engine: Engine = engine or Scripted()
        self.watch = Watch(clock or SystemClock())
        self.is_server = server
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, frozenset[Permission]] = {TOKEN: EVERYTHING}
        self.runs: dict[int, Run] = {}
        self.deployments = list[Deployment]()
        self.hooks = list[Hook]()
        self.issuer = cast(Issuer | None, None)
        self.faults = Faults()
        self.asked: list[str] = []
        self.unchanged = 0
        self.listing_delay = 0.0
        self.token_ends_at: datetime | None = None
        """What the tokens' end is said to be in each answer."""
        self.short_of = 0
        """How many of the newest commits a comparison keeps to itself, though it counts them."""
        self.root = ""
        self.tasks = Tasks()

    @property
    def url(self) -> str:
        """Give the address of the API."""
        return self.root + ("/api/v3" if self.is_server else "")

    def repository(self, full_name: str = "tailspin/space-game-web", sha: str = "a" * 40) -> Repository:
        """Make a repository with a branch `main`, or give the one that there is."""
        key = full_name.lower()
        if key not in self.repositories:
            made = Repository(
                1000 + len(self.repositories), full_name, {"main": sha}, commits=[Commit(sha, "first")]
            )
            self.repositories[key] = made
        return self.repositories[key]

    def dispatch(self, repository: Repository, file: str, ref: str, inputs: dict[str, Any]) -> Run:
        """Start a workflow; raises RefusedError."""
        if file not in repository.workflows():
            raise RefusedError(404, "Not Found")
        branch = ref.removeprefix("refs/heads/")
        if branch not in repository.branches:
            raise RefusedError(422, f"No ref found for: {ref}")
        if file in repository.disabled:
            raise RefusedError(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
        given, refused = files.accepted(repository.files.get((branch, file), "on: push"), inputs)
        if refused or len(inputs) > (10 if self.is_server else 25):
            raise RefusedError(422, refused or "you may only define up to 25 `inputs`")
        return self.start(repository, file, branch, given)

    def start(
        self,
        repository: Repository,
        file: str,
        branch: str,
        inputs: dict[str, str],
        event: str = "workflow_dispatch",
    ) -> Run:
        """Make a run, whatever started it, and have it carried out."""
        now = self.watch.now()
        written = repository.files[branch, file]
        before = (
            run.number for run in self.runs.values() if run.file == file and run.repository is repository
        )
        number = 1 + max(before, default=0)
        run = Run(
            id=1 + max(self.runs, default=FIRST_RUN - 1),
            number=number,
            repository=repository,
            file=file,
            branch=branch,
            sha=repository.branches[branch],
            event=event,
            title=files.title(written, inputs)
            if event == "workflow_dispatch"
            else repository.commits[-1].message,
            created_at=now,
            listed_at=now + timedelta(seconds=self.listing_delay),
            inputs=inputs,
        )
        self.runs[run.id] = run
        self.tasks.start(self._carry_out(run, written), f"run {run.id}")
        return run

    async def _carry_out(self, run: Run, written: str) -> None:
        attempt, jobs = run.attempt, list[Job]()
        run.jobs[attempt] = jobs
        await self._tell(run, "requested")
        run.status, run.started_at = "in_progress", self.watch.now()
        run.updated_at = run.started_at
        await self._tell(run, "in_progress")
        conclusion = await self.engine.carry_out(run, written, jobs)
        run.status, run.conclusion, run.updated_at = "completed", conclusion, self.watch.now()
        run.over.set()
        await self._tell(run, "completed")

    def deployment(self, repository: Repository, environment: str, sha: str) -> Deployment:
        """Record a deployment, as anybody with the permission may."""
        made = Deployment(
            1 + len(self.deployments), repository, sha, environment, created_at=self.watch.now()
        )
        self.deployments.append(made)
        return made

    async def _tell(self, run: Run, action: str) -> None:
        payload = {
            "action": action,
            "workflow_run": shapes.run(run, self.root),
            "workflow": shapes.workflow(run.file, run.repository, self.root),
            "repository": shapes.repository(run.repository, self.root),
            "sender": shapes.user(run.actor, self.root),
        }
        for hook in self.hooks:
            await hook.send("workflow_run", payload)

    def forget(self, most: int) -> None:
        """Forget all but the newest runs that are over, and what was asked and delivered."""
        for old in [run.id for run in self.runs.values() if run.ended][:-most]:
            del self.runs[old]
        self.asked.clear()
        for hook in self.hooks:
            hook.made.clear()
            hook.answers.clear()

    def cancel(self, run: Run) -> None:
        """Cancel a run; raises RefusedError if it is over."""
        if run.ended:
            raise RefusedError(409, "Cannot cancel a workflow run that is completed.")
        run.cancelled.set()

    def rerun(self, run: Run) -> None:
        """Run a run again: it keeps its id and when it was made. Raises RefusedError if it is not over."""
        if not run.ended:
            raise RefusedError(403, "The workflow run is already running")
        run.attempt += 1
        run.status, run.conclusion, run.updated_at = "queued", None, self.watch.now()
        run.cancelled.clear()
        run.over.clear()
        self.tasks.start(self._carry_out(run, run.repository.files[run.branch, run.file]), f"rerun {run.id}")

    def listed(self, repository: Repository, file: str = "") -> list[Run]:
        """Give the runs that a list shows by now, newest first."""
        now = self.watch.now()
        mine = (run for run in self.runs.values() if run.repository is repository and run.listed_at <= now)
        return sorted((run for run in mine if file in {"", run.file}), key=lambda run: -run.id)
