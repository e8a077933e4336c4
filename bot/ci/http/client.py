"""The HTTP client of all CIs: sends a write at most once, keeps rate limits, leaks no secret.

aiohttp by itself sends PUT and DELETE a second time when a connection is cut (its `client.py`, idempotent methods), and a
kept-alive connection that the server has just closed makes it unclear whether a request was read. So each write gets a
connection of its own and may be started one time. A read gives up after TIMEOUT.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace

import aiohttp
from yarl import URL

from bot.ci.http import resolver
from bot.ci.http.exchange import RequestBody, RequestOptions, SendOnce, describe, read_response
from bot.ci.http.limits import RateLimits
from bot.ci.http.peer import Peer
from bot.ci.http.reports import Reports
from bot.ci.http.response import CiResponse, NoResponse, NotSent, SendResult, transient
from bot.clock import Clock
from bot.health import Health
from bot.tracing import tracer
from bot.trust import trusted

log = logging.getLogger("shiproom.ci")

TIMEOUT = 10.0
"""How many seconds a request may take."""

CONNECT_WITHIN = 5.0
MOST_READS = 20
"""How many reads are under way at once; GitHub takes 100 (its docs, "Rate limits for the REST API")."""

_BROKEN = 500
_CONNECT_SHARE = 0.9
"""The share of its time that a request has to connect in; running out of it proves that it never left."""

_FOLLOWED = frozenset({301, 302, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
_MOST_REDIRECTS = 5

__all__ = ["MOST_READS", "CiClient", "Peer", "RequestBody"]


class CiClient:
    """The client of one connected CI. No method raises for network or CI errors."""

    def __init__(self, peer: Peer, clock: Clock, health: Health | None = None) -> None:
        self._peer = peer
        self.reports = Reports(peer, health)
        self._clock = clock
        self._read_session: aiohttp.ClientSession | None = None
        self._write_session: aiohttp.ClientSession | None = None
        self._resolver: resolver.PublicAddresses | None = None
        self._limits = RateLimits(peer.product, clock)
        self._turns = asyncio.Semaphore(MOST_READS)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: RequestBody | None = None,
        headers: Mapping[str, str] | None = None,
        not_after: float = float("inf"),
    ) -> SendResult:
        """Send a write once.

        `not_after` is the monotonic time in seconds after which it must not be sent any more.
        """
        if (blocked := self._limits.blocked()) is not None:
            self.reports.limited(blocked)
            return blocked
        left = min(TIMEOUT, not_after - self._clock.monotonic())
        if left <= 0:
            return NotSent("the request was not sent in time")
        if self._write_session is None:
            self._write_session = self._session(force_close=True)
        try:
            url = self._peer.url(path)
        except ValueError as error:
            return NotSent(self._peer.redact(str(error)), final=True)
        try:
            answer = await self._exchange(
                self._write_session, method, url, RequestOptions(body, headers, {}, left, (SendOnce(),))
            )
        except resolver.NOT_CONNECTED as error:
            self.reports.failed(error)
            return self._not_sent(error)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            self.reports.failed(error)
            return NoResponse(self._peer.redact(f"no answer: {describe(error)}"))
        self.reports.sent(answer)
        return answer

    def _not_sent(self, error: Exception) -> NotSent:
        cause = getattr(error, "os_error", error)
        final = isinstance(cause, resolver.HostRefusedError)
        why = str(cause) if final else f"no connection: {describe(error)}"
        return NotSent(self._peer.redact(why), final=final)

    async def read(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        optional: bool = False,
    ) -> CiResponse | None:
        """Read a resource, also where it has moved to inside its origin; None if it cannot be read now.

        That is: no connection, no answer in time, 5xx, or a rate limit. That what is `optional` is refused says nothing of
        the connection.
        """
        return await self._read(path, RequestOptions(None, headers, params or {}, TIMEOUT, optional=optional))

    async def read_here(self, path: str, headers: Mapping[str, str]) -> CiResponse | None:
        """Read a path itself, wherever it redirects to: a login sets its cookie with a redirect."""
        return await self._read(
            path, RequestOptions(None, headers, {}, TIMEOUT, follows=False, optional=True)
        )

    async def _read(self, path: str, options: RequestOptions) -> CiResponse | None:
        try:
            answer = await self._read_in_turn(path, options)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            self.reports.failed(error)
            log.warning("%s cannot be read: %s", self._peer.name, self._peer.redact(describe(error)))
            return None
        if answer is None:
            return None
        self.reports.read(path, answer, optional=options.optional)
        if answer.status >= _BROKEN or transient(answer):
            where = self._peer.redact(path)
            log.warning("%s answered %s to %s", self._peer.name, answer.status, where)
            return None
        return answer

    async def _read_in_turn(self, path: str, options: RequestOptions) -> CiResponse | None:
        """Read as one of MOST_READS; waiting for a turn does not count as connecting, and ends with a limit."""
        async with self._turns:
            if (blocked := self._limits.blocked()) is not None:
                self.reports.limited(blocked)
                return None
            if self._read_session is None:
                self._read_session = self._session(force_close=False)
            return await self._follow(self._read_session, self._peer.url(path), options)

    async def _follow(self, session: aiohttp.ClientSession, url: URL, options: RequestOptions) -> CiResponse:
        """Read an address and follow redirects inside its origin (RFC 9110, 15.4), where nothing is sent to anybody else."""
        answer = await self._exchange(session, "GET", url, options)
        for _ in range(_MOST_REDIRECTS):
            target = self._peer.redirected(url, answer.header("Location"))
            if answer.status not in _FOLLOWED or target is None or not options.follows:
                break
            if answer.status in _MOVED_FOR_GOOD:
                log.warning("%s has moved to %s", self._peer.redact(url.path), self._peer.redact(target.path))
            url, options = target, replace(options, params={})
            answer = await self._exchange(session, "GET", url, options)
        return answer

    async def _exchange(
        self, session: aiohttp.ClientSession, method: str, url: URL, options: RequestOptions
    ) -> CiResponse:
        body, sent_at = options.body or RequestBody(), self._clock.monotonic()
        proxy = await resolver.proxy_to(url, self._peer.hosts, self._peer.private_hosts)
        with tracer().call(method) as span:
            span.set("http.request.method", method)
            span.set("server.address", url.host or "")
            async with session.request(
                method,
                url,
                params=dict(options.params) or None,
                headers=dict(options.headers or {}),
                allow_redirects=False,
                proxy=proxy,
                timeout=aiohttp.ClientTimeout(
                    total=options.seconds, connect=min(CONNECT_WITHIN, options.seconds * _CONNECT_SHARE)
                ),
                middlewares=options.middlewares,
                json=body.json,
                data=None if body.form is None else dict(body.form),
            ) as response:
                answer = await read_response(response)
            span.set("http.response.status_code", answer.status)
        return self._limits.apply(answer, sent_at)

    def _session(self, *, force_close: bool) -> aiohttp.ClientSession:
        """Open a session at first use: it belongs to a running event loop."""
        if self._peer.hosts is not None and self._resolver is None:
            self._resolver = resolver.resolver_for(self._peer.hosts, self._peer.private_hosts)
        connector = aiohttp.TCPConnector(
            force_close=force_close, limit=MOST_READS, resolver=self._resolver, ssl=trusted()
        )
        return aiohttp.ClientSession(
            connector=connector,
            headers={"Accept": "application/json", "User-Agent": "shiproom", **self._peer.headers},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close connections."""
        for session in (self._read_session, self._write_session):
            if session is not None:
                await session.close()
        if self._resolver is not None:
            await self._resolver.close()
        self._read_session = self._write_session = self._resolver = None
