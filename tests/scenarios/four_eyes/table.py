"""Plays many ways at once: one bot with a service for each, and for each service a CI of its own, in virtual time."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.local_slack.model import Channel, User
from bot.local_slack.workspace import Workspace
from tests.bot.ci import gitlab_server, jenkins_server
from tests.bot.ci.loopback import served
from tests.bot.inside import Inside, inside
from tests.github.hub import TOKEN
from tests.github.server import local_github
from tests.scenarios.acting import ServiceScenario, channel_of
from tests.scenarios.four_eyes.hosts import GitHubHost, GitLabHost, Host, JenkinsHost
from tests.scenarios.four_eyes.script import play
from tests.scenarios.four_eyes.way import SIGNERS, Way
from tests.virtual_clock import VirtualClock

PEOPLE = "people:\n"
HEAD = f"""\
version: 1
{PEOPLE}{{people}}
teams:
  developers: {{{{members: [U0SAM]}}}}
  ops: {{{{members: [{", ".join("U0" + name.upper() for name in SIGNERS)}]}}}}
  leads: {{{{members: [U0LENA]}}}}
ci:
{{connections}}
services:
{{services}}"""
SERVICE = """\
  {name}:
    channel: {channel}
    repository: tailspin/space-game-web
    starters: [developers]
    operators: [leads]
{builds}
    environments:
      - name: production
        branches: [main, "hotfix/*", "release/*"]
        gates: [{{sign_off: ops, authors_may_sign: false}}]
        deploy: {{{deploy}, timeout: 1h}}
"""
PERSON = "  - {{name: {title}, slack: [U0{user}], github: {name}, email: {name}@example.org}}\n"
POLL = "poll: 30s"


@dataclass(frozen=True)
class Place:
    """A service's CI: its lines in the policy, and what is done there."""

    host: Host
    connections: str
    builds: str
    deploy: str
    compares: bool = True


@asynccontextmanager
async def on_github(name: str, clock: VirtualClock) -> AsyncGenerator[Place]:
    """Build and deploy on a GitHub."""
    async with local_github(None, clock) as github:
        hub = f"  {name}: {{kind: github, url: '{github.url}', token: '${{HUB_TOKEN}}', {POLL}}}\n"
        builds = f"    builds: {{ci: {name}, workflow: build.yml, branch: main, version: 'b{{run_id}}'}}"
        deploy = f"ci: {name}, workflow: deploy.yml, inputs: {{environment: production}}"
        yield Place(GitHubHost(github), hub, builds, deploy)


@asynccontextmanager
async def posted(name: str, clock: VirtualClock) -> AsyncGenerator[Place]:
    """Deploy on a GitHub what is posted: nobody can compare."""
    async with local_github(None, clock) as github:
        hub = f"  {name}: {{kind: github, url: '{github.url}', token: '${{HUB_TOKEN}}', {POLL}}}\n"
        deploy = f"ci: {name}, workflow: deploy.yml, inputs: {{environment: production}}"
        yield Place(
            GitHubHost(github, builds=False), hub, "    builds: {branch: main}", deploy, compares=False
        )


@asynccontextmanager
async def on_gitlab(name: str, clock: VirtualClock) -> AsyncGenerator[Place]:
    """Build and deploy on a GitLab."""
    del clock
    server = gitlab_server.GitLabServer()
    host = GitLabHost(server)
    async with served(server.app, server.trouble) as url:
        lab = f"  {name}: {{kind: gitlab, url: '{url}', token: '${{LAB_TOKEN}}', {POLL}}}\n"
        builds = f"    builds: {{ci: {name}, workflow: push, branch: main, version: 'b{{run_id}}'}}"
        yield Place(host, lab, builds, f"ci: {name}, workflow: deploy, inputs: {{environment: production}}")


