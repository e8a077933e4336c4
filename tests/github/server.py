"""A local GitHub that listens on loopback."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.clock import Clock
from tests.github.api import application
from tests.github.engines import Engine
from tests.github.hub import Hub


class LocalGitHub(Hub):
    """A GitHub on loopback, to be begun and ended."""

    def __init__(
        self, engine: Engine | None = None, clock: Clock | None = None, *, server: bool = False
    ) -> None:
        super().__init__(engine, clock, server=server)
        self._runner: web.AppRunner | None = None

    async def begin(self) -> None:
        """Begin to listen, on a port of its own."""
        self._runner = web.AppRunner(application(self), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def end(self) -> None:
        """End all runs and listen no more."""
        self.faults.end()
        for run in self.runs.values():
            run.cancelled.set()
        await self.tasks.drain(5)
        if self._runner is not None:
            await self._runner.cleanup()


@asynccontextmanager
async def local_github(
    engine: Engine | None = None, clock: Clock | None = None, *, server: bool = False
) -> AsyncGenerator[LocalGitHub]:
    """Run a GitHub."""
    made = LocalGitHub(engine, clock, server=server)
    await made.begin()
    try:
        yield made
    finally:
        await made.end()
