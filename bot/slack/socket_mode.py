"""Keeps a Socket Mode connection to Slack open, and says when there is none.

slack_sdk's client tries one address for ever once a handshake has failed, with a traceback each time, though an address counts
once and not for long (Slack's docs, "Using Socket Mode": it is temporary). Here each try asks for a new address.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.health import SLACK_SOCKET, Health
from bot.network_faults import network_fault
from bot.proxies import proxy_for
from bot.tasks import Tasks
from bot.trust import trusted

log = logging.getLogger("shiproom.slack")
_sdk_log = logging.getLogger("shiproom.slack.sdk")
_sdk_log.setLevel(logging.CRITICAL)

OPEN_WITHIN = 10.0
"""How many seconds a handshake may take."""

CLOSE_WITHIN = 1.0
PING_INTERVAL = 5.0
"""Seconds between two pings; a connection without an answer is given up."""

SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 5.0
"""Seconds between two tries; each pause is twice the one before."""

REFUSED_PAUSE = 30.0
"""Seconds between two tries while Slack refuses the token, which a person has to change."""

_TRANSIENT = frozenset(
    {
        "",
        "fatal_error",
        "internal_error",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Errors of apps.connections.open that pass; all others are refusals of the token (its page at docs.slack.dev)."""

Serve = Callable[["SlackSocket", SocketModeRequest], Awaitable[None]]


class SocketRefusedError(PermissionError):
    """Slack refuses the app-level token; the message is a sentence for the operator."""


class SlackSocket(SocketModeClient):
    """slack_sdk's client, connecting in a way of its own; `serve` handles what comes in."""

    def __init__(self, app_token: str, web_client: AsyncWebClient, serve: Serve, health: Health) -> None:
        # With a proxy given the SDK does not look for one by its own rule; `_handshake` knows the right one.
        super().__init__(
            app_token, logger=_sdk_log, web_client=web_client, proxy="none", ping_interval=PING_INTERVAL
        )
        self.socket_mode_request_listeners.append(cast("Any", serve))
        self._health = health
        self._tasks = Tasks()
        self._lost_at = 0.0
        self._told = ""
        self._watching: tuple[asyncio.Task[None], ...] = ()
        self._pause = SHORTEST_PAUSE

    @property
    def connected(self) -> bool:
        """Whether a socket is open."""
        session = self.current_session
        return not self.closed and not self.stale and session is not None and not session.closed

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - the SDK's own
        """Replace the connection if it is lost, or if Slack asks for that."""
        async with self.connect_operation_lock:
            if force or not self.connected:
                await self.connect()

    async def connect(self) -> None:
        """Try until a socket is open."""
        while not self.closed:
            try:
                if await self.open_once():
                    return
            except SocketRefusedError as refusal:
                self._note_lost("refused", str(refusal))
                self._pause = REFUSED_PAUSE
            await asyncio.sleep(self._pause)

    async def open_once(self) -> bool:
        """Try once to open a socket; return whether that worked.

        Raises SocketRefusedError if Slack refuses the token.
        """
        await self._close_current()
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                session = await self._handshake(await self._new_address())
        except SocketRefusedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, a new address is tried
            self._pause = _next_pause(self._pause, error)
            self._note_lost("silent", f"Slack is not connected: no socket can be opened ({_cause(error)}).")
            return False
        self._use(session)
        return True

    async def _close_current(self) -> None:
        """Close the connection: Slack allows ten at a time, and may have asked for that because of too many."""
        if self.current_session is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSE_WITHIN):
                    await self.current_session.close()

    async def _new_address(self) -> str:
        try:
            client: Any = self.web_client  # the SDK leaves its dictionaries untyped
            answer = await client.apps_connections_open(app_token=self.app_token)
        except SlackApiError as error:
            if (code := _code(error)) not in _TRANSIENT:
                raise SocketRefusedError(refused_app_token(code)) from error
            raise
        return str(answer["url"])

    async def _handshake(self, address: str) -> Any:  # noqa: ANN401 - the SDK names no type that fits
        return await self.aiohttp_client_session.ws_connect(
            address, autoping=False, heartbeat=PING_INTERVAL, proxy=proxy_for(address), ssl=trusted()
        )

    def _use(self, session: Any) -> None:  # noqa: ANN401 - as above
        self.current_session, self.stale, self.last_ping_pong_time = session, False, None
        self._pause = SHORTEST_PAUSE
        for task in self._watching:
            task.cancel()
        self.current_session_monitor = self._tasks.start(self.monitor_current_session(), "ping Slack")
        self.message_receiver = self._tasks.start(self.receive_messages(), "listen to Slack")
        self._watching = (self.current_session_monitor, self.message_receiver)
        if self._told:
            away = asyncio.get_running_loop().time() - self._lost_at
            log.warning("Slack is connected again, after %d s", away)
        self._told = ""
        self._health.answered(SLACK_SOCKET)

    def _note_lost(self, kind: str, words: str) -> None:
        """Log once, not with each try."""
        if not self._told:
            self._lost_at = asyncio.get_running_loop().time()
        if self._told != kind and not self.closed:
            log.error("%s It is tried again and again.", words)
        self._told = kind
        self._health.refused(SLACK_SOCKET, words)


def refused_app_token(error: str) -> str:
    """Return what to do about an app-level token that Slack refuses."""
    return (
        f"Slack refuses SLACK_APP_TOKEN for Socket Mode ({error}): make an app-level token (xapp-...) with the scope "
        "connections:write under Basic Information of your Slack app, and copy it again."
    )


def _code(error: SlackApiError) -> str:
    response: Any = error.response
    body: Any = getattr(response, "data", response)
    # The body is whatever was sent: a dict of unknown types once it is one.
    return str(body.get("error") or "") if isinstance(body, dict) else ""  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]


def _cause(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return _code(error) or "Slack's answer cannot be read"
    return network_fault(error) or f"{type(error).__name__} {error}".strip()[:200]


def _next_pause(pause: float, error: Exception) -> float:
    """Return the seconds until the next try: twice as many as the last ones, or as Slack's Retry-After says."""
    headers: Any = getattr(getattr(error, "response", None), "headers", {})
    asked = next((str(headers[name]) for name in ("Retry-After", "retry-after") if name in headers), "")
    return float(asked) if asked.isdigit() else min(LONGEST_PAUSE, pause * 2)
