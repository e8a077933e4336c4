"""Waiting for a run as the bot does: by asking again until it has moved on."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.ci.provider import Provider
from bot.ci.run import RunStatus, StartRequest
from handlers.reports import UNDER_WAY


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    """Wait until something holds; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not await holds():
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(0.02)


async def run_of(provider: Provider, request: StartRequest) -> str:
    """Wait until the one run of a request is found; gives its id."""

    async def found() -> bool:
        return bool(await provider.find(request.target, request.correlation))

    await until(found)
    runs = await provider.find(request.target, request.correlation)
    assert runs is not None
    assert len(runs) == 1
    return runs[0].id


async def status_of(provider: Provider, request: StartRequest) -> RunStatus:
    """Read the one run of a request."""
    status = await provider.status(request.target, request.correlation, await run_of(provider, request))
    assert status is not None
    return status


async def end_of(provider: Provider, request: StartRequest) -> RunStatus:
    """Wait until the one run of a request runs no more."""

    async def ended() -> bool:
        return (await status_of(provider, request)).state not in UNDER_WAY

    await until(ended)
    return await status_of(provider, request)
