"""The world of one telling: a local Slack, a service, and a bot that somebody starts again whenever it is not there."""

import asyncio
import random
import signal
import socket
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import aiohttp

from tests.crash.forks import Child, Forks
from tests.crash.probe import Failpoints, Place
from tests.virtual_clock import ScaledClock, SharedClock
from tests.world import API_TOKEN, World, reached

PATIENCE = 20.0
"""How many real seconds anything may take, with restarts, before it counts as stuck."""

_LOOK_AGAIN = 0.03
_ANSWERS = {200, 404}
"""What a reader takes for an answer; anything else, also that it took too long, he asks again."""

_STANDSTILL = 1.0
"""So many real seconds without a turn of its loop, and the world has kept a fast bot waiting for longer than it waits."""

_LAST_LOOKS = 20
"""So often the world looks once more at what has come, before a death is noted: what the dead one sent came before it."""

_QUIET_PORTS = (11_000, 31_000)
"""Ports that no outgoing connection takes while a bot is away from its own."""


class BrokenError(Exception):
    """A guarantee does not hold; the message says which."""


@dataclass(frozen=True, slots=True)
class Death:
    """A bot has died by our hand."""

    place: Place
    at: datetime


@dataclass
class Stage(World):
    """A world whose bot is a fork, may die at any point, and is started again at once."""

    forks: Forks = field(kw_only=True)
    clock: ScaledClock | SharedClock = field(kw_only=True)
    deaths: list[Death] = field(default_factory=list[Death])
    ends: list[float] = field(default_factory=list[float])
    heard: list[str] = field(default_factory=list[str])
    standstills: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    next_aim: tuple[Place, int] | None = None
    died: Callable[[], None] = lambda: None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.slack.workspace.clock = self.clock.now
        self.port = quiet_port()
        self.slack.bot_url = self.url
        self.failpoints = Failpoints(self.directory / "failpoints")
        self.up = asyncio.Event()
        self._wanted = asyncio.Event()
        self._told_to_go = False
        self._child: Child | None = None
        timeout = aiohttp.ClientTimeout(total=5)
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        self._session = aiohttp.ClientSession(timeout=timeout, headers=headers)
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *raised: object) -> None:
        self._watching.cancel()
        await self._session.close()
        await super().__aexit__(*raised)

    async def _watch(self) -> None:
        """Note when this world stood still; with a shared clock nobody minds."""
        while isinstance(self.clock, ScaledClock):
            before, began = time.monotonic(), self.clock.now().timestamp()
            await asyncio.sleep(_STANDSTILL / 10)
            if time.monotonic() - before > _STANDSTILL:
                self.standstills.append((began, self.clock.now().timestamp()))

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Enter it, and have a bot on it whenever one is wanted."""
        async with self, asyncio.TaskGroup() as group:
            keeping = group.create_task(self.keep())
            try:
                yield
            finally:
                keeping.cancel()

    async def keep(self) -> None:
        """Start the bot whenever it is wanted and not there; one that ends without being told to breaks the telling."""
        try:
            while True:
                await self._wanted.wait()
                await self._live()
        finally:
            if self._child is not None:
                self._child.signal(signal.SIGKILL)
                await asyncio.shield(self._child.ended)

    async def _live(self) -> None:
        self.starts += 1
        child = self._child = await self.forks.fork(self.order())
        looking = asyncio.create_task(self._see_it_come_up())
        try:
            status = await asyncio.shield(child.ended)
        finally:
            looking.cancel()
            self.up.clear()
        await self.take_note_of(status)

    def order(self) -> dict[str, Any]:
        """Say what the next bot is to be like."""
        return {
            "environment": self.environment(),
            "log": str(self.directory / f"bot-{self.starts}.log"),
            "failpoints": str(self.directory / "failpoints"),
            "clock": [self.clock.wall, self.clock.origin],
        }

    async def take_note_of(self, status: int) -> None:
        """Note that a bot has ended; raises BrokenError where nobody wanted that."""
        for _ in range(_LAST_LOOKS):
            await asyncio.sleep(0.001)
        place = self.failpoints.death()
        if place is not None:
            self.deaths.append(Death(place, self.clock.now()))
            self.died()
            if self.next_aim is not None:
                self.failpoints.arm(*self.next_aim)
                self.next_aim = None
        elif not self._told_to_go:
            raise BrokenError(f"the bot ended by itself with status {status}: {self.log()[-3000:]}")
        self.ends.append(self.clock.now().timestamp())
        self._told_to_go = False

    async def _see_it_come_up(self) -> None:
        while not await self.is_ready(self.port):  # noqa: ASYNC110 - another program becomes it
            await asyncio.sleep(0.015)
        self.up.set()

    async def is_ready(self, port: int) -> bool:
        """Say whether a bot that is ready listens on a port."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return False
        try:
            async with self._session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def take_down(self) -> None:
        """Kill the bot, as a power cut would, and leave it off."""
        self._wanted.clear()
        await self._go(signal.SIGKILL)

    def put_up(self) -> None:
        """Start the bot, now and whenever it has died."""
        self._wanted.set()

    async def tell_to_stop(self) -> None:
        """Ask the bot to stop, and wait until it has gone, by itself or by our hand; it comes up again."""
        await self._go(signal.SIGTERM)

    async def _go(self, number: signal.Signals) -> None:
        child = self._child
        if child is None or child.ended.done():
            return
        await self.end(child, number)

    async def end(self, child: Child, number: signal.Signals) -> None:
        """End a bot by a signal, and wait until it has gone."""
        self._told_to_go = True
        child.signal(number)
        async with asyncio.timeout(PATIENCE):
            await asyncio.shield(child.ended)

    async def api(
        self, method: str, path: str, body: object = None, token: str = API_TOKEN
    ) -> tuple[int, Any]:
        """Call the bot's JSON API; raises aiohttp.ClientError or TimeoutError where the bot dies meanwhile."""
        del token
        await self.there()
        async with self._session.request(method, f"{self.url}{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def there(self) -> None:
        """Wait until the bot is up."""
        await within(self.up.wait, "the bot does not come up", self)

    async def ask(self, path: str) -> tuple[int, Any]:
        """Read from the bot's JSON API, again where the bot has died meanwhile."""
        while True:
            try:
                status, answer = await self.api("GET", path)
            except (aiohttp.ClientError, TimeoutError):
                status, answer = 0, None
            if status in _ANSWERS:
                return status, answer
            await asyncio.sleep(_LOOK_AGAIN)

    async def release(self, number: int) -> dict[str, Any]:
        """Read a release; empty while there is none."""
        status, answer = await self.ask(f"/api/v1/releases/{number}")
        return answer if status == 200 else {}

    async def until(
        self, number: int, state: str, environment: str = "", within: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait until a release, or its step in an environment, is in a state."""
        shown: dict[str, Any] = {}
        try:
            async with asyncio.timeout(within):
                while True:
                    shown = await self.release(number)
                    if shown and reached(shown, state, environment):
                        return shown
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError:
            raise BrokenError(f"r{number} does not become {state}: {shown}\n{self.log()[-4000:]}") from None


async def within(wait: Callable[[], Awaitable[Any]], sentence: str, stage: Stage) -> None:
    """Wait for something as long as is reasonable; raises BrokenError."""
    try:
        async with asyncio.timeout(PATIENCE):
            await wait()
    except TimeoutError:
        raise BrokenError(f"{sentence}: {stage.log()[-4000:]}") from None


def quiet_port() -> int:
    """Find a port that nobody uses, and that nobody is given for an outgoing connection."""
    while True:
        port = random.randrange(*_QUIET_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
