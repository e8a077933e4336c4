"""The bolt app, over HTTP or Socket Mode.

By default bolt acknowledges an event before its listener has run and delays each response
by 10 ms. `process_before_response=True` avoids both, but has no timeout of its own. The guard has verified a request before
bolt sees it, as bolt's documentation of `request_verification_enabled` asks for.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.health import Health
from bot.http.guard import refuse
from bot.metrics import SOCKET_UP
from bot.outside_json import strip_unstorable
from bot.settings import Settings
from bot.slack.admission import Rejection, admit
from bot.slack.listeners import Listeners, came_as
from bot.slack.payloads import read_body
from bot.slack.socket_mode import SlackSocket
from bot.slack_client.web import Identity, SlackWeb
from bot.tasks import Tasks
from bot.tracing import tracer

ANSWER_WITHIN = 2.5
"""Seconds that a response may take; Slack allows 3 (Slack's docs, "Acknowledging requests")."""

NO_RETRY = "X-Slack-No-Retry"
"""Tells Slack that the same event would be refused again (Slack's docs, "Events API")."""

_bolt_log = logging.getLogger("shiproom.bolt")
_bolt_log.setLevel(logging.ERROR)

_JSON: dict[str, str | Sequence[str]] = {"content-type": "application/json"}


class BoltApp:
    """Admits what Slack sends, passes it to bolt, and responds."""

    def __init__(self, settings: Settings, slack: SlackWeb, listeners: Listeners, health: Health) -> None:
        self._settings = settings
        self._slack = slack
        self._listeners = listeners
        self._identity: Identity | None = None
        self._bolt: AsyncApp | None = None
        self._health = health
        self._socket: SlackSocket | None = None
        self._connecting: asyncio.Task[None] | None = None
        SOCKET_UP.set_function(lambda: float(self.connected))

    def set_identity(self, identity: Identity) -> None:
        """Set who the bot is, and create the bolt app before the first request needs it."""
        self._identity = identity
        self._bolt = self._bolt or self._make()

    @property
    def bolt(self) -> AsyncApp:
        """The bolt app, created inside the running event loop."""
        if self._bolt is None:
            self._bolt = self._make()
        return self._bolt

    def _make(self) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            """Return the one workspace and token, without a call to Slack."""
            return self._authorized()

        app: Any = AsyncApp(
            # Without a name bolt searches every loaded module for one, which takes seconds on a busy machine;
            # with each request it sets the level of the logger of that name to that of the one below.
            name=_bolt_log.name,
            logger=_bolt_log,
            client=self._slack.client,
            authorize=authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        self._listeners.register(app)
        return app

    def _authorized(self) -> AuthorizeResult:
        known = self._identity or Identity("", "", "")
        return AuthorizeResult(
            enterprise_id=known.enterprise or None,
            team_id=known.team or None,
            bot_token=self._settings.bot_token,
            bot_id=known.bot or None,
            bot_user_id=known.user or None,
        )

    async def dispatch(self, request: web.Request, body: bytes, delivery: str) -> web.StreamResponse:
        """Pass a verified request to bolt, and respond within Slack's time limit."""
        came_as(delivery)
        read = admit(read_body(body, request.content_type), self._identity)
        if isinstance(read, Rejection):
            refused = refuse(read.why, read.status, read.sentence)
            refused.headers[NO_RETRY] = "1"
            return refused
        # Bolt parses the body again. JSON of what was checked above takes 40 µs for a click; the form as Slack sends it
        # would take 180 µs, and bolt parses forms in another way than `read_body`.
        bolt_request = AsyncBoltRequest(body=json.dumps(read), headers=_JSON)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                answer = await self.bolt.async_dispatch(bolt_request)
        except TimeoutError:
            return refuse(
                "time",
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Not confirmed yet. Look at the card before you try again.",
            )
        return await to_aiohttp_response(answer)

    @property
    def connected(self) -> bool:
        """Whether Slack can send something: over HTTP always, in Socket Mode while a socket is open."""
        return not self._settings.socket_mode or (self._socket is not None and self._socket.connected)

    async def connect(self, tasks: Tasks) -> None:
        """Connect with Socket Mode; while Slack does not answer, go on trying in the background.

        Raises PermissionError if Slack refuses the token.
        """
        self._socket = SlackSocket(
            self._settings.app_token, self._slack.client, self._on_envelope, self._health
        )
        try:
            connected = await self._socket.open_once()
        except PermissionError:
            await self._socket.close()
            raise
        if not connected:
            self._connecting = tasks.start(self._socket.connect_to_new_endpoint(), "connect to Slack")

    async def _on_envelope(self, socket: SlackSocket, request: SocketModeRequest) -> None:
        """Handle what came in over a socket, named by its envelope's id: it is sometimes delivered twice.

        A rejected payload is acknowledged too, or Slack would send it again.
        """
        payload = cast("Any", request.payload)
        read = admit(strip_unstorable(payload), self._identity)
        if isinstance(read, Rejection):
            refuse(read.why, read.status, read.sentence)
            await socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
            return
        came_as(f"socket:{request.envelope_id}")
        request.payload = read
        with tracer().span("Slack envelope", "consumer"):
            answer = await run_async_bolt_app(self.bolt, request)
        await send_async_response(socket, request, answer, 0.0)

    async def close(self) -> None:
        """Disconnect Socket Mode."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._socket is not None:
            await self._socket.close()
