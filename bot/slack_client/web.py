"""Calls Slack's Web API, with results as values.

One session is shared. There are no retries here: they belong to the effects.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_client.outage import Outage
from bot.slack_client.rate_limiter import Rank, RateLimiter
from bot.tasks import Tasks

log = logging.getLogger("shiproom.slack")

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
_TRANSIENT = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_RESPONSE_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class CallSucceeded:
    """Slack carried the call out.

    `scopes` are the token's (the header x-oauth-scopes; Slack's docs, "OAuth scopes").
    """

    answer: dict[str, Any] = field(default_factory=dict[str, Any])
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CallDeferred:
    """The call has to be retried in `seconds`.

    `failed` if Slack is at fault, false for a rate limit or a known outage.
    """

    seconds: float
    why: str
    failed: bool = True


@dataclass(frozen=True, slots=True)
class CallRejected:
    """Slack rejected the call for good; `error` is Slack's own error code."""

    error: str


CallResult = CallSucceeded | CallDeferred | CallRejected


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, from Slack's auth.test."""

    team: str
    user: str
    bot: str
    enterprise: str = ""


class SlackWeb:
    """A client of Slack's Web API that respects rate limits and outages."""

    def __init__(
        self, token: str, base_url: str, now: Callable[[], float], tasks: Tasks | None = None
    ) -> None:
        self._tasks = tasks or Tasks()
        self._outage = Outage(now, self._probe)
        self._token = token
        self._base = base_url
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self.rate_limiter = RateLimiter(now)

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client on our session, created at first use.

        A session belongs to a running loop. The timeout is set on the session because the SDK's does not apply to a session
        that is passed in.
        """
        if self._client is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
            self._client = AsyncWebClient(
                self._token, base_url=self._base, session=self._session, retry_handlers=[], timeout=10
            )
        return self._client

    def acquire_slot(
        self, method: str, channel: str, key: str = "", rank: Rank = Rank.LINE
    ) -> CallDeferred | None:
        """Take a rate-limit slot for a method; None if the call may be made now.

        A caller that has to wait returns with the same `key`; of all who wait, the highest `rank` goes first. A caller with a
        key also waits while Slack is down.
        """
        outage_wait = self._outage.wait() if key else 0.0
        if outage_wait > 0:
            return CallDeferred(outage_wait, "Slack is down", failed=False)
        wait = self.rate_limiter.wait(method, channel, key, rank)
        return CallDeferred(wait, "rate limit", failed=False) if wait > 0 else None

    async def call(
        self, method: str, arguments: dict[str, Any], *, slot_taken: bool = False, read: bool = False
    ) -> CallResult:
        """Call a method once, if rate limits allow.

        `slot_taken` means that its slot was taken before.
        """
        wait = None if slot_taken else self.acquire_slot(method, str(arguments.get("channel", "")))
        if wait is not None:
            return wait
        called = await self._called(method, arguments, read=read)
        if not isinstance(called, CallDeferred):
            self.rate_limiter.resume(method)
        elif called.failed:
            self._outage.report_failure(self._tasks)
        return called

    async def _called(self, method: str, arguments: dict[str, Any], *, read: bool) -> CallResult:
        try:
            return await self._send(method, arguments, read=read)
        except SlackApiError as error:
            return self._failed(method, error)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return CallDeferred(1.0, f"Slack did not answer {method}: {type(error).__name__}")

    async def _probe(self) -> bool:
        """Return whether Slack answers a read-only call; a rejection counts as an answer."""
        called = await self._called("auth.test", {}, read=False)
        return not (isinstance(called, CallDeferred) and called.failed)

    def stop(self) -> None:
        """Stop probing whether Slack is back."""
        self._outage.stop()

    async def _send(self, method: str, arguments: dict[str, Any], *, read: bool) -> CallSucceeded:
        client: Any = self.client  # the SDK leaves its dictionaries untyped
        if read:
            answer = await client.api_call(method, http_verb="GET", params=arguments)
        else:
            answer = await client.api_call(method, json=arguments)
        body: Any = answer.data
        named = str(answer.headers.get("x-oauth-scopes", "")).replace(",", " ").split()
        return CallSucceeded(cast("dict[str, Any]", body) if isinstance(body, dict) else {}, frozenset(named))

    def _failed(self, method: str, error: SlackApiError) -> CallResult:
        response: Any = error.response
        status, headers = int(response.status_code), response.headers
        name = str(response.get("error", "")) if isinstance(response.data, dict) else ""
        if status == HTTPStatus.TOO_MANY_REQUESTS or name == "ratelimited":
            seconds = _seconds(headers)
            self.rate_limiter.pause(method, seconds)
            return CallDeferred(seconds, f"{method}: rate limited", failed=False)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or name in _TRANSIENT or not name:
            return CallDeferred(1.0, f"{method}: Slack answered {status} {name}")
        return CallRejected(name)

    async def identity(self) -> Identity | None:
        """Return who the bot is; None while Slack does not answer.

        Raises PermissionError if Slack rejects the token.
        """
        called = await self.call("auth.test", {})
        if isinstance(called, CallRejected):
            raise PermissionError(called.error)
        if isinstance(called, CallDeferred):
            return None
        answer = called.answer
        return Identity(
            str(answer["team_id"]),
            str(answer["user_id"]),
            str(answer.get("bot_id", "")),
            str(answer.get("enterprise_id") or ""),
        )

    async def respond(self, url: str, body: dict[str, Any]) -> bool:
        """Post to a response_url; return whether that worked.

        Slack's docs allow five uses within 30 minutes, and ours is the first.
        """
        session = self.client.session
        if session is None:
            return False
        try:
            async with session.post(
                url, json=body, timeout=_RESPONSE_TIMEOUT, allow_redirects=False
            ) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("a reply could not be posted: %s", type(error).__name__)
            return False

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
        self._client = self._session = None


def _seconds(headers: Any) -> float:  # noqa: ANN401 - a mapping of the SDK's
    for name in ("Retry-After", "retry-after"):
        value = str(headers.get(name, ""))
        if value.replace(".", "", 1).isdigit():
            return max(1.0, float(value))
    return 30.0
