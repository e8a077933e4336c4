"""The CIs of the matrix: for each kind where it is, how a policy connects it, and which runs it really has."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.bot.ci import generic_server, gitlab_server, jenkins_server
from tests.bot.ci.generic_fixture import generic as generic_fixture
from tests.bot.ci.github_fixture import WORKFLOW, WORKFLOWS
from tests.bot.ci.gitlab_fixture import gitlab as gitlab_fixture
from tests.bot.ci.jenkins_fixture import jenkins as jenkins_fixture
from tests.buildbot.asking import asked
from tests.buildbot.server import PASSWORD, SCHEDULER, USER
from tests.buildbot.shared import shared
from tests.github import hub
from tests.github.server import local_github
from tests.virtual_clock import SharedClock

GENERIC = Path(__file__).resolve().parents[2] / "docs" / "ci-generic.yml"
_STATES = {"STARTED": "running"}
_WEBHOOKS = frozenset({"webhook", "webhook_secret"})


@dataclass(frozen=True, slots=True)
class CiRun:
    """A run that a CI has really started."""

    id: str
    correlation: str
    state: str


@dataclass(frozen=True, slots=True)
class Ci:
    """One CI at `root`, and how a policy connects it there; `hide` has lists show the next run so much later."""

    root: str
    settings: Mapping[str, object]
    environ: dict[str, str]
    deploy: Mapping[str, object]
    starts: re.Pattern[str]
    runs: Callable[[], Awaitable[list[CiRun]]]
    hide: Callable[[float], None] | None = None
    names_runs: bool = True

    def connection(self, url: str) -> str:
        """Write its section of a policy, with itself at `url`."""
        return json.dumps({**self.settings, "poll": "8s"}).replace(self.root, url)


CiFixture = Callable[[Path, SharedClock], AbstractAsyncContextManager[Ci]]


@asynccontextmanager
async def github(directory: Path, clock: SharedClock, *, server: bool = False) -> AsyncGenerator[Ci]:
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
            made.root,
            {"kind": "github", "url": made.url, "token": "${TOKEN}"},
            {"TOKEN": hub.TOKEN},
            {"workflow": WORKFLOW, "inputs": {"ending": "succeeds"}},
            re.compile(r"^POST .*/dispatches$"),
            runs,
            hide,
            names_runs=not server,
        )


@asynccontextmanager
async def gitlab(directory: Path, clock: SharedClock) -> AsyncGenerator[Ci]:
    """Run a GitLab."""
    del clock
    async with gitlab_fixture(directory) as fixture:

        async def runs() -> list[CiRun]:
            return [
                CiRun(str(each.id), each.inputs["shiproom_correlation_id"], each.status)
                for each in fixture.server.pipelines.values()
            ]

        settings = {"kind": "gitlab", "url": fixture.url, "token": "${TOKEN}"}
        deploy, starts = {"inputs": {"outcome": "succeeds"}}, re.compile(r"^POST .*/pipeline$")
        yield Ci(fixture.url, settings, {"TOKEN": gitlab_server.TOKEN}, deploy, starts, runs)


@asynccontextmanager
async def jenkins(directory: Path, clock: SharedClock) -> AsyncGenerator[Ci]:
    """Run a Jenkins."""
    del clock
    async with jenkins_fixture(directory) as fixture:

        async def runs() -> list[CiRun]:
            fixture.server.go_on()
            begun = [
                CiRun(str(each.number), each.told["shiproom_correlation_id"], each.result or "running")
                for each in fixture.server.jobs[jenkins_server.DEPLOYS].builds
            ]
            waiting = [
                CiRun(f"queued:{each.id}", each.told["shiproom_correlation_id"], "running")
                for each in fixture.server.items.values()
                if each.build is None and not each.cancelled
            ]
            return begun + waiting

        settings = {"kind": "jenkins", "url": fixture.url, "user": jenkins_server.USER, "token": "${TOKEN}"}
        deploy = {"workflow": jenkins_server.DEPLOYS, "inputs": {"outcome": "succeeds"}}
        starts = re.compile(r"^POST .*/buildWithParameters$")
        yield Ci(fixture.url, settings, {"TOKEN": jenkins_server.TOKEN}, deploy, starts, runs)


@asynccontextmanager
async def buildbot(directory: Path, clock: SharedClock) -> AsyncGenerator[Ci]:
    """Lend the Buildbot that the program shares: a real one, whose builds take as long as they take."""
    del directory, clock
    server = await asyncio.to_thread(shared)

    async def read(what: str) -> list[dict[str, Any]]:
        query = "property=shiproom_correlation_id&limit=200"
        rows: list[dict[str, Any]] = (await asked(server, f"/{what}?order=-{what[:-1]}id&{query}"))[what]
        return rows

    async def runs() -> list[CiRun]:
        requests, builds = await read("buildrequests"), await read("builds")
        begun = {each["buildrequestid"] for each in builds}
        return [
            *(CiRun(str(each["buildid"]), _correlation(each), _ended(each)) for each in builds),
            *(
                CiRun(f"queue/{each['buildrequestid']}", _correlation(each), _ended(each))
                for each in requests
                if each["buildrequestid"] not in begun
            ),
        ]

    settings = {"kind": "buildbot", "url": server.url, "user": USER, "password": "${PASSWORD}"}
    deploy = {"workflow": SCHEDULER, "inputs": {"outcome": "succeeds"}}
    starts = re.compile(r"^POST .*/forceschedulers/")
    yield Ci(server.url, settings, {"PASSWORD": PASSWORD}, deploy, starts, runs)


def _correlation(row: Mapping[str, Any]) -> str:
    found: list[str] = row["properties"].get("shiproom_correlation_id", [""])
    return found[0]


def _ended(row: Mapping[str, Any]) -> str:
    return str(row["results"]) if row["complete"] else "running"


@asynccontextmanager
async def generic(directory: Path, clock: SharedClock) -> AsyncGenerator[Ci]:
    """Run the deployer that the docs describe, which goes on while nobody looks."""
    del clock
    async with generic_fixture(directory) as fixture:

        async def runs() -> list[CiRun]:
            for each in fixture.server.runs.values():
                each.look()
            return [
                CiRun(each.id, each.inputs["shiproom_correlation_id"], _STATES.get(each.state, each.state))
                for each in fixture.server.runs.values()
            ]

        written = GENERIC.read_text(encoding="utf-8").replace("https://deployer.example.org", fixture.url)
        described = yaml.safe_load(written)["ci"]["deployer"]
        settings = {key: described[key] for key in described.keys() - _WEBHOOKS - {"hosts"}}
        deploy, starts = {"inputs": {"outcome": "succeeds"}}, re.compile(r"^POST .*/runs$")
        yield Ci(
            fixture.url,
            {**settings, "private_hosts": ["127.0.0.1"]},
            {"DEPLOYER_TOKEN": generic_server.TOKEN},
            deploy,
            starts,
            runs,
        )


CIS: dict[str, CiFixture] = {
    "generic": generic,
    "buildbot": buildbot,
    "github": github,
    "github server": partial(github, server=True),
    "gitlab": gitlab,
    "jenkins": jenkins,
}
"""By fixture; the first word is the kind."""
