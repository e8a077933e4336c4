"""One object for the outside: a local Slack, a service with real commands, and the bot, inside the test or as a process."""

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import aiohttp
import yaml

from bot.local_slack.model import Channel, User
from bot.local_slack.tokens import Tokens
from bot.local_slack.workspace import Workspace
from tests.local_slack.chat_user import ChatUser, Pressed
from tests.local_slack.slack import SlackForTests

CHANNEL = "C0RELEASES"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOT_TOKEN = "xoxb-world"
APP_TOKEN = "xapp-world"
API_TOKEN = "api-token-of-the-world"
HOME_TEAM = "T0LOCAL"

INVALID = frozenset(
    {
        "invalid_blocks",
        "invalid_arguments",
        "invalid_blocks_format",
        "msg_too_long",
        "no_text",
        "missing_scope",
    }
)

CAST = {"Andy": "U0ANDY", "Mara": "U0MARA", "Amita": "U0AMITA", "Tim": "U0TIM", "Irwin": "U0IRWIN"}

POLICY = """\
version: 1
time_zone: Europe/Berlin
people:
  - {name: Andy, slack: [U0ANDY], github: andy}
  - {name: Mara, slack: [U0MARA], github: mara}
teams:
  developers: {members: [U0ANDY, U0MARA]}
  testers: {members: [U0AMITA, U0GUEST, U0STRANGER]}
  ops: {members: [U0TIM]}
ci:
  here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}
services:
  website:
    channel: C0RELEASES
    repository: tailspin/space-game-web
    starters: [developers, ops]
    operators: [ops]
    builds: {branch: main}
    environments:
      - name: staging
        url: https://staging.example.org
        deploy: {ci: here, command: [./deploy.sh, staging], timeout: 1m}
      - name: production
        url: https://example.org
        start: automatic
        gates:
          - {sign_off: testers, checklist: [Log in works, Leaderboard loads]}
          - {sign_off: ops}
        deploy: {ci: here, command: [./deploy.sh, production]}
"""
POLICY_WITHOUT_CHECKLIST = POLICY.replace(", checklist: [Log in works, Leaderboard loads]", "")

DEPLOY = """\
#!/bin/sh
# Each run leaves one line: what went where, by which release; where the host is down it does nothing.
if [ -e "refuse-$1" ]; then echo "the host of $1 is down"; exit 1; fi
echo "$SHIPROOM_ENVIRONMENT $SHIPROOM_VERSION r$SHIPROOM_RELEASE $SHIPROOM_CORRELATION_ID" >> deployed.log
echo "deploying $SHIPROOM_VERSION to $1"
while [ -e "hold-$1" ]; do sleep 0.02; done
if [ -e "fail-$1" ]; then cat "fail-$1"; exit 1; fi
echo "$SHIPROOM_VERSION" > "live-$1"
"""


