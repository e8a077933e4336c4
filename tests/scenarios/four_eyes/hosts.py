"""The CIs of the table: where commits are pushed and built, where they are deployed, and what a compare answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.bot.ci.gitlab_server import DEFINITION, GitLabServer, Pipeline
from tests.bot.ci.gitlab_server import Job as GitLabJob
from tests.bot.ci.jenkins_server import DEPLOYS, JenkinsServer
from tests.bot.ci.jenkins_server import Job as JenkinsJob
from tests.github.engines import Scripted
from tests.github.faults import Fault
from tests.github.model import NOBODY, Commit, Person, Run
from tests.github.server import LocalGitHub
from tests.scenarios.on_github import BUILD, DEPLOY, REPOSITORY

GHOST = "ghost"
"""An author whom the commit does not name."""

EVER = 1_000_000


@dataclass(frozen=True)
class Made:
    """A commit as it truly is: its authors are the first one, those named in the message, and the committer."""

    sha: str
    parent: str
    author: str
    helpers: tuple[str, ...] = ()
    committer: str = ""

    @property
    def authors(self) -> frozenset[str]:
        return frozenset({self.author, *self.helpers, *([self.committer] if self.committer else [])})

    @property
    def message(self) -> str:
        named = "".join(f"\nCo-authored-by: {address(each)}" for each in self.helpers)
        return f"Change {self.sha[:7]}\n{named}"


def address(name: str) -> str:
    return f"{name.title()} <{name}@example.org>"


@dataclass(frozen=True)
class Outside:
    """A run that Shiproom did not start, as GitHub calls its event; `fork` means that its commit is of a fork."""

    event: str
    sha: str
    branch: str
    title: str
    fork: bool = False
    succeeds: bool = True


class Host(Protocol):
    """Where a service's code is, and what builds and deploys it."""

    def branch(self, name: str) -> None:
        """Make a branch."""
        ...

    def push(self, branch: str, commit: Made) -> None:
        """Take a commit in."""
        ...

    def build(self, branch: str, sha: str, place: int) -> str:
        """Build a commit, as the run before so many newer ones; return the version, "" if it has to be posted."""
        ...

    def deployed(self) -> Sequence[str]:
        """List the commits that Shiproom had deployed, oldest first."""
        ...

    def outside(self, run: Outside) -> None:
        """Let something happen that Shiproom did not start."""
        ...

    def rerun(self, place: int) -> None:
        """Run a deployment again, as the CI's own button does."""
        ...

    def fails(self, *, next_ones: bool) -> None:
        """Let the next deployments fail, or succeed again."""
        ...

    def compares(self, answer: str) -> None:
        """Let a compare be answered by a status, cut, or truly again for an empty text."""
        ...


class GitHubHost:
    """A GitHub of one repository."""

    def __init__(self, github: LocalGitHub, *, builds: bool = True) -> None:
        self.github = github
        self.repository = github.repository(REPOSITORY, "0" * 40)
        self.repository.commits.clear()
        self._builds = builds
        self._failing = False
        github.engine = Scripted(self._ending)
        self.branch("main")

    def branch(self, name: str) -> None:
        self.repository.put("build.yml", BUILD, name)
        self.repository.put("deploy.yml", DEPLOY, name)
        self.repository.branches.setdefault(name, "0" * 40)

    def push(self, branch: str, commit: Made) -> None:
        ghost = commit.author == GHOST
        author = NOBODY if ghost else Person(commit.author, commit.author.title())
        committer = (
            Person(commit.committer, commit.committer.title())
            if commit.committer
            else Person("web-flow", "GitHub", "noreply@github.com")
        )
        self.repository.commits.append(
            Commit(
                commit.sha,
                commit.message,
                author.login,
                author.name,
                committer=committer,
                parent=commit.parent,
            )
        )
        self.repository.branches[branch] = commit.sha

    def build(self, branch: str, sha: str, place: int) -> str:
        if not self._builds:
            return ""
        run = self._run("build.yml", branch, sha, "push")
        run.number -= 10 * place + 5 if place else 0
        return f"b{run.id}"

    def _run(self, file: str, branch: str, sha: str, event: str, inputs: dict[str, str] | None = None) -> Run:
        before = self.repository.branches[branch]
        self.repository.branches[branch] = sha
        run = self.github.start(self.repository, file, branch, inputs or {}, event=event)
        self.repository.branches[branch] = before
        run.number *= 10
        return run

    def deployed(self) -> Sequence[str]:
        return [run.inputs["shiproom_sha"] for run in self._ours()]

    def _ours(self) -> list[Run]:
        return [
            run for run in self.github.runs.values() if len(run.inputs.get("shiproom_correlation_id", "")) > 9
        ]

    def outside(self, run: Outside) -> None:
        if run.event == "record":
            self.github.deployment(self.repository, "production", run.sha).statuses.append(("success", ""))
            return
        inputs = {"shiproom_sha": run.sha, "environment": "production"}
        dispatched = run.event in {"workflow_dispatch", "repository_dispatch"}
        made = self._run("deploy.yml", run.branch, run.sha, run.event, inputs if dispatched else None)
        made.title, made.actor = run.title, "mara"
        made.head_repository = 4711 if run.fork else 0
        if not run.succeeds:
            made.inputs["ending"] = "fails"

    def rerun(self, place: int) -> None:
        self.github.rerun(self._ours()[place])

    def fails(self, *, next_ones: bool) -> None:
        self._failing = next_ones

    def _ending(self, run: Run) -> str:
        if "ending" in run.inputs:
            return run.inputs["ending"]
        return "fails" if self._failing and run.file == "deploy.yml" else "succeeds"

    def compares(self, answer: str) -> None:
        self.github.faults.coming.clear()
        self.github.short_of = 1 if answer == "cut" else 0
        if answer.isdigit():
            self.github.faults.coming.append(Fault("GET .*/compare/", int(answer), times=EVER))


