"""How many half-open connections are held while Slack's signed requests are answered, each over a connection of its own."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import clicks, load, peers

DESCRIPTORS, ATTACKERS, REQUESTS, RATE = 1024, 1150, 300, 30
COME_AGAIN = 1.0
"""After how many seconds a connection that was closed comes again."""

HALF = b"POST /slack/events HTTP/1.1\r\nHost: localhost\r\nX-Half: "
LIMITED = (
    "import resource, runpy, sys; "
    f"resource.setrlimit(resource.RLIMIT_NOFILE, ({DESCRIPTORS}, {DESCRIPTORS})); "
    "sys.argv = ['bot', 'run']; runpy.run_module('bot', run_name='__main__')"
)


@dataclass
class Crowd:
    """Connections that send half a head, and come again whenever they are closed."""

    port: int
    held: int = 0
    most: int = 0
    opened: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    async def gather(self) -> None:
        """Open all of them."""
        for _ in range(ATTACKERS):
            self.tasks.append(asyncio.create_task(self._stay()))
            if len(self.tasks) % 50 == 0:
                await asyncio.sleep(0.01)
        await asyncio.sleep(2)

    async def _stay(self) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            self.held, self.opened = self.held + 1, self.opened + 1
            self.most = max(self.most, self.held)
            try:
                writer.write(HALF)
                await reader.read()
            except ConnectionError:
                pass
            finally:
                self.held -= 1
                writer.close()
            await asyncio.sleep(COME_AGAIN)

    async def leave(self) -> None:
        """Close all of them."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def measure(directory: Path, url: str) -> None:
    """Print how many were held, and how Slack was answered meanwhile."""
    releases = await clicks.seeded(directory, url, REQUESTS // 7 + 1)
    runner, api, _ = await peers.slack_api()
    bot = peers.Peer(["-c", LIMITED], clicks.bot_environment(directory, url, api))
    try:
        await bot.start("/readyz")
        crowd, before = Crowd(bot.port), bot.cpu_seconds()
        await crowd.gather()
        held: list[int] = []
        requests = [load.signed(click) for click in clicks.every_click(releases)[:REQUESTS]]
        timed = await _ask(bot.port, requests, crowd, held)
        cpu = bot.cpu_seconds() - before
        await crowd.leave()
        print(
            f"  ulimit -n {DESCRIPTORS}, {ATTACKERS} half-open connections that come again: "
            f"{min(held)} to {max(held)} held, {crowd.opened} opened; {cpu:.1f} s of CPU in {timed.seconds:.0f} s"
        )
        print(
            f"  signed requests answered meanwhile: {len(timed.latencies) - timed.bad} of {len(requests)}, "
            f"p50 {timed.percentile(0.5):.1f} ms, p99 {timed.percentile(0.99):.1f} ms"
        )
    finally:
        await bot.stop()
        await runner.cleanup()


async def _ask(port: int, requests: list[bytes], crowd: Crowd, held: list[int]) -> load.Timed:
    timed, began = load.Timed(), time.perf_counter()
    waiting: list[asyncio.Task[Any]] = []
    for number, request in enumerate(requests):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        held.append(crowd.held)
        waiting.append(asyncio.create_task(_once(port, request, timed)))
    await asyncio.gather(*waiting)
    timed.seconds = time.perf_counter() - began
    return timed


async def _once(port: int, request: bytes, timed: load.Timed) -> None:
    """Send one request over a connection of its own, as a proxy without kept connections does."""
    sent = time.perf_counter()
    try:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            writer.close()
    except (OSError, asyncio.IncompleteReadError):
        head = b""
    timed.latencies.append(time.perf_counter() - sent)
    timed.bad += not head.startswith(b"HTTP/1.1 200")
