"""A CI's API served on loopback, and what may go wrong with a request that starts something."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

Fault = Literal["limited", "broken", "broken_after", "cut_after", "silent_after", "log_in"]
"""By name: 429, 503 before anything was done; 502, a cut connection, or no answer at all after it was done; 200 with a page."""


class Trouble:
    """Faults of the next starts, in their order."""

    def __init__(self) -> None:
        self.coming: list[Fault] = []
        self.over = asyncio.Event()
        self.down_after = 1 << 30

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer so many requests, and nothing but 503 then."""
        self.down_after -= 1
        return await handler(request) if self.down_after >= 0 else web.Response(status=503)

    async def meet(self, request: web.Request, carry_out: Callable[[], web.Response]) -> web.StreamResponse:
        """Carry a start out as the next fault has it."""
        fault = self.coming.pop(0) if self.coming else None
        if fault == "limited":
            return web.json_response({"message": "Retry later"}, status=429, headers={"Retry-After": "7"})
        if fault == "broken":
            return web.Response(status=503)
        if fault == "log_in":
            return web.Response(text="<html>Please log in</html>", content_type="text/html")
        answer = carry_out()
        if fault == "broken_after":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if fault == "silent_after":
            await self.over.wait()
        if fault in {"cut_after", "silent_after"} and request.transport is not None:
            request.transport.close()
        return answer


@asynccontextmanager
async def served(app: web.Application, trouble: Trouble) -> AsyncGenerator[str]:
    """Serve on a free port of this machine; gives the address."""
    app.middlewares.insert(0, trouble.guard)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        trouble.over.set()
        await runner.cleanup()
