"""The whole bot inside the test: its clock can be turned, its requests can be signed by hand, its answers read byte by byte."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.app import App
from bot.local_slack.workspace import Workspace
from bot.settings import Settings, read_settings
from storage import audit
from tests.clockwork import going_by
from tests.virtual_clock import ManualClock
from tests.world import CHANNEL, HOME_TEAM, POLICY, SECRET, World

Header = tuple[str, str | bytes]


@dataclass(frozen=True)
class Answered:
    """An answer as it came over the wire."""

    status: int
    body: bytes


@dataclass
class Inside:
    """The running bot and the world around it."""

    app: App
    world: World
    clock: ManualClock
    begin: Callable[[], Awaitable[App]] | None = None

    async def restart(self) -> None:
        """Stop the bot and start it again, on the same files."""
        assert self.begin is not None
        self.clock.listeners.remove(self.app.wake)
        await self.app.stop()
        self.app = await self.begin()

    async def get(self, path: str) -> Answered:
        """Send a GET."""
        return await self.send(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())

    @property
    def stamp(self) -> int:
        """The time in seconds as a sender with the right time writes it."""
        return int(self.clock.now().timestamp())

    async def post(self, path: str, headers: Sequence[Header], body: bytes) -> Answered:
        """Send a request exactly as given; aiohttp's own client would mend some of them."""
        length = [] if any(name.lower() == "transfer-encoding" for name, _ in headers) else [len(body)]
        lines = [f"POST {path} HTTP/1.1".encode(), b"Host: here", b"Connection: close"]
        lines += [f"Content-Length: {each}".encode() for each in length]
        lines += [
            f"{name}: ".encode() + (value if isinstance(value, bytes) else value.encode())
            for name, value in headers
        ]
        return await self.send(b"\r\n".join([*lines, b"", body]))

    async def send(self, raw: bytes) -> Answered:
        """Send bytes and read the answer; none at all reads as status 0."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.app.port)
        try:
            writer.write(raw)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            body = (
                b"" if raw.startswith(b"HEAD") else await reader.readexactly(int(length[1]) if length else 0)
            )
        except (ConnectionError, asyncio.IncompleteReadError):
            return Answered(0, b"")
        finally:
            writer.close()
        return Answered(int(head.split()[1]), body)

    async def rows(self) -> list[dict[str, Any]]:
        """Read the whole history."""
        lines = await self.app.engine.database.read(lambda connection: [*audit.export(connection)])
        return [json.loads(line) for line in lines]

    async def until(
        self, holds: Callable[[], bool], what: Callable[[], str] = lambda: "", within: float = 45.0
    ) -> None:
        """Look again and again until something holds; otherwise say what it was like in the end."""
        try:
            async with asyncio.timeout(within):
                while not holds():  # noqa: ASYNC110 - most of what is waited for raises no event
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(what()) from None

    def signed(self, body: bytes, stamp: int | str | None = None, secret: str = SECRET) -> list[Header]:
        """Give the headers with which Slack sends a form."""
        stamped = str(self.stamp if stamp is None else stamp)
        return [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Slack-Request-Timestamp", stamped),
            ("X-Slack-Signature", signature(stamped, body, secret)),
        ]


def signature(stamp: str, body: bytes, secret: str = SECRET) -> str:
    """Sign as Slack does (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    return (
        "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    )


def command(words: str, user: str = "U0TIM") -> bytes:
    """Give the body of a slash command."""
    fields: dict[str, Any] = {
        "command": "/release",
        "text": words,
        "user_id": user,
        "team_id": HOME_TEAM,
        "channel_id": CHANNEL,
        "trigger_id": "1.2.3",
        "api_app_id": "A0SHIPROOM",
    }
    return urlencode(fields).encode()


def settings_of(world: World, **environ: str) -> Settings:
    """Read the settings of a bot inside the test; it takes any free port."""
    settings = read_settings(world.environment() | {"SHIPROOM_PORT": "0"} | environ)
    assert isinstance(settings, Settings), settings
    return settings


def _as_it_is(_: Workspace) -> None:
    """Leave a workspace to the people of the world."""


@asynccontextmanager
async def inside(
    directory: Path,
    policy: str = POLICY,
    *,
    socket_mode: bool = False,
    clock: ManualClock | None = None,
    furnish: Callable[[Workspace], None] = _as_it_is,
    **environ: str,
) -> AsyncGenerator[Inside]:
    """Run the bot inside the test, on a fresh SQLite file.

    `furnish` makes its workspace ready: before the bot is up, since it asks at once for those who are named in its policy.
    """
    database = f"sqlite:///{directory / 'shiproom.db'}"
    clock = clock or ManualClock()
    world = World(directory, database, socket_mode=socket_mode, policy=policy)
    with going_by(clock.now):
        async with world:
            world.slack.workspace.clock = clock.now
            furnish(world.slack.workspace)

            async def begin() -> App:
                app = App(settings_of(world, **environ), world.environment() | environ, clock)
                await app.start()
                clock.listeners.append(app.wake)
                world.port = app.port
                if not socket_mode:
                    world.slack.bot_url = world.url
                return app

            running = Inside(await begin(), world, clock, begin)
            try:
                if socket_mode:
                    await running.until(lambda: bool(world.slack.sockets.connections))
                yield running
            finally:
                await running.app.stop()