@asynccontextmanager
async def on_jenkins(name: str, clock: VirtualClock) -> AsyncGenerator[Place]:
    """Deploy on a Jenkins what is posted, where a GitHub tells the changes."""
    server = jenkins_server.JenkinsServer()
    async with local_github(None, clock) as github, served(server.app, server.trouble) as url:
        user = f"user: {jenkins_server.USER}, token: '${{JEN_TOKEN}}'"
        connections = (
            f"  {name}: {{kind: jenkins, url: '{url}', {user}, {POLL}}}\n"
            f"  hub-{name}: {{kind: github, url: '{github.url}', token: '${{HUB_TOKEN}}', {POLL}}}\n"
        )
        deploy = f"ci: {name}, workflow: {jenkins_server.DEPLOYS}, send: [environment]"
        builds = f"    builds: {{branch: main}}\n    changes: {{ci: hub-{name}}}"
        yield Place(JenkinsHost(github, server), connections, builds, deploy)


PLACES = {"github": on_github, "gitlab": on_gitlab, "posted": posted, "jenkins": on_jenkins}


def _person(name: str, user: str) -> str:
    return PERSON.format(title=name.title(), user=user, name=name)


def _policy(places: Mapping[str, Place], more: Sequence[str] = ()) -> str:
    people = [
        *((name.lower(), name.upper()) for name in SIGNERS),
        *((name, name.upper().replace("-", "")) for name in more),
    ]
    services = (
        SERVICE.format(name=name, channel=channel_of(name), builds=each.builds, deploy=each.deploy)
        for name, each in places.items()
    )
    return HEAD.format(
        people="".join(_person(*each) for each in people),
        connections="".join(each.connections for each in places.values()),
        services="".join(services),
    )


def _furnish(services: Sequence[str]) -> Callable[[Workspace], None]:
    def furnish(workspace: Workspace) -> None:
        for name in (*SIGNERS, "Sam", "Lena"):
            workspace.put_user(User("U0" + name.upper(), name))
        for name in services:
            workspace.put_channel(Channel(channel_of(name), name, tuple(workspace.users)))

    return furnish


class _People:
    """Adds people to the policy and has it read again."""

    def __init__(self, bot: Inside, places: Mapping[str, Place]) -> None:
        self._bot, self._places = bot, places
        self._added: list[str] = []
        self._turn = asyncio.Lock()

    async def add(self, name: str) -> None:
        async with self._turn:
            self._added.append(name)
            path = self._bot.world.directory / "shiproom.yml"
            path.write_text(_policy(self._places, self._added), encoding="utf-8")
            await self._bot.app.reload()


async def play_all(directory: Path, kind: str, ways: Mapping[str, str]) -> dict[str, str]:
    """Play ways on a kind of CI, all at once; return what is wrong, by the name of the way."""
    clock = VirtualClock()
    async with AsyncExitStack() as stack:
        places = {
            f"s{number:02}": await stack.enter_async_context(PLACES[kind](f"s{number:02}", clock))
            for number in range(len(ways))
        }
        running = inside(
            directory,
            _policy(places),
            clock=clock,
            furnish=_furnish([*places]),
            HUB_TOKEN=TOKEN,
            LAB_TOKEN=gitlab_server.TOKEN,
            JEN_TOKEN=jenkins_server.TOKEN,
        )
        bot = await stack.enter_async_context(running)
        people, forms = _People(bot, places), asyncio.Lock()

        async def one(name: str, place: Place, script: str) -> str:
            way = Way(ServiceScenario(bot, name), place.host, place.compares, people.add, forms)
            try:
                await play(way, script)
            except Exception as failed:  # noqa: BLE001 - one way that fails does not hide the others
                return f"{script}\n  {type(failed).__name__}: {failed}"
            return ""

        played = (
            one(name, place, script)
            for (name, place), script in zip(places.items(), ways.values(), strict=True)
        )
        found = await asyncio.gather(*played)
    return {name: wrong for name, wrong in zip(ways, found, strict=True) if wrong}
