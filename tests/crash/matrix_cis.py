"""The CIs of the matrix: for each kind where it is, how a policy connects it, and which runs it really has."""

import os
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bot.ci.github_rig import WORKFLOW, WORKFLOWS
from tests.bot.ci.gitlab_rig import gitlab as gitlab_rig
from tests.bot.ci.jenkins_rig import DEPLOYS
from tests.bot.ci.jenkins_rig import jenkins as jenkins_rig
from tests.crash.turned_time import TurnedClock
from tests.github import hub
from tests.github.server import local_github

SECRETS = ("token", "password", "webhook_secret")


@dataclass(frozen=True, slots=True)
class CiRun:
    """A run that a CI has really started."""

    id: str
    correlation: str
    state: str


@dataclass(frozen=True, slots=True)
class Ci:
    """One CI. `path` is what follows its root in the policy's `url`; `hide` has lists show the next run so much later."""

    kind: str
    root: str
    settings: Mapping[str, object]
    deploy: Mapping[str, object]
    starts: re.Pattern[str]
    runs: Callable[[], Awaitable[list[CiRun]]]
    path: str = ""
    hide: Callable[[float], None] | None = None
    names_runs: bool = True

    def connection(self, url: str) -> dict[str, object]:
        """Write its section of a policy, with itself at `url`."""
        written = {
            key: "${" + key.upper() + "}" if key in SECRETS else self.settings[key] for key in self.settings
        }
        return {**written, "kind": self.kind, "url": url + self.path, "poll": "4s"}

    def environ(self) -> dict[str, str]:
        """Give the secrets that the section names."""
        return {key.upper(): str(self.settings[key]) for key in SECRETS if key in self.settings}


Rig = Callable[[Path, TurnedClock], AbstractAsyncContextManager[Ci]]


@asynccontextmanager
async def github(directory: Path, clock: TurnedClock, *, server: bool = False) -> AsyncGenerator[Ci]:
    """Run a github.com, whose dispatch names the run, or an Enterprise Server, whose dispatch names none."""
    del directory
    async with local_github(clock=clock, server=server) as made:
        made.repository().put(WORKFLOW, (WORKFLOWS / WORKFLOW).read_text(encoding="utf-8"))

        async def runs() -> list[CiRun]:
            return [
                CiRun(str(each.id), each.inputs["shiproom_correlation_id"], each.conclusion or "running")
                for each in made.runs.values()
            ]

        def hide(seconds: float) -> None:
            made.listing_delay = seconds

        yield Ci(
            "github",
            made.root,
            {"token": hub.TOKEN},
            {"workflow": WORKFLOW, "inputs": {"ending": "succeeds"}},
            re.compile(r"^POST .*/dispatches$"),
            runs,
            made.url.removeprefix(made.root),
            hide,
            names_runs=not server,
        )


@asynccontextmanager
async def gitlab(directory: Path, clock: TurnedClock) -> AsyncGenerator[Ci]:
    """Run a GitLab."""
    del clock
    async with gitlab_rig(directory) as rig:

        async def runs() -> list[CiRun]:
            return [
                CiRun(str(each.id), each.inputs["shiproom_correlation_id"], each.status)
                for each in rig.server.pipelines.values()
            ]

        settings = {key: rig.connection.settings[key] for key in ("token",)}
        deploy = {"inputs": {"outcome": "succeeds"}}
        yield Ci("gitlab", rig.url, settings, deploy, re.compile(r"^POST .*/pipeline$"), runs)


@asynccontextmanager
async def jenkins(directory: Path, clock: TurnedClock) -> AsyncGenerator[Ci]:
    """Run a Jenkins."""
    del clock
    async with jenkins_rig(directory) as rig:

        async def runs() -> list[CiRun]:
            rig.server.go_on()
            begun = [
                CiRun(str(each.number), each.told["shiproom_correlation_id"], each.result or "running")
                for each in rig.server.jobs[DEPLOYS].builds
            ]
            waiting = [
                CiRun(f"queued:{each.id}", each.told["shiproom_correlation_id"], "running")
                for each in rig.server.items.values()
                if each.build is None and not each.cancelled
            ]
            return begun + waiting

        settings = {key: rig.connection.settings[key] for key in ("user", "token")}
        deploy = {"workflow": DEPLOYS, "inputs": {"outcome": "succeeds"}}
        yield Ci("jenkins", rig.url, settings, deploy, re.compile(r"^POST .*/buildWithParameters$"), runs)


CIS: dict[str, Rig] = {
    "github": github,
    "github server": partial(github, server=True),
    "gitlab": gitlab,
    "jenkins": jenkins,
}
OFTEN = 20 if os.environ.get("CI") else 3
SELDOM = 3 if os.environ.get("CI") else 1
