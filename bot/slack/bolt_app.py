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
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.blocks.form_input import CHOOSE_SERVICE, FORMS
from bot.http.guard import refuse
from bot.metrics import REFUSED
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
from bot.slack_client.web import Identity, SlackWeb
from handlers.actions import COMMANDS

ANSWER_WITHIN = 2.5
"""Seconds that a response may take; Slack allows 3 (Slack's docs, "Acknowledging requests")."""

_bolt_log = logging.getLogger("shiproom.bolt")
_bolt_log.setLevel(logging.ERROR)

COMMAND = "/release"
BUTTONS = re.compile(rf"\A(?:{'|'.join(COMMANDS)})(?::|\Z)")
"""A button's action id is its command, with a suffix if it has several buttons.

For example `approve:testers`.
"""

_JSON: dict[str, str | Sequence[str]] = {"content-type": "application/json"}
BoltListener = Callable[..., Awaitable[None]]
_delivery: contextvars.ContextVar[str] = contextvars.ContextVar("delivery", default="")


class BoltApp:
    """Connects bolt to `Interactions`, over HTTP or Socket Mode.

    Each listener parses a payload, calls a handler, and responds.
    """

    def __init__(self, settings: Settings, slack: SlackWeb, interactions: Interactions) -> None:
        self._settings = settings
        self._slack = slack
        self._interactions = interactions
        self._identity: Identity | None = None
        self._bolt: AsyncApp | None = None
        self._fallbacks = self._make_fallbacks()
        self._socket: AsyncSocketModeHandler | None = None

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

    async def connect(self) -> None:
        """Connect with Socket Mode."""
        self._socket = _Socket(self.bolt, self._settings.app_token, web_client=self._slack.client)
        self._socket.admit = lambda payload: admit(payload, self._identity)
        await self._socket.connect_async()

    @property
    def connected(self) -> bool:
        """Whether Slack can reach the bot: in Socket Mode, whether a socket is open."""
        if not self._settings.socket_mode:
            return True
        session: Any = self._socket.client.current_session if self._socket is not None else None
        return session is not None and not session.closed

    async def close(self) -> None:
        """Disconnect Socket Mode."""
        if self._socket is not None:
            await self._socket.close_async()


class _Socket(AsyncSocketModeHandler):
    """Names each Socket Mode delivery by its envelope id.

    An envelope is sometimes delivered twice.
    """

    admit: Callable[[Any], dict[str, Any] | Rejection]

    async def handle(self, client: Any, req: Any) -> None:  # noqa: ANN401 - the SDK's own
        """Set the delivery to the envelope's id while its request is handled.

        A rejected payload is acknowledged all the same, or Slack would send it again.
        """
        read = self.admit(strip_unstorable(req.payload))
        if isinstance(read, Rejection):
            REFUSED.labels(read.why).inc()
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
            return
        _delivery.set(f"socket:{req.envelope_id}")
        req.payload = read
        await super().handle(client, req)


async def _acknowledge(ack: Any, **_: Any) -> None:  # noqa: ANN401 - bolt's own
    """Acknowledge a request that needs no handling; otherwise Slack would resend it."""
    await ack()