@dataclass
class World:
    """The outside of one test. `database` is the bot's DATABASE_URL."""

    directory: Path
    database: str
    socket_mode: bool = False
    policy: str = POLICY
    environ: dict[str, str] = field(default_factory=dict[str, str])
    slack: SlackForTests = field(init=False)
    port: int = 0
    bot: asyncio.subprocess.Process | None = None
    starts: int = 0
    python: tuple[str, ...] = (sys.executable,)
    words: tuple[str, ...] = ()

    async def __aenter__(self) -> Self:
        self._write_files()
        workspace = Workspace(lambda: datetime.now(UTC), HOME_TEAM)  # noqa: TID251 - the world has its own clock
        for name, user in CAST.items():
            workspace.put_user(User(user, name))
        workspace.put_user(User("U0GUEST", "Guest", is_restricted=True))
        workspace.put_user(User("U0STRANGER", "Stranger", team_id="T0OTHER"))
        members = (*CAST.values(), "U0GUEST", "U0STRANGER", workspace.bot.id)
        workspace.put_channel(Channel(CHANNEL, "releases", members))
        self.slack = SlackForTests(workspace, None, SECRET, BOT_TOKEN, APP_TOKEN)
        self.slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, installed_scopes())
        await self.slack.start()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.kill()
        await self.slack.stop()
        if raised == (None, None, None):
            assert self.invalid() == []

    def invalid(self) -> list[object]:
        """List what the bot sent that Slack does not take: wrong blocks, views, lengths and answers."""
        calls = [each for each in self.slack.calls if each[2].get("error") in INVALID]
        notes = [
            said.text
            for channel in self.slack.workspace.channels
            for user in self.slack.workspace.users
            for said in self.slack.workspace.messages(channel, user)
            if said.user == "USLACKBOT" and any(f'"{error}"' in said.text for error in INVALID)
        ]
        return [*calls, *notes, *self.slack.refused]

    def _write_files(self) -> None:
        deploy = self.directory / "deploy"
        deploy.mkdir(exist_ok=True)
        script = deploy / "deploy.sh"
        script.write_text(DEPLOY)
        script.chmod(0o755)
        (self.directory / "shiproom.yml").write_text(self.policy)

    def environment(self) -> dict[str, str]:
        """Give the bot's environment."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        how = {"SLACK_APP_TOKEN": APP_TOKEN} if self.socket_mode else {"SLACK_SIGNING_SECRET": SECRET}
        return (
            kept
            | how
            | {
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_API_URL": f"{self.slack.url}/api/",
                "DATABASE_URL": self.database,
                "SHIPROOM_CONFIG": str(self.directory / "shiproom.yml"),
                "SHIPROOM_PORT": str(self.port),
                "SHIPROOM_API_TOKEN": API_TOKEN,
                "SHIPROOM_LOG": "json",
            }
            | self.environ
        )

    async def start(self) -> None:
        """Start the bot as a process of its own, and wait until it is ready."""
        if not self.port:
            self.port = free_port()
            await self.migrate()
        self.starts += 1
        log = (self.directory / f"bot-{self.starts}.log").open("wb")
        self.bot = await asyncio.create_subprocess_exec(
            *self.python,
            "-m",
            "bot",
            "run",
            *self.words,
            env=self.environment(),
            stdout=log,
            stderr=log,
            cwd=Path(__file__).parent.parent,
        )
        log.close()
        await self.ready()

    async def migrate(self) -> None:
        """Bring a PostgreSQL database to the newest schema, as an operator does before the first start."""
        if self.database.startswith("postgresql"):
            command = (sys.executable, "-m", "bot", "migrate")
            migrating = await asyncio.create_subprocess_exec(
                *command, env=self.environment(), cwd=Path(__file__).parent.parent
            )
            assert await migrating.wait() == 0

    @property
    def has_ended(self) -> bool:
        """Whether the bot has ended by itself."""
        return self.bot is not None and self.bot.returncode is not None

    async def ready(self, within: float = 45.0) -> None:
        """Wait until the bot says that it is ready."""
        async with asyncio.timeout(within), aiohttp.ClientSession() as session:
            while True:
                assert not self.has_ended, self.log()
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
        self.slack.bot_url = None if self.socket_mode else self.url

    async def kill(self) -> None:
        """Kill the bot as a power cut would."""
        if self.bot is not None and self.bot.returncode is None:
            self.bot.send_signal(signal.SIGKILL)
            await self.bot.wait()
        self.bot = None

    async def stop(self) -> int:
        """Ask the bot to stop and give its exit status."""
        assert self.bot is not None
        self.bot.send_signal(signal.SIGTERM)
        status = await self.bot.wait()
        self.bot = None
        return status

    def log(self) -> str:
        """Give what the bot has logged since its last start."""
        return (self.directory / f"bot-{self.starts}.log").read_text()

    @property
    def url(self) -> str:
        """Where the bot listens."""
        return f"http://127.0.0.1:{self.port}"

    async def api(
        self, method: str, path: str, body: object = None, token: str = API_TOKEN
    ) -> tuple[int, Any]:
        """Call the bot's JSON API."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, f"{self.url}{path}", json=body) as answer,
        ):
            return answer.status, await answer.json()

    async def build(
        self, version: str, *, author: str = "Mara", title: str = "Faster leaderboard", branch: str = "main"
    ) -> None:
        """Report a ready build."""
        body = {
            "service": "website",
            "version": version,
            "sha": (version.replace(".", "") + "4be1c9d").ljust(40, "a"),
            "branch": branch,
            "url": f"https://ci.example.org/{version}",
            "digest": f"sha256:{version}",
            "changes": [{"sha": version.replace(".", "") + "c0ffee", "author": author, "title": title}],
        }
        status, answer = await self.api("POST", "/api/v1/builds", body)
        assert status == 201, answer

    def person(self, name: str) -> ChatUser:
        """Give a person of the cast, or Guest or Stranger."""
        return self.slack.person(name)

    async def release(self, number: int) -> dict[str, Any]:
        """Read a release through the API."""
        status, answer = await self.api("GET", f"/api/v1/releases/{number}")
        assert status == 200, answer
        return answer

    async def until(
        self, number: int, state: str, environment: str = "", within: float = 45.0
    ) -> dict[str, Any]:
        """Wait until a release is in a state, or its step in an environment is."""
        shown: dict[str, Any] = {}
        try:
            async with asyncio.timeout(within):
                while True:
                    shown = await self.release(number)
                    if reached(shown, state, environment):
                        return shown
                    await asyncio.sleep(0.02)
        except TimeoutError:
            message = f"r{number} is not {state}: {json.dumps(shown, indent=1)}\n{self.log()[-6000:]}"
            raise AssertionError(message) from None

    async def press(self, name: str, label: str, about: str, within: float = 45.0) -> Pressed:
        """Have somebody press a button as soon as the message about something has it."""
        person = self.person(name)
        async with asyncio.timeout(within):
            while True:
                for seen in reversed(person.sees(CHANNEL)):
                    offered = (*seen.buttons, *seen.menu)
                    if about in seen.text and any(each.startswith(label) for each in offered):
                        return await person.press(seen, label)
                await asyncio.sleep(0.02)

    async def says(self, name: str, words: str) -> str:
        """Have somebody type `/release words` and give what he is answered."""
        await self.person(name).command("/release", words, CHANNEL)
        private = [seen for seen in self.person(name).sees(CHANNEL) if seen.private]
        return private[-1].text if private else ""

    def deployed(self, environment: str = "") -> list[str]:
        """List what was deployed: one line per run of the command."""
        log = self.directory / "deploy" / "deployed.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if line.startswith(environment)]


def installed_scopes() -> frozenset[str]:
    """Read the scopes that manifest.yml installs: the bot has no others."""
    manifest = yaml.safe_load((Path(__file__).parent.parent / "manifest.yml").read_text(encoding="utf-8"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


def reached(shown: dict[str, Any], state: str, environment: str) -> bool:
    """Say whether a release, or its step in an environment, is in a state."""
    if not environment:
        return bool(shown["state"] == state)
    steps = {step["environment"]: step["state"] for step in shown["steps"]}
    return bool(steps[environment] == state)


def free_port() -> int:
    """Find a port that nobody uses."""
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
