"""Two bots of an installed wheel behind a proxy, people who insist, and somebody who kills and replaces bots."""

import asyncio
import random
import re
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.github.engines import Scripted
from tests.github.model import Commit, Job, Run
from tests.install.wheels import Installed
from tests.scenarios.on_github import Remote
from tests.world import CHANNEL, free_port

SERVICES = tuple(f"shop{number}" for number in range(5))
ENVIRONMENTS = ("staging", "production")
PATIENCE = 400.0
"""How many seconds one release may take, with all the kills, and what a person is called about after two minutes and a half."""


class Lasting(Scripted):
    """Has each run last a moment, so that bots die while it goes on."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    async def carry_out(self, run: Run, written: str, jobs: list[Job]) -> str:
        await asyncio.sleep(self._chance.uniform(0.05, 0.8))
        return await super().carry_out(run, written, jobs)


def policy(url: str) -> str:
    """Write a policy of five services, whose production one person signs."""
    service = """\
  {name}:
    channel: C0RELEASES
    repository: tailspin/space-game-web
    starters: [developers]
    operators: [ops]
    builds: {{branch: main}}
    environments:
      - name: staging
        deploy: {{ci: hub, workflow: deploy.yml, send: [version], inputs: {{environment: staging}}}}
      - name: production
        start: automatic
        gates: [{{sign_off: ops}}]
        deploy: {{ci: hub, workflow: deploy.yml, send: [version], inputs: {{environment: production}}}}
"""
    return f"""\
version: 1
time_zone: UTC
people:
  - {{name: Andy, slack: [U0ANDY], github: andy}}
teams:
  developers: {{members: [U0ANDY]}}
  ops: {{members: [U0TIM]}}
ci:
  hub: {{kind: github, url: '{url}', token: '${{HUB_TOKEN}}', poll: 2s, webhook_secret: '${{HOOK_SECRET}}'}}
