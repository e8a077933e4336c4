"""The local Slack for tests: users, faults, outages, events and recorded answers."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from bot.local_slack.api import read_arguments
from bot.local_slack.methods.call import ApiError
from bot.local_slack.model import Json
from bot.local_slack.server import LocalSlack
from tests.local_slack.chat_user import ChatUser, chat_user
from tests.local_slack.fault_injection import FaultInjector

API, RESPONSE, SOCKET = "/api/", "/response/", "/socket"
REMEMBERED = 5_000
SOON = 0.01
"""How many seconds a request has left when this Slack goes down; aiohttp takes 0 for no limit."""
WARNED_AHEAD = 10.0
"""How many seconds pass between the warning and the end of a connection ("approximately 10 seconds")."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class SlackForTests(LocalSlack):
    """A local Slack that tests drive.

    `calls` holds the newest calls of the Web API with their arguments and answers, `refused` the errors of posts to
    response urls.
    """

    faults: FaultInjector = field(init=False, default_factory=FaultInjector)
    calls: deque[tuple[str, Json, Json]] = field(
        init=False, default_factory=lambda: deque[tuple[str, Json, Json]](maxlen=REMEMBERED)
    )
    refused: list[str] = field(init=False, default_factory=list[str])
    serving: int = field(init=False, default=0)
    """How many requests have come and are not answered yet."""
    sockets_away: bool = False
    knocked: list[str] = field(init=False, default_factory=list[str])
    """The tickets with which a socket was asked for while `sockets_away`; each counts once, as with any handshake."""

    def forget(self) -> None:
        """Forget all calls, changes and answers of the past; messages stay."""
        self.calls.clear()
        self.workspace.log.clear()
        self.inspector.entries.clear()

    def person(self, name: str) -> ChatUser:
        """Return the user with this name or id; raises KeyError."""
        return chat_user(self, name)

    def make_app(self) -> web.Application:
        """Make the application, with middlewares for faults and records."""
        app = super().make_app()
        app.middlewares.append(self._count)
        app.middlewares.append(self._record_calls)
        app.middlewares.append(self._record_refusals)
        app.middlewares.append(self._refuse_sockets)
        return app

    async def go_down(self) -> None:
        """Vanish from the network: connections end, and new ones are refused until `come_back`."""
        runner = self._runner
        if runner and runner.server and runner.sites:
            for site in tuple(runner.sites):
                await site.stop()
            runner.server.pre_shutdown()
            await runner.server.shutdown(SOON)

    async def come_back(self) -> None:
        """Listen at the same address again; raises OSError when the port is taken."""
        if self._runner and not self._runner.sites:
            at = urlsplit(self.url)
            await web.TCPSite(self._runner, at.hostname, at.port).start()

    async def refresh_connections(self, ahead: float = WARNED_AHEAD) -> None:
        """Renew the Socket Mode connections as Slack does every few hours.

        Each gets a warning and a request to reconnect, and is closed `ahead` seconds later.
        """
        connections = tuple(self.sockets.connections)
        for connection in connections:
            await connection.disconnect("warning")
        for connection in connections:
            await connection.disconnect("refresh_requested")
        await asyncio.sleep(ahead)
        for connection in connections:
            await connection.socket.close()

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.serving += 1
        try:
            return await handler(request)
        finally:
            self.serving -= 1

    @web.middleware
    async def _record_calls(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Apply the fault that is due, or record the call; either may lose the answer."""
        if not request.path.startswith(API):
            return await handler(request)
        method = request.match_info["method"]
        fault = self.faults.next(method)
        if fault and not fault.carried_out:
            replaced = await self.faults.apply(fault, request)
            if replaced:
                return replaced
        response = await handler(request)
        self.calls.append((method, await _arguments(request), _answer(response)))
        lost = await self.faults.apply(fault, request) if fault and fault.carried_out else None
        return lost or response

    @web.middleware
    async def _record_refusals(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        refused = request.path.startswith(RESPONSE) and response.status == web.HTTPBadRequest.status_code
        if refused and isinstance(response, web.Response):
            self.refused.append(response.text or "")
        return response

    @web.middleware
    async def _refuse_sockets(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self.sockets_away or request.path != SOCKET:
            return await handler(request)
        self.knocked.append(request.query.get("ticket", ""))
        return web.Response(status=408)


async def _arguments(request: web.Request) -> Json:
    try:
        arguments = await read_arguments(request)
    except ApiError:
        return {}
    arguments.pop("token", None)
    return arguments


def _answer(response: web.StreamResponse) -> Json:
    return json.loads(response.text or "{}") if isinstance(response, web.Response) else {}
