"""A proxy between the bot and a CI, outside the process that dies: it passes on, refuses, swallows, delays, and counts.

It is the same for every kind of CI, so that a kind says only which of its requests start something.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import aiohttp
from aiohttp import web

_CORRELATION = re.compile(rb"(?<![0-9a-zA-Z])[0-9a-f]{20}(?![0-9a-zA-Z])")
_OWN_HEADERS = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


class Behaviour(StrEnum):
    """What a CI does with a request that starts a run, by the names of the matrix."""

    OK = "ok"
    REFUSED = "refused"
    TIMEOUT = "time-out after accepting"
    BROKEN = "5xx after accepting"
    LATE = "late delivery"


@dataclass
class ScriptedResponse:
    """What the proxy does with the next start.

    `status` is that of a refusal, or of the answer to what is delivered late (0: silence). What is late arrives after
    `later` seconds, or if that is None when the story says so; `lasting` has its run go on until it is stopped. `written` is
    called when all of the request is here.
    """

    behaviour: Behaviour
    status: int = 502
    later: float | None = None
    lasting: bool = False
    written: Callable[[], Awaitable[None]] | None = None


@dataclass
class ReceivedStart:
    """A request to start a run. `unclear` says that its sender cannot know what became of it."""

    correlation: str
    scripted: ScriptedResponse
    at: datetime
    unclear: bool
    due: datetime | None = None
    deliver: Callable[[], Awaitable[None]] | None = None


@dataclass
class CiProxy:
    """A proxy for the CI at `behind`; `starts` finds "METHOD /path" of what starts a run."""

    behind: str
    starts: re.Pattern[str]
    now: Callable[[], datetime]
    url: str = ""
    scripted: ScriptedResponse | None = None
    received: list[ReceivedStart] = field(default_factory=list[ReceivedStart])
    serving: int = 0
    faults: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._over = asyncio.Event()

    @property
    def late(self) -> ReceivedStart | None:
        """What has yet to be delivered."""
        return next((each for each in self.received if each.deliver is not None), None)

    async def deliver(self, start: ReceivedStart) -> None:
        """Let a late request arrive now."""
        delivery, start.deliver = start.deliver, None
        assert delivery is not None
        await delivery()

    async def deliver_due(self) -> None:
        """Let what is due arrive."""
        for each in self.received:
            if each.deliver is not None and each.due is not None and each.due <= self.now():
                await self.deliver(each)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request of the bot."""
        self.serving += 1
        try:
            body = await request.read()
            if not self.starts.search(f"{request.method} {request.path}"):
                return await self._pass(request, body)
            return await self._start(request, body)
        finally:
            self.serving -= 1

    async def _start(self, request: web.Request, body: bytes) -> web.StreamResponse:
        found = _CORRELATION.search(body)
        scripted, self.scripted = self.scripted or ScriptedResponse(Behaviour.OK), None
        unclear = scripted.behaviour not in {Behaviour.OK, Behaviour.REFUSED}
        start = ReceivedStart(found.group().decode() if found else "", scripted, self.now(), unclear)
        self.received.append(start)
        if scripted.written is not None:
            start.unclear = True
            await scripted.written()
        if scripted.behaviour is Behaviour.REFUSED:
            headers = {"Retry-After": "2"} if scripted.status == 429 else {}
            return web.json_response({"message": "refused"}, status=scripted.status, headers=headers)
        if scripted.behaviour is Behaviour.LATE:
            return await self._delay(request, body, start)
        answer = await self._pass(request, body)
        if answer.status >= 300:
            self.faults.append(f"{request.path} was answered {answer.status}")
        if scripted.behaviour is Behaviour.TIMEOUT:
            await self._be_silent()
        return web.Response(status=scripted.status) if scripted.behaviour is Behaviour.BROKEN else answer

    async def _delay(self, request: web.Request, body: bytes, start: ReceivedStart) -> web.StreamResponse:
        given = body.replace(b"succeeds", b"lasts") if start.scripted.lasting else body

        async def deliver() -> None:
            answer = await self._pass(request, given)
            if answer.status >= 300:
                self.faults.append(f"{request.path} was answered {answer.status}")

        start.deliver, later = deliver, start.scripted.later
        start.due = None if later is None else start.at + timedelta(seconds=later)
        if not start.scripted.status:
            await self._be_silent()
        return web.Response(status=start.scripted.status or 502)

    async def _be_silent(self) -> None:
        self.serving -= 1
        try:
            await self._over.wait()
        finally:
            self.serving += 1

    async def _pass(self, request: web.Request, body: bytes) -> web.Response:
        async with self._session.request(
            request.method,
            self.behind + request.raw_path,
            data=body,
            headers={
                name: each for name, each in request.headers.items() if name.lower() not in _OWN_HEADERS
            },
            allow_redirects=False,
        ) as answer:
            headers = _without(answer.headers, _OWN_HEADERS)
            return web.Response(status=answer.status, body=await answer.read(), headers=headers)

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Listen on loopback."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession(
            auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as self._session:
            try:
                yield
            finally:
                self._over.set()
                await runner.cleanup()


def _without(headers: Mapping[str, str], names: frozenset[str]) -> dict[str, str]:
    return {name: each for name, each in headers.items() if name.lower() not in names}
