"""Socket Mode: the bot's connections and the envelopes sent through them.

docs.slack.dev/apis/events-api/using-socket-mode: `hello` with the number of connections, at most ten of them, each
envelope to any one, `disconnect` with a reason ahead of a refresh, an acknowledgement that may carry a payload.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from aiohttp import WSMsgType, web

from bot.local_slack.model import APP_ID, Json
from bot.local_slack.transport import DEADLINE, FAILED, TIMED_OUT, Acknowledgement, Envelope

MOST_CONNECTIONS = 10

Reason: TypeAlias = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


@dataclass(eq=False, slots=True)
class SocketConnection:
    """A connection of the bot; `ended` is done when it is closed."""

    socket: web.WebSocketResponse
    ended: asyncio.Future[None]

    async def disconnect(self, reason: Reason) -> None:
        """Announce that this connection ends, with the reason."""
        if not self.socket.closed:
            await self.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})


@dataclass(slots=True)
class SocketTransport:
    """The open Socket Mode connections of the bot; envelopes go to each in turn.

    `duplicates` is how many of the next envelopes are delivered twice although they were acknowledged, which happens
    (slackapi/bolt-js issue 2487); tests set it.
    """

    new_id: Callable[[], str]
    deadline: float = DEADLINE
    duplicates: int = 0
    connections: list[SocketConnection] = field(default_factory=list[SocketConnection])
    _there: asyncio.Event = field(default_factory=asyncio.Event)
    _tickets: set[str] = field(default_factory=set[str])
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict[str, "asyncio.Future[Any]"])

    def new_ticket(self) -> str:
        """Return the path that opens one connection."""
        ticket = self.new_id()
        self._tickets.add(ticket)
        return f"/socket?ticket={ticket}&app_id={APP_ID}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection of the bot until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        connection = SocketConnection(socket, asyncio.get_running_loop().create_future())
        if len(self.connections) >= MOST_CONNECTIONS:
            await connection.disconnect("too_many_websockets")
            await socket.close()
            return socket
        await self._listen(connection)
        return socket

    async def _listen(self, connection: SocketConnection) -> None:
        self.connections.append(connection)
        self._there.set()
        try:
            await connection.socket.send_json(self._hello())
            async for frame in connection.socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        except ConnectionError:
            return
        finally:
            self.connections.remove(connection)
            connection.ended.set_result(None)
            if not self.connections:
                self._there.clear()

    async def send(self, kind: Envelope, payload: Json) -> Acknowledgement:
        """Send one envelope and wait for its acknowledgement."""
        return await self.deliver({"type": kind, "accepts_response_payload": True, "payload": payload})

    async def deliver(self, contents: Json) -> Acknowledgement:
        """Send an envelope with these contents and wait for its acknowledgement."""
        if not self.connections:
            return Acknowledgement(FAILED)
        name = self.new_id()
        self._waiting[name] = asyncio.get_running_loop().create_future()
        envelope = {"envelope_id": name, **contents}
        try:
            async with asyncio.timeout(self.deadline):
                return Acknowledgement(body=await self._acknowledged(envelope))
        except TimeoutError:
            return Acknowledgement(TIMED_OUT)
        finally:
            del self._waiting[name]

    async def _acknowledged(self, envelope: Json) -> Any:  # noqa: ANN401 - whatever the bot answers
        """Send an envelope, again when its connection ends, until it is acknowledged."""
        answered = self._waiting[envelope["envelope_id"]]
        while True:
            await self._there.wait()
            connection = self._next()
            with suppress(ConnectionError):
                await connection.socket.send_json(envelope)
                if self.duplicates:
                    self.duplicates -= 1
                    await self._next().socket.send_json(envelope)
            await asyncio.wait({answered, connection.ended}, return_when=asyncio.FIRST_COMPLETED)
            if answered.done():
                return answered.result()

    async def close(self) -> None:
        """Close all connections without a notice."""
        for connection in tuple(self.connections):
            await connection.socket.close()

    def _next(self) -> SocketConnection:
        self.connections.append(self.connections.pop(0))
        return self.connections[-1]

    def _hello(self) -> Json:
        connected = {"num_connections": len(self.connections), "connection_info": {"app_id": APP_ID}}
        return {"type": "hello", **connected, "debug_info": {"approximate_connection_time": 3600}}

    def _acknowledge(self, frame: Json) -> None:
        """Accept an acknowledgement on any connection."""
        waiting = self._waiting.get(str(frame.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(frame.get("payload") or "")
