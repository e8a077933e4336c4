"""The bolt app, with a listener for everything that bot/blocks renders.

Everything else has a fallback. By default bolt acknowledges an event before its listener has run and delays each response
by 10 ms. `process_before_response=True` avoids both, but has no timeout of its own. The guard has verified a request before
bolt sees it, as bolt's documentation of `request_verification_enabled` asks for.
"""

import asyncio
import contextvars
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.blocks.form_input import CHOOSE_SERVICE, FORMS
from bot.blocks.message_actions import MENU
from bot.health import Health
from bot.http.guard import refuse
from bot.metrics import SOCKET_UP
from bot.origin import came_via
from bot.outside_json import strip_unstorable
from bot.settings import Settings
from bot.slack.admission import Rejection, admit
from bot.slack.interactions import Interactions
from bot.slack.payloads import (
    BlockAction,
    SlashCommand,
    ViewSubmission,
    read_block_action,
    read_body,
    read_slash_command,
    read_view_submission,
)
from bot.slack.reply import SlackReply
from bot.slack.socket_mode import SlackSocket
from bot.slack_client.web import Identity, SlackWeb
from bot.tasks import Tasks
from bot.tracing import tracer
from handlers.actions import COMMANDS

ANSWER_WITHIN = 2.5
"""Seconds that a response may take; Slack allows 3 (Slack's docs, "Acknowledging requests")."""

_bolt_log = logging.getLogger("shiproom.bolt")
_bolt_log.setLevel(logging.ERROR)

COMMAND = "/release"
BUTTONS = re.compile(rf"\A(?:{'|'.join(COMMANDS)}|{MENU})(?::|\Z)")
"""A button's action id is its command, with a suffix if it has several buttons, as in `approve:testers`; or it is a menu."""

_JSON: dict[str, str | Sequence[str]] = {"content-type": "application/json"}
BoltListener = Callable[..., Awaitable[None]]
_WAYS = {SlashCommand: "command", BlockAction: "button", ViewSubmission: "form"}
_delivery: contextvars.ContextVar[str] = contextvars.ContextVar("delivery", default="")


class BoltApp:
    """Connects bolt to `Interactions`, over HTTP or Socket Mode.

    Each listener parses a payload, calls a handler, and responds.
    """

    def __init__(
        self, settings: Settings, slack: SlackWeb, interactions: Interactions, health: Health
    ) -> None:
        self._settings = settings
        self._slack = slack
        self._interactions = interactions
        self._identity: Identity | None = None
        self._bolt: AsyncApp | None = None
        self._fallbacks = self._make_fallbacks()
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
        app.command(COMMAND)(self._listener(read_slash_command, self._interactions.on_command))
        app.action(BUTTONS)(self._listener(read_block_action, self._interactions.on_click))
        app.action(CHOOSE_SERVICE)(self._listener(read_block_action, self._interactions.on_service_chosen))
        for callback_id in FORMS:
            app.view(callback_id)(self._listener(read_view_submission, self._interactions.on_submission))
            app.view_closed(callback_id)(_acknowledge)
        app.error(self._on_error)
        return app

    def _make_fallbacks(self) -> dict[str, BoltListener]:
        """Return the listener for each kind of request whose name is not registered.

        Buttons and modals may come from another version of Shiproom. A slash command may have been renamed in the app's
        manifest, which lists all that Slack sends. Events and closed modals are acknowledged, or Slack would resend them.
        """
        return {
            "slash_command": self._listener(read_slash_command, self._interactions.on_command),
            "block_actions": self._listener(read_block_action, self._interactions.on_unknown_action),
            "view_submission": self._listener(read_view_submission, self._interactions.on_submission),
            "view_closed": _acknowledge,
            "event_callback": _acknowledge,
        }

    async def _on_error(self, error: Exception, body: dict[str, Any], ack: Any) -> BoltResponse | None:  # noqa: ANN401 - bolt's own
        """Respond to a request that has no listener.

        Any other error is logged, and bolt responds with 500.
        """
        if not isinstance(error, BoltUnhandledRequestError):
            _bolt_log.error("a listener failed", exc_info=error)
            return None
        kind = "slash_command" if "command" in body else str(body.get("type"))
        listen = self._fallbacks.get(kind)
        if listen is not None:
            await listen(ack=ack, body=body)
        return ack.response

    def _authorized(self) -> AuthorizeResult:
        known = self._identity or Identity("", "", "")
        return AuthorizeResult(
            enterprise_id=known.enterprise or None,
            team_id=known.team or None,
            bot_token=self._settings.bot_token,
            bot_id=known.bot or None,
            bot_user_id=known.user or None,
        )

    def _listener(
        self,
        read: Callable[[dict[str, Any], str], Any],
        serve: Callable[[Any], Awaitable[SlackReply]],
    ) -> BoltListener:
        async def listen(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - bolt's own
            incoming: SlashCommand | BlockAction | ViewSubmission = read(body, _delivery.get())
            tracer().current().set("shiproom.slack.request", type(incoming).__name__)
            came_via(_WAYS[type(incoming)])
            reply = await serve(incoming)
            await ack(reply.ack_body(incoming) or "")

        return listen

    async def dispatch(self, request: web.Request, body: bytes, delivery: str) -> web.StreamResponse:
        """Pass a verified request to bolt, and respond within Slack's time limit."""
        _delivery.set(delivery)
        read = admit(read_body(body, request.content_type), self._identity)
        if isinstance(read, Rejection):
            return refuse(read.why, read.status, read.sentence)
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
        _delivery.set(f"socket:{request.envelope_id}")
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


async def _acknowledge(ack: Any, **_: Any) -> None:  # noqa: ANN401 - bolt's own
    """Acknowledge a request that needs no handling; otherwise Slack would resend it."""
    await ack()
