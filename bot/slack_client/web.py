"""Calls Slack's Web API, with results as values.

One session is shared. There are no retries here: they belong to the effects.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.health import Health
from bot.network_faults import network_fault
from bot.proxies import proxy_for
from bot.slack_client.answers import read_answer, read_error, response_error
from bot.slack_client.newer_blocks import NewerBlocks, has_newer
from bot.slack_client.outage import Outage
from bot.slack_client.rate_limiter import Rank, RateLimiter
from bot.slack_client.refusals import OF_THE_TOKEN, Refusals
from bot.slack_client.results import CallDeferred, CallRejected, CallResult, CallSucceeded
from bot.tasks import Tasks
from bot.tracing import tracer
from bot.trust import trusted

log = logging.getLogger("shiproom.slack")

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
_RESPONSE_TIMEOUT = aiohttp.ClientTimeout(total=5)
_LONGEST_ERROR = 500
"""Bytes that are read of an answer to a post to a response_url."""
_NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, from Slack's auth.test; `url` is the address of the workspace, with a slash at its end."""

    team: str
    user: str
    bot: str
    enterprise: str = ""
    url: str = ""


class SlackWeb:
    """A client of Slack's Web API that respects rate limits and outages."""

    def __init__(
        self,
        token: str,
        base_url: str,
        now: Callable[[], float],
        tasks: Tasks | None = None,
        health: Health | None = None,
    ) -> None:
        self._tasks = tasks or Tasks()
        self._outage = Outage(now, self._probe)
        self._token = token
        self._base = base_url
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self.rate_limiter = RateLimiter(now)
        self.refusals = Refusals(now, health)
        self._newer_blocks = NewerBlocks(now)

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client on our session, created at first use.

        A session belongs to a running loop. The timeout is set on the session because the SDK's does not apply to a session
        that is passed in.
        """
        if self._client is None:
            connector = aiohttp.TCPConnector(ssl=trusted())
            self._session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT)
            self._client = AsyncWebClient(
                self._token, base_url=self._base, session=self._session, retry_handlers=[], timeout=10
            )
            # Set afterwards: the SDK reads the environment by itself where it is given none, without NO_PROXY.
            self._client.proxy = proxy_for(self._base)
        return self._client

    def acquire_slot(
        self, method: str, channel: str, key: str = "", rank: Rank = Rank.LINE
    ) -> CallDeferred | None:
        """Take a rate-limit slot for a method; None if the call may be made now.

        A caller that has to wait returns with the same `key`; of all who wait, the highest `rank` goes first. A caller with a
        key also waits while Slack is down or refuses what it is about to do.
        """
        outage_wait = self._outage.wait() if key else 0.0
        if outage_wait > 0:
            return CallDeferred(outage_wait, self.refusals.words() or "Slack does not answer", failed=False)
        refused = self.refusals.wait(method, channel, key) if key else None
        if refused is not None:
            return refused
        wait = self.rate_limiter.wait(method, channel, key, rank)
        return CallDeferred(wait, "rate limit", failed=False) if wait > 0 else None

    async def call(
        self, method: str, arguments: dict[str, Any], *, slot_taken: bool = False, read: bool = False
    ) -> CallResult:
        """Call a method once, if rate limits allow.

        `slot_taken` means that its slot was taken before.
        """
        channel = str(arguments.get("channel", ""))
        wait = None if slot_taken else self.acquire_slot(method, channel)
        if wait is not None:
            return wait
        with tracer().call(f"Slack {method}") as span:
            send = partial(self._called, method, read=read)
            called = await self._newer_blocks.send(arguments, send, _error)
            span.set("rpc.method", method)
            if not isinstance(called, CallSucceeded):
                span.fail(_error(called) or "not_now")
        if isinstance(called, CallDeferred) and not called.failed:
            self.rate_limiter.pause(method, called.seconds)
        elif not isinstance(called, CallDeferred):
            self.rate_limiter.resume(method)
        self.refusals.note(method, channel, called)
        if _is_outage(called):
            self._outage.report_failure(self._tasks)
        return called

    async def _called(self, method: str, arguments: dict[str, Any], *, read: bool) -> CallResult:
        """Send a call; whatever comes back, or nothing, is a result."""
        client: Any = self.client  # the SDK leaves its dictionaries untyped
        try:
            if read:
                answer = await client.api_call(method, http_verb="GET", params=arguments)
            else:
                answer = await client.api_call(method, json=arguments)
            return read_answer(method, answer)
        except SlackApiError as error:
            return read_error(method, error)
        except _NO_ANSWER as error:
            why = network_fault(error) or type(error).__name__
            return CallDeferred(1.0, f"Slack did not answer {method}: {why}")
        except Exception as error:  # noqa: BLE001 - the SDK stumbles in several ways over what is no answer of Slack
            return CallDeferred(1.0, f"{method}: the answer cannot be read ({type(error).__name__})")

    async def _probe(self) -> bool:
        """Return whether Slack answers a read-only call, other than with a refusal of the token."""
        called = await self._called("auth.test", {}, read=False)
        self.refusals.note("auth.test", "", called)
        return not _is_outage(called)

    def stop(self) -> None:
        """Stop probing whether Slack is back."""
        self._outage.stop()

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
            str(answer.get("bot_id") or ""),
            str(answer.get("enterprise_id") or ""),
            str(answer.get("url") or ""),
        )

    async def respond(self, url: str, body: dict[str, Any]) -> bool:
        """Post to a response_url; return whether that worked.

        Slack's docs allow five uses within 30 minutes, and ours are the first ones.
        """
        return not await self._newer_blocks.send(body, partial(self._responded, url), str)

    async def _responded(self, url: str, body: dict[str, Any]) -> str:
        """Post to a response_url; return why that did not work, or nothing.

        A 200 is believed without reading on, unless the message holds what Slack may refuse with a 200 too.
        """
        session = self.client.session
        if session is None:
            return "not connected"
        try:
            async with session.post(
                url,
                json=body,
                timeout=_RESPONSE_TIMEOUT,
                allow_redirects=False,
                proxy=proxy_for(url),
            ) as answer:
                worked = answer.ok and not has_newer(body)
                return "" if worked else response_error(answer.status, await _beginning(answer))
        except _NO_ANSWER as error:
            why = network_fault(error) or type(error).__name__
            log.warning("a reply could not be posted: %s", why)
            return why

    async def close(self) -> None:
        """Stop probing, and close all connections."""
        self.stop()
        if self._session is not None:
            await self._session.close()
        self._client = self._session = None


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    """Read the first bytes of an answer; empty if they do not come, since the post has taken effect by then or has not."""
    with suppress(*_NO_ANSWER):
        return (await answer.content.read(_LONGEST_ERROR)).decode(errors="replace")
    return ""


def _error(called: CallResult) -> str:
    """Return Slack's error for a call that it rejected; otherwise empty."""
    return called.error if isinstance(called, CallRejected) else ""


def _is_outage(called: CallResult) -> bool:
    """Return whether all calls would fare like this one."""
    if isinstance(called, CallRejected):
        return called.error in OF_THE_TOKEN
    return isinstance(called, CallDeferred) and called.failed
