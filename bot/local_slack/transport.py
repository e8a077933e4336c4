"""The two ways from Slack to the bot: signed HTTP and Socket Mode, with the deadline and the errors that
people see.

docs.slack.dev/interactivity/handling-user-interaction: 200 within 3 s.
docs.slack.dev/apis/events-api/using-socket-mode: hello, envelopes, each to one of the connections, and an
acknowledgement that may carry a payload.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, web

from bot.local_slack.model import APP_ID, Json

DEADLINE = 3.0
TIMED_OUT, FAILED = "operation_timeout", "dispatch_failed"
Envelope: TypeAlias = Literal["slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered: `error` is Slack's word for none or a bad one, `body` what a good one
    carried.
    """

    error: str = ""
    body: Json | str = ""


class Transport(Protocol):
    """A way to the bot."""

    async def send(self, kind: Envelope, payload: Json) -> Answer:
        """Deliver one thing that a person did, and wait for the bot's answer until the deadline."""
        ...


@dataclass(slots=True)
class HttpTransport:
    """Signed posts to the bot's request URL; `deadline` is in seconds."""

    session: ClientSession
    url: str
    signing_secret: str
    clock: Callable[[], datetime]
    deadline: float = DEADLINE

    async def send(self, kind: Envelope, payload: Json) -> Answer:
        """Post it as the form that Slack posts."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body = urlencode(form)
        try:
            async with self.session.post(
                self.url,
                data=body,
                headers=self._headers(body),
                timeout=ClientTimeout(total=self.deadline),
                allow_redirects=False,
            ) as response:
                return _read(response.status, response.content_type, await response.text())
        except TimeoutError:
            return Answer(TIMED_OUT)
        except ClientError:
            return Answer(FAILED)

    def _headers(self, body: str) -> dict[str, str]:
        stamp = str(int(self.clock().timestamp()))
        digest = hmac.new(
            self.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256
        ).hexdigest()
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }


def _read(status: int, content_type: str, text: str) -> Answer:
    if status != 200:  # noqa: PLR2004 - Slack takes nothing else
        return Answer(FAILED)
    if content_type != "application/json" or not text.strip():
        return Answer(body=text.strip())
    try:
        return Answer(body=json.loads(text))
    except ValueError:
        return Answer(FAILED)


@dataclass(slots=True)
class SocketTransport:
    """The bot's open Socket Mode connections; each envelope goes to the next one in turn."""

    new_name: Callable[[], str]
    deadline: float = DEADLINE
    connections: list[web.WebSocketResponse] = field(default_factory=list[web.WebSocketResponse])
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
        self.connections.append(socket)
        try:
            await socket.send_json(self._hello())
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            self.connections.remove(socket)
        return socket

    async def send(self, kind: Envelope, payload: Json) -> Answer:
        """Send one envelope and wait for its acknowledgement."""
        if not self.connections:
            return Answer(FAILED)
        name = self.new_name()
        self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self.deadline):
                await self._next().send_json(
                    {"envelope_id": name, "type": kind, "accepts_response_payload": True, "payload": payload}
                )
                return Answer(body=await self._waiting[name])
        except TimeoutError:
            return Answer(TIMED_OUT)
        except ConnectionError:
            return Answer(FAILED)
        finally:
            del self._waiting[name]

    async def close(self) -> None:
        """End all connections, as Slack does when it asks for a refresh."""
        for socket in tuple(self.connections):
            await socket.close()

    def _next(self) -> web.WebSocketResponse:
        self.connections.append(self.connections.pop(0))
        return self.connections[-1]

    def _hello(self) -> Json:
        connected = {"num_connections": len(self.connections), "connection_info": {"app_id": APP_ID}}
        return {"type": "hello", **connected, "debug_info": {"approximate_connection_time": 3600}}

    def _acknowledge(self, frame: Json) -> None:
        waiting = self._waiting.get(str(frame.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(frame.get("payload") or "")
