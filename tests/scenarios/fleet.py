"""Many services with one release each, in virtual time, so that Slack can be away for half an hour in the middle of them."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.local_slack.model import ChatMessage
from storage.database import Connection
from tests.bot.inside import Inside, inside
from tests.github.hooks import Hook
from tests.github.hub import TOKEN
from tests.github.model import Job, Run
from tests.github.server import LocalGitHub, local_github
from tests.scenarios.on_github import DEPLOY, LIVE, REPOSITORY, WEBHOOK_SECRET
from tests.virtual_clock import ManualClock, VirtualClock
from tests.world import CHANNEL

HEAD = """\
version: 1
teams:
  developers: {{members: [U0ANDY, U0MARA]}}
  ops: {{members: [U0TIM, U0ANDY]}}
ci:
  hub: {{kind: github, url: '{url}', token: '${{HUB_TOKEN}}', poll: 60s, webhook_secret: '${{HOOK_SECRET}}'}}
services:
"""
SERVICE = """\
  {name}:
    channel: C0RELEASES
    repository: tailspin/space-game-web
    starters: [developers, ops]
    operators: [ops]
    builds: {{branch: main}}
    environments:
      - name: staging
        start: automatic
        deploy: {{ci: hub, workflow: deploy.yml, inputs: {{environment: {name}-staging}}, timeout: 3h}}
      - name: production
        gates: [{{sign_off: ops}}]
        deploy: {{ci: hub, workflow: deploy.yml, inputs: {{environment: {name}-production}}, timeout: 3h}}
"""
UNDONE = "SELECT kind, destination FROM effect WHERE done_at IS NULL"
LOST = "SELECT kind, failure FROM effect WHERE done_at IS NOT NULL AND failure IS NOT NULL"
THREAD_POSTS = (
    "SELECT id FROM effect WHERE kind IN ('post_to_thread', 'post_to_channel', 'direct_message') "
    "AND done_at IS NOT NULL"
)

NEWEST = 30
"""How many messages and runs are kept when what is over is forgotten."""


class Held:
    """Carries out deployments that last until they are let go."""

    def __init__(self) -> None:
        self._endings: dict[str, asyncio.Future[str]] = {}

    def let_go(self, environment: str, conclusion: str) -> None:
        self._ending(environment).set_result(conclusion)

    def hold_again(self, environment: str) -> None:
        """Let the next deployments to an environment last until they are let go."""
        del self._endings[environment]

    def _ending(self, environment: str) -> "asyncio.Future[str]":
        return self._endings.setdefault(environment, asyncio.get_running_loop().create_future())

    async def carry_out(self, run: Run, written: str, jobs: list[Job]) -> str:
        del written, jobs
        return await self._ending(run.inputs["environment"])


@dataclass
class Fleet:
    """The services, their bot and their CI."""

    bot: Inside
    github: LocalGitHub
    held: Held
    services: list[str]
    shown: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    @property
    def now(self) -> float:
        """Give the virtual time in seconds."""
        return self.bot.clock.monotonic()

    async def build(self, service: str, version: str = "1.0") -> None:
        """Report a build, whose release begins by itself."""
        sha = f"{self.services.index(service):02x}{version.replace('.', '')}".ljust(40, "a")
        body = {"service": service, "version": version, "sha": sha, "branch": "main"}
        status, answer = await self.bot.world.api("POST", "/api/v1/builds", body)
        assert status == 201, answer

    async def states(self) -> dict[int, str]:
        """Give what each release is at: its state, and that of its first step."""
        _, found = await self.bot.world.api("GET", "/api/v1/releases?limit=200")
        return {each["number"]: f"{each['state']} {each['steps'][0]['state']}" for each in found}

    def messages(self) -> list[ChatMessage]:
        """List the bot's own messages."""
        workspace = self.bot.world.slack.workspace
        return [said for said in workspace.messages(CHANNEL) if said.metadata and not said.only_for]

    def keys(self) -> Counter[str]:
        """Count how often each thing was said."""
        payloads = [(said.metadata or {})["event_payload"] for said in self.messages()]
        return Counter(str(key) for each in payloads for key in (each["key"], *each["also"]))

    def card(self, number: int) -> str:
        """Read a card as it stands now; the newest, if it was posted twice."""
        wanted = [
            said
            for said in self.messages()
            if (said.metadata or {})["event_payload"]["key"] == f"card:{number}"
        ]
        return f"{wanted[-1].text} {wanted[-1].blocks}" if wanted else ""

    async def rows(self, question: str) -> list[Any]:
        """Ask the database."""

        def ask(connection: Connection) -> list[Any]:
            return [tuple(row) for row in connection.execute(text(question))]

        return await self.bot.app.engine.database.read(ask)

    async def forget_messages(self) -> None:
        """Lose track of every message, as a bot did that had given them up."""

        def forget(connection: Connection) -> None:
            connection.execute(text("DELETE FROM message"))

        await self.bot.app.engine.database.write(forget)

    def forget_what_is_over(self) -> None:
        """Have Slack and GitHub forget what nobody asks about any more, but the newest of it."""
        slack = self.bot.world.slack
        for old in slack.workspace.messages(CHANNEL)[:-NEWEST]:
            slack.workspace.delete(old)
        slack.forget()
        self.github.forget(NEWEST)

    async def until(self, holds: Callable[[], bool], within: float, what: Callable[[], object]) -> float:
        """Wait until something holds and give how many virtual seconds that took."""
        began = self.now
        while not holds():
            assert self.now - began < within, what()
            await asyncio.sleep(0.1)
        return self.now - began

    async def settle(self, within: float) -> None:
        """Wait until everything that was decided is done."""
        began = self.now
        while left := await self.rows(UNDONE):
            assert self.now - began < within, left
            await asyncio.sleep(1)


@asynccontextmanager
async def fleet(
    directory: Path, size: int, real: ManualClock | None = None, service: str = SERVICE
) -> AsyncGenerator[Fleet]:
    """Run a bot with so many services, each with the same section; in virtual time, unless a real clock is given."""
    clock, held = real or VirtualClock(), Held()
    services = [f"s{number:02}" for number in range(size)]
    async with local_github(held, clock) as github:
        repository = github.repository(REPOSITORY, LIVE)
        repository.put("deploy.yml", DEPLOY)
        policy = HEAD.format(url=github.url) + "".join(service.format(name=name) for name in services)
        running = inside(directory, policy, clock=clock, HUB_TOKEN=TOKEN, HOOK_SECRET=WEBHOOK_SECRET)
        async with running as bot:
            github.hooks.append(Hook(f"{bot.world.url}/webhooks/hub", WEBHOOK_SECRET))
            yield Fleet(bot, github, held, services)
