"""Calls to Slack's Web API: one shared session, no retries inside (they belong to the effects), answers as values."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_api.outage import Outage
from bot.slack_api.pace import Pace
from bot.tasks import Tasks

log = logging.getLogger("shiproom.slack")

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_RESPONSE_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class Said:
    """Slack did it; `scopes` are those of the token (the header x-oauth-scopes; Slack's docs, "OAuth scopes")."""

    answer: dict[str, Any] = field(default_factory=dict[str, Any])
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NotNow:
    """Slack did not do it now and may later; `failed` tells a fault of Slack from our own pace."""

    seconds: float
    why: str
    failed: bool = True


@dataclass(frozen=True, slots=True)
class Never:
    """Slack will not do it; `error` is Slack's own name for why."""

    error: str


Called = Said | NotNow | Never


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, from Slack's auth.test."""

    team: str
    user: str
    bot: str
    enterprise: str = ""


class SlackWeb:
    """Our side of Slack's Web API."""

    def __init__(
        self, token: str, base_url: str, now: Callable[[], float], tasks: Tasks | None = None
    ) -> None:
        self._tasks = tasks or Tasks()
        self._outage = Outage(now, self._answers)
        self._token = token
        self._base = base_url
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self.pace = Pace(now)

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client on our session: made at first use, since a session belongs to a running loop.

        The session's own time limit is set here because the SDK's does not apply to one that it is handed.
        """
        if self._client is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
            self._client = AsyncWebClient(
                self._token, base_url=self._base, session=self._session, retry_handlers=[], timeout=10
            )
        return self._client

    def turn(self, method: str, channel: str, key: str = "") -> NotNow | None:
        """Take the turn to call a method; who has to wait comes back with the same `key`, for which a place is kept.

        Who has a key can wait, and does so while Slack is away.
        """
        rest = self._outage.rest() if key else 0.0
        if rest > 0:
            return NotNow(rest, "Slack is away", failed=False)
        wait = self.pace.wait(method, channel, key)
        return NotNow(wait, "pace", failed=False) if wait > 0 else None

    async def call(
        self, method: str, arguments: dict[str, Any], *, in_turn: bool = False, read: bool = False
    ) -> Called:
        """Call a method once, if the pace allows; `in_turn` says that its turn was taken before."""
        wait = None if in_turn else self.turn(method, str(arguments.get("channel", "")))
        if wait is not None:
            return wait
        called = await self._called(method, arguments, read=read)
        if not isinstance(called, NotNow):
            self.pace.well(method)
        elif called.failed:
            self._outage.doubt(self._tasks)
        return called

    async def _called(self, method: str, arguments: dict[str, Any], *, read: bool) -> Called:
        try:
            return await self._send(method, arguments, read=read)
        except SlackApiError as error:
            return self._refused(method, error)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return NotNow(1.0, f"Slack did not answer {method}: {type(error).__name__}")

    async def _answers(self) -> bool:
        """Ask something that changes nothing; also a refusal is an answer."""
        called = await self._called("auth.test", {}, read=False)
        return not (isinstance(called, NotNow) and called.failed)

    def stop(self) -> None:
        """Ask no more whether Slack is back."""
        self._outage.stop()

    async def _send(self, method: str, arguments: dict[str, Any], *, read: bool) -> Said:
        client: Any = self.client  # the SDK leaves its dictionaries untyped
        if read:
            answer = await client.api_call(method, http_verb="GET", params=arguments)
        else:
            answer = await client.api_call(method, json=arguments)
        body: Any = answer.data
        named = str(answer.headers.get("x-oauth-scopes", "")).replace(",", " ").split()
        return Said(cast("dict[str, Any]", body) if isinstance(body, dict) else {}, frozenset(named))

    def _refused(self, method: str, error: SlackApiError) -> Called:
        response: Any = error.response
        status, headers = int(response.status_code), response.headers
        name = str(response.get("error", "")) if isinstance(response.data, dict) else ""
        if status == HTTPStatus.TOO_MANY_REQUESTS or name == "ratelimited":
            seconds = _seconds(headers)
            self.pace.pause(method, seconds)
            return NotNow(seconds, f"{method}: rate limited", failed=False)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or name in _PASSING or not name:
            return NotNow(1.0, f"{method}: Slack answered {status} {name}")
        return Never(name)

    async def identity(self) -> Identity | None:
        """Ask who the bot is; None while Slack does not answer.

        Raises PermissionError where Slack refuses the token.
        """
        called = await self.call("auth.test", {})
        if isinstance(called, Never):
            raise PermissionError(called.error)
        if isinstance(called, NotNow):
            return None
        answer = called.answer
        return Identity(
            str(answer["team_id"]),
            str(answer["user_id"]),
            str(answer.get("bot_id", "")),
            str(answer.get("enterprise_id") or ""),
        )

    async def respond(self, url: str, body: dict[str, Any]) -> bool:
        """Answer through a response_url: five uses within 30 minutes (Slack's docs), ours is the first."""
        session = self.client.session
        if session is None:
            return False
        try:
            async with session.post(
                url, json=body, timeout=_RESPONSE_TIMEOUT, allow_redirects=False
            ) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("an answer could not be given: %s", type(error).__name__)
            return False

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
        self._client = self._session = None


def _seconds(headers: Any) -> float:  # noqa: ANN401 - a mapping of the SDK's
    for name in ("Retry-After", "retry-after"):
        value = str(headers.get(name, ""))
        if value.replace(".", "", 1).isdigit():
            return max(1.0, float(value))
    return 30.0
