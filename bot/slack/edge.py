"""bolt on our own application: few catch-all listeners, a static authorize, answers made before the response, our own limit.

In bolt's default mode an event is acknowledged before its listener ran and each answer waits 10 ms; both are lost here by
`process_before_response=True`, which in turn has no time limit of its own.
"""

import asyncio
import contextvars
import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from bot.http.guard import refuse
from bot.outside_json import keepable
from bot.settings import Settings
from bot.slack.desk import Desk
from bot.slack.incoming import (
    Answer,
    Clicked,
    Submitted,
    Typed,
    read_body,
    read_click,
    read_submission,
    read_typed,
)
from bot.slack_api.web import Identity, SlackWeb

ANSWER_WITHIN = 2.5
"""How many seconds an answer may take; Slack gives 3 (Slack's docs, "Acknowledging requests")."""

_quiet = logging.getLogger("shiproom.bolt")
_quiet.setLevel(logging.ERROR)
_ANY = re.compile(".*", re.DOTALL)
_delivery: contextvars.ContextVar[str] = contextvars.ContextVar("delivery", default="")


class SlackEdge:
    """The listeners: each reads what came, asks the desk, and answers."""

    def __init__(self, settings: Settings, slack: SlackWeb, desk: Desk) -> None:
        self._settings = settings
        self._slack = slack
        self._desk = desk
        self._identity: Identity | None = None
        self._bolt: AsyncApp | None = None
        self._socket: AsyncSocketModeHandler | None = None

    def is_now(self, identity: Identity) -> None:
        """Take note of who the bot is, and make the bolt app before somebody waits for it."""
        self._identity = identity
        self._bolt = self._bolt or self._make()

    @property
    def bolt(self) -> AsyncApp:
        """The bolt app, made inside the running loop."""
        if self._bolt is None:
            self._bolt = self._make()
        return self._bolt

    def _make(self) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            """One workspace, one token, known since the start: nothing is asked while somebody waits."""
            return self._authorized()

        app: Any = AsyncApp(
            # Without a name bolt looks for one in every module that is loaded, which takes seconds on a busy machine;
            # and with each request it sets the level of the logger of that name to that of the one below.
            name=_quiet.name,
            logger=_quiet,
            client=self._slack.client,
            signing_secret=self._settings.signing_secret or None,
            authorize=authorize,
            process_before_response=True,
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        app.command(_ANY)(self._listener(read_typed, self._desk.typed))
        app.action(_ANY)(self._listener(read_click, self._desk.clicked))
        app.view_submission(_ANY)(self._listener(read_submission, self._desk.submitted))
        app.view_closed(_ANY)(_noted)
        app.event(_ANY)(_noted)
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

    def _listener(
        self,
        read: Callable[[dict[str, Any], str], Any],
        answer: Callable[[Any], Awaitable[Answer]],
    ) -> Callable[..., Awaitable[None]]:
        async def listen(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - bolt's own
            incoming: Typed | Clicked | Submitted = read(body, _delivery.get())
            given = await answer(incoming)
            if given.body is None:
                await ack()
            else:
                await ack(given.body)

        return listen

    async def dispatch(self, request: web.Request, body: bytes, delivery: str) -> web.StreamResponse:
        """Hand a request that the guard let through to bolt, and answer within Slack's time."""
        _delivery.set(delivery)
        read = read_body(body, request.content_type)
        if read is None:
            return refuse("body", HTTPStatus.BAD_REQUEST, "The body is nothing that Slack sends.")
        # Bolt would check the signature and parse the form once more: in this mode it takes what the guard has let through.
        bolt_request = AsyncBoltRequest(body=read, mode="socket_mode")
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
        """Open Socket Mode."""
        self._socket = _Socket(self.bolt, self._settings.app_token, web_client=self._slack.client)
        await self._socket.connect_async()

    async def close(self) -> None:
        """Leave Socket Mode."""
        if self._socket is not None:
            await self._socket.close_async()


class _Socket(AsyncSocketModeHandler):
    """Socket Mode delivers an envelope twice now and then: its id is the name of the delivery."""

    async def handle(self, client: Any, req: Any) -> None:  # noqa: ANN401 - the SDK's own
        """Remember the envelope's name for whatever this request leads to."""
        _delivery.set(f"socket:{req.envelope_id}")
        req.payload = keepable(req.payload)
        await super().handle(client, req)


async def _noted(ack: Any) -> None:  # noqa: ANN401 - bolt's own
    """Nothing follows from these: they are acknowledged so that Slack does not send them again."""
    await ack()