services:
{"".join(service.format(name=name) for name in SERVICES)}"""


@dataclass
class Replica:
    """One of the bots: what it is installed from, and its process."""

    port: int
    installed: Installed
    process: asyncio.subprocess.Process | None = None
    ready: bool = False


@dataclass
class Replicas:
    """The bots, the proxy before them, and what was done with them."""

    hub: Remote
    chance: random.Random
    replicas: tuple[Replica, ...]
    kills: int = 0
    settled: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    proxy: int = field(default_factory=free_port)
    _connections: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])
    _next: int = 0

    async def start(self, replica: Replica) -> None:
        """Start a bot, and wait until it is ready."""
        world = self.hub.world
        log = world.directory / f"bot-{replica.port}.log"
        environment = {**world.environment(), "SHIPROOM_PORT": str(replica.port)}
        with log.open("ab") as written:
            replica.process = await asyncio.create_subprocess_exec(
                replica.installed.command,
                "run",
                env=environment,
                stdout=written,
                stderr=written,
                cwd=world.directory,
            )
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            while not replica.ready:
                assert replica.process.returncode is None, log.read_text()[-3000:]
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{replica.port}/readyz") as answer:
                        replica.ready = answer.status == 200
                await asyncio.sleep(0.02)

    async def end(self, replica: Replica, number: signal.Signals) -> None:
        """End a bot by a signal."""
        replica.ready = False
        assert replica.process is not None
        with suppress(ProcessLookupError):
            replica.process.send_signal(number)
        await replica.process.wait()

    async def kill_at_random(self) -> None:
        """Kill one of them, start it again, and so on; the other is there meanwhile."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.2, 2.0))
            victim = self.chance.choice(self.replicas)
            await self.end(victim, signal.SIGKILL)
            self.kills += 1
            await asyncio.sleep(self.chance.uniform(0.0, 1.0))
            await self.start(victim)

    async def replace(self, replica: Replica, by: Installed) -> None:
        """Stop a bot as systemd does, and start another version in its place."""
        await self.end(replica, signal.SIGTERM)
        replica.installed = by
        await self.start(replica)

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass a connection on to a bot that is there, in turns."""
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            for _ in self.replicas:
                self._next += 1
                chosen = self.replicas[self._next % len(self.replicas)]
                if not chosen.ready:
                    continue
                with suppress(OSError):
                    there, back = await asyncio.open_connection("127.0.0.1", chosen.port)
                    try:
                        await asyncio.gather(_pour(reader, back), _pour(there, writer))
                    finally:
                        back.close()
                    break
        finally:
            writer.close()
            self._connections.discard(task)

    async def close(self) -> None:
        """End whatever goes on."""
        going_on = tuple(self._connections)
        for each in going_on:
            each.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)
        for replica in self.replicas:
            if replica.process is not None and replica.process.returncode is None:
                await self.end(replica, signal.SIGKILL)

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call the JSON API through the proxy; status 0 where nobody answers."""
        try:
            return await self.hub.world.api(method, path, body)
        except (aiohttp.ClientError, OSError, ValueError):
            return 0, None

    async def until(
        self, holds: Callable[[], Awaitable[bool]], does: Callable[[], Awaitable[object]]
    ) -> None:
        """Do something again and again until something holds."""
        while not await holds():
            await does()
            await asyncio.sleep(self.chance.uniform(0.02, 0.3))

    async def types(self, name: str, words: str) -> None:
        """Have somebody type a command, answered or not."""
        await self.hub.world.person(name).command("/release", words, CHANNEL)

    async def release_of(self, service: str, version: str) -> dict[str, Any]:
        """Read the newest release of a version; empty where there is none, or nobody answers."""
        _, listed = await self.ask("GET", f"/api/v1/releases?service={service}&limit=5")
        releases: list[dict[str, Any]] = listed or []
        found = [each for each in releases if each["build"]["version"] == version]
        return found[0] if found else {}

    async def ship(self, service: str, number: int) -> None:
        """Take a build to production, whoever dies meanwhile; people look, and say it again."""
        version = f"1.{number}"
        sha = f"{SERVICES.index(service) + 1}{number:05}".ljust(40, "a")
        self.hub.repository.commits.append(Commit(sha, "Faster checkout", "andy"))
        report = {"service": service, "version": version, "sha": sha, "branch": "main", "number": number}
        release: dict[str, Any] = {}

        async def look() -> dict[str, Any]:
            release.update(await self.release_of(service, version))
            return release

        async def reported() -> bool:
            return (await self.ask("POST", "/api/v1/builds", report))[0] in {200, 201}

        async def started() -> bool:
            return bool(await look())

        async def is_over() -> bool:
            return (await look()).get("state") == "done"

        async def wait() -> None:
            """Leave it to the bots."""

        try:
            async with asyncio.timeout(PATIENCE):
                await self.until(reported, wait)
                await self.until(started, lambda: self.types("Andy", f"{service}@{version} to staging"))
                await self.until(is_over, lambda: self.act(release))
        except TimeoutError:
            message = f"{service} {version} is stuck: {release}"
            raise AssertionError(message) from None

    async def act(self, release: dict[str, Any]) -> None:
        """Have Tim do what a release waits for.

        Only a person can say of a request whose sender died just then that it never arrived: Tim looks at the CI, settles it,
        and has it tried again (G3b).
        """
        number, sha = f"r{release['number']}", release["build"]["sha"]
        for step in release["steps"]:
            if step["state"] == "unknown" and not self.deployments()[sha, step["environment"]]:
                self.settled.add((sha, step["environment"]))
                await self.types("Tim", f"settle {number} not-deployed nothing arrived at the CI")
            elif step["state"] == "failed":
                await self.types("Tim", f"retry {number}")
        if release["state"] == "waiting":
            await self.types("Tim", f"approve {number}")

    async def ship_all(self, releases: int) -> None:
        """Take all services through as many releases in all, each service one after the other."""

        async def line(service: str) -> None:
            for number in range(1, releases // len(SERVICES) + 1):
                await self.ship(service, number)

        async with asyncio.TaskGroup() as group:
            for service in SERVICES:
                group.create_task(line(service))

    def deployments(self) -> Counter[tuple[str, str]]:
        """Count how often the CI was told to deploy a commit to an environment."""
        return Counter(
            (run.inputs["shiproom_sha"], run.inputs["environment"]) for run in self.hub.deployments()
        )


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends."""
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def replicas(hub: Remote, chance: random.Random, *installed: Installed) -> AsyncGenerator[Replicas]:
    """Start a bot of each install behind the proxy."""
    hub.github.engine = Lasting(chance)
    (hub.world.directory / "shiproom.yml").write_text(policy(hub.github.url), encoding="utf-8")
    made = Replicas(hub, chance, tuple(Replica(free_port(), each) for each in installed))
    server = await asyncio.start_server(made.pass_on, "127.0.0.1", made.proxy)
    hub.world.port = made.proxy
    hub.world.slack.bot_url = hub.world.url
    hub.hook.url = f"{hub.world.url}/webhooks/hub"
    try:
        for each in made.replicas:
            await made.start(each)
        yield made
    finally:
        server.close()
        await made.close()


async def audited(hub: Remote, installed: Installed) -> str:
    """Run `shiproom audit verify`; return the last line of its output."""
    told = await asyncio.create_subprocess_exec(
        installed.command,
        "audit",
        "verify",
        env=hub.world.environment(),
        cwd=hub.world.directory,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await told.communicate()
    assert told.returncode == 0, output.decode()
    return re.sub(r"\s+$", "", output.decode()).rpartition("\n")[2]