class GitLabHost:
    """A GitLab of one project."""

    def __init__(self, server: GitLabServer) -> None:
        self.server = server
        self._compare_status = 0
        server.definition = DEFINITION.replace("outcome:", "environment:")
        server.app.middlewares.append(self._guard)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._compare_status and request.path.endswith("/repository/compare"):
            return web.json_response({"message": "a fault"}, status=self._compare_status)
        return await handler(request)

    def branch(self, name: str) -> None:
        self.server.branches.add(name)

    def push(self, branch: str, commit: Made) -> None:
        del branch
        author = "" if commit.author == GHOST else commit.author
        committer = commit.committer or author
        written = {
            "author_name": author.title(),
            "author_email": f"{author}@example.org" if author else "",
            "committer_name": committer.title(),
            "committer_email": f"{committer}@example.org" if committer else "",
        }
        title = f"Change {commit.sha[:7]}"
        self.server.commits.append({"id": commit.sha, "title": title, "message": commit.message} | written)
        if commit.parent:
            self.server.parents[commit.sha] = commit.parent

    def build(self, branch: str, sha: str, place: int) -> str:
        jobs = [GitLabJob(self._next(), "build", "success")]
        made = self.server.add("", source="push", status="success", sha=sha, ref=branch, jobs=jobs)
        if place:
            built = [each.id for each in self.server.pipelines.values() if each.source == "push"]
            del self.server.pipelines[made.id]
            made.id = sorted(built)[-1 - place] - 5
            self.server.pipelines[made.id] = made
        return f"b{made.id}"

    def _next(self) -> int:
        """Return an id with room below it, for what began earlier."""
        return [self.server.next_id() for _ in range(10)][-1]

    def deployed(self) -> Sequence[str]:
        return [each.inputs["shiproom_sha"] for each in self._ours()]

    def _ours(self) -> list[Pipeline]:
        return [each for each in self.server.pipelines.values() if each.inputs]

    def outside(self, run: Outside) -> None:
        source = {
            "workflow_dispatch": "web",
            "repository_dispatch": "trigger",
            "pull_request": "merge_request_event",
            "record": "api",
        }
        ref = "refs/merge-requests/3/head" if run.fork else run.branch
        tells = run.event == "record" or run.fork
        status = "success" if run.succeeds else "failed"
        job = GitLabJob(self._next(), "deploy", status, environment="production" if tells else "")
        made = source.get(run.event, run.event)
        self.server.add(run.title, source=made, ref=ref, status=status, sha=run.sha, jobs=[job])

    def rerun(self, place: int) -> None:
        self.server.retry(self._ours()[place])

    def fails(self, *, next_ones: bool) -> None:
        self.server.outcome = "fails" if next_ones else "succeeds"

    def compares(self, answer: str) -> None:
        self._compare_status = int(answer) if answer.isdigit() else 0
        self.server.compare_timeout, self.server.logs = answer == "cut", answer != "cut"


class JenkinsHost(GitHubHost):
    """A Jenkins that deploys what is on a GitHub."""

    def __init__(self, github: LocalGitHub, server: JenkinsServer) -> None:
        super().__init__(github, builds=False)
        self.server = server
        server.jobs[DEPLOYS] = JenkinsJob({"shiproom_sha", "shiproom_correlation_id", "shiproom_environment"})
        server.outcome = "succeeds"

    def deployed(self) -> Sequence[str]:
        runs = self.server.jobs[DEPLOYS].builds
        return [run.told["shiproom_sha"] for run in runs if run.told.get("shiproom_correlation_id")]

    def outside(self, run: Outside) -> None:
        if run.event in {"workflow_dispatch", "repository_dispatch", "record"} and not run.fork:
            made = self.server.add(shiproom_sha=run.sha, shiproom_environment="production")
            made.result = "SUCCESS" if run.succeeds else "FAILURE"

    def rerun(self, place: int) -> None:
        told = self.server.jobs[DEPLOYS].builds[place].told
        self.server.add(**told)

    def fails(self, *, next_ones: bool) -> None:
        self.server.outcome = "fails" if next_ones else "succeeds"
