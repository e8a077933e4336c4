"""Socket Mode: the bot's open connections, envelopes to one of them, and what a connection that ends leaves unanswered.

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
from bot.local_slack.transport import DEADLINE, FAILED, TIMED_OUT, Answer, Envelope, Receipt, Retry

MOST_CONNECTIONS = 10
WARNED_AHEAD = 10.0
"""How many seconds pass between the warning and the end of a connection ("approximately 10 seconds")."""

Reason: TypeAlias = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


@dataclass(eq=False, slots=True)
class Line:
    """One connection of the bot; `ended` is done when it is gone."""

    socket: web.WebSocketResponse
    ended: asyncio.Future[None]

    async def disconnect(self, reason: Reason) -> None:
        """Say that this connection ends, and why."""
        if not self.socket.closed:
            await self.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})


@dataclass(slots=True)
class SocketTransport:
    """The bot's open Socket Mode connections; each envelope goes to the next one in turn.

    `twice` is how many of the next envelopes are delivered a second time though they were acknowledged, which happens
    (slackapi/bolt-js issue 2487).
    """

    new_name: Callable[[], str]
    deadline: float = DEADLINE
    twice: int = 0
    connections: list[Line] = field(default_factory=list[Line])
    _there: asyncio.Event = field(default_factory=asyncio.Event)
    _tickets: set[str] = field(default_factory=set[str])
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict[str, "asyncio.Future[Any]"])

    def new_ticket(self) -> str:
        """The path with which one connection may be opened."""
        ticket = self.new_name()
        self._tickets.add(ticket)
        return f"/socket?ticket={ticket}&app_id={APP_ID}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection of the bot until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        line = Line(socket, asyncio.get_running_loop().create_future())
        if len(self.connections) >= MOST_CONNECTIONS:
            await line.disconnect("too_many_websockets")
            await socket.close()
            return socket
        await self._listen(line)
        return socket

    async def _listen(self, line: Line) -> None:
        self.connections.append(line)
        self._there.set()
        try:
            await line.socket.send_json(self._hello())
            async for frame in line.socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        except ConnectionError:
            return
        finally:
            self.connections.remove(line)
            line.ended.set_result(None)
            if not self.connections:
                self._there.clear()

    async def send(self, kind: Envelope, payload: Json) -> Answer:
        """Send one envelope and wait for its acknowledgement."""
        return await self._deliver({"type": kind, "accepts_response_payload": True, "payload": payload})

    async def event(self, body: Json, retry: Retry | None = None) -> Receipt:
        """Send one event; a retry says in the envelope which one it is and why there is one."""
        again = {"retry_attempt": retry.number, "retry_reason": "timeout"} if retry else {"retry_attempt": 0}
        answer = await self._deliver(
            {"type": "events_api", "accepts_response_payload": False, "payload": body, **again}
        )
        return Receipt(ok=not answer.error, reason="timeout" if answer.error else "")

    async def _deliver(self, contents: Json) -> Answer:
        if not self.connections:
            return Answer(FAILED)
        name = self.new_name()
        self._waiting[name] = asyncio.get_running_loop().create_future()
        envelope = {"envelope_id": name, **contents}
        try:
            async with asyncio.timeout(self.deadline):
                return Answer(body=await self._acknowledged(envelope))
        except TimeoutError:
            return Answer(TIMED_OUT)
        finally:
            del self._waiting[name]

    async def _acknowledged(self, envelope: Json) -> Any:  # noqa: ANN401 - whatever the bot answers
        """Hand an envelope over until it is acknowledged: one whose connection ends before goes to another one."""
        answered = self._waiting[envelope["envelope_id"]]
        while True:
            await self._there.wait()
            line = self._next()
            with suppress(ConnectionError):
                await line.socket.send_json(envelope)
                if self.twice:
                    self.twice -= 1
                    await self._next().socket.send_json(envelope)
            await asyncio.wait({answered, line.ended}, return_when=asyncio.FIRST_COMPLETED)
            if answered.done():
                return answered.result()

    async def refresh(self, ahead: float = WARNED_AHEAD) -> None:
        """Renew all connections as Slack does every few hours: a warning, the request, and `ahead` seconds later the end."""
        lines = tuple(self.connections)
        for reason in ("warning", "refresh_requested"):
            for line in lines:
                await line.disconnect(reason)
        await asyncio.sleep(ahead)
        for line in lines:
            await line.socket.close()

    async def close(self) -> None:
        """End all connections without a word."""
        for line in tuple(self.connections):
            await line.socket.close()

    def _next(self) -> Line:
        self.connections.append(self.connections.pop(0))
        return self.connections[-1]

    def _hello(self) -> Json:
        connected = {"num_connections": len(self.connections), "connection_info": {"app_id": APP_ID}}
        return {"type": "hello", **connected, "debug_info": {"approximate_connection_time": 3600}}

    def _acknowledge(self, frame: Json) -> None:
        """An acknowledgement counts on whichever connection it comes."""
        waiting = self._waiting.get(str(frame.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(frame.get("payload") or "")
