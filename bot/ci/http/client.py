"""The HTTP client of all CIs: sends a write at most once, keeps rate limits, leaks no secret.

aiohttp by itself sends PUT and DELETE a second time when a connection is cut (its `client.py`, idempotent methods), and a
kept-alive connection that the server has just closed makes it unclear whether a request was read. So each write gets a
connection of its own and may be started one time. A read gives up after TIMEOUT.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from bot.ci.http import resolver
from bot.ci.http.limits import RateLimits
from bot.ci.http.response import CiResponse, NoResponse, NotSent, SendResult, transient
from bot.clock import Clock
from bot.outside_json import read_json

log = logging.getLogger("shiproom.ci")

TIMEOUT = 10.0
"""How many seconds a request may take."""

CONNECT_WITHIN = 5.0
MOST_READS = 20
"""How many reads are under way at once; GitHub takes 100 (its docs, "Rate limits for the REST API")."""

_BROKEN = 500
_CONNECT_SHARE = 0.9
"""The share of its time that a request has to connect in; running out of it proves that it never left."""

MOST_BYTES = 4 * 1024 * 1024
"""More than any page of runs; a longer body is cut off, and is then not JSON."""

_SAFE_URL = re.compile(r"[!-~]+")
"""No spaces, line ends or characters outside ASCII: unencoded, they could forge a request's first line."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The server that a client talks to; `product` is what people call it.

    Paths are added to `root`, and `headers` go with every request. `redact` takes secrets out of texts that people will see.
    With `hosts` only those are contacted, and an address inside a private network only if its host is among
    `private_hosts`. Without `hosts` only `root` is contacted, as the policy names it.
    """

    name: str
    root: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    redact: Callable[[str], str] = str
    hosts: frozenset[str] | None = None
    private_hosts: frozenset[str] = frozenset()
    product: str = "the CI"


class CiClient:
    """The client of one connected CI. No method raises for network or CI errors."""

    def __init__(self, peer: Peer, clock: Clock) -> None:
        self._peer = peer
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
        body: "RequestBody | None" = None,
        headers: Mapping[str, str] | None = None,
        not_after: float = float("inf"),
    ) -> SendResult:
        """Send a write once.

        `not_after` is the monotonic time in seconds after which it must not be sent any more.
        """
        if (blocked := self._limits.blocked()) is not None:
            return blocked
        left = min(TIMEOUT, not_after - self._clock.monotonic())
        if left <= 0:
            return NotSent("the request was not sent in time")
        if self._write_session is None:
            self._write_session = self._session(force_close=True)
        try:
            url = self._url(path)
        except ValueError as error:
            return NotSent(self._peer.redact(str(error)), final=True)
        try:
            return await self._exchange(
                self._write_session, method, url, _RequestOptions(body, headers, {}, left, (_SendOnce(),))
            )
        except resolver.NOT_CONNECTED as error:
            return self._not_sent(error)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return NoResponse(self._peer.redact(f"no answer: {_describe(error)}"))

    def _not_sent(self, error: Exception) -> NotSent:
        cause = getattr(error, "os_error", error)
        final = isinstance(cause, resolver.HostRefusedError)
        why = str(cause) if final else f"no connection: {_describe(error)}"
        return NotSent(self._peer.redact(why), final=final)

    async def read(
        self, path: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> CiResponse | None:
        """Read a resource; None if it cannot be read now.

        That is: no connection, no answer in time, 5xx, or a rate limit.
        """
        options = _RequestOptions(None, headers, params or {}, TIMEOUT)
        try:
            answer = await self._read_in_turn(path, options)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("%s cannot be read: %s", self._peer.name, self._peer.redact(_describe(error)))
            return None
        if answer is not None and (answer.status >= _BROKEN or transient(answer)):
            log.warning("%s answered %s to %s", self._peer.name, answer.status, self._peer.redact(path))
            return None
        return answer

    async def _read_in_turn(self, path: str, options: "_RequestOptions") -> CiResponse | None:
        """Read as one of MOST_READS; waiting for a turn does not count as connecting, and ends with a limit."""
        async with self._turns:
            if self._limits.blocked() is not None:
                return None
            if self._read_session is None:
                self._read_session = self._session(force_close=False)
            return await self._exchange(self._read_session, "GET", self._url(path), options)

    async def _exchange(
        self, session: aiohttp.ClientSession, method: str, url: URL, options: "_RequestOptions"
    ) -> CiResponse:
        body, sent_at = options.body or RequestBody(), self._clock.monotonic()
        async with session.request(
            method,
            url,
            params=dict(options.params) or None,
            headers=dict(options.headers or {}),
            allow_redirects=False,
            proxy=await resolver.proxy_to(url, self._peer.hosts, self._peer.private_hosts),
            timeout=aiohttp.ClientTimeout(
                total=options.seconds, connect=min(CONNECT_WITHIN, options.seconds * _CONNECT_SHARE)
            ),
            middlewares=options.middlewares,
            json=body.json,
            data=None if body.form is None else dict(body.form),
        ) as response:
            raw = await response.content.read(MOST_BYTES)
            while len(raw) < MOST_BYTES and (more := await response.content.read(MOST_BYTES - len(raw))):
                raw += more
            answer = CiResponse(
                response.status, dict(response.headers.items()), _decode(raw), _parse_json(raw)
            )
        return self._limits.apply(answer, sent_at)

    def _url(self, path: str) -> URL:
        """Return the address of a path or an address.

        Raises ValueError if it is not one, or not on an allowed host.
        """
        address = self._peer.root.rstrip("/") + path if path.startswith("/") else path
        url = URL(address, encoded=True)
        if not _SAFE_URL.fullmatch(address) or url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("this is not an address that can be requested")
        if self._peer.hosts is not None:
            resolver.require_allowed(url.host, self._peer.hosts, self._peer.private_hosts)
        elif url.origin() != URL(self._peer.root, encoded=True).origin():
            raise ValueError(f"{url.host} is not the host of {self._peer.name}")
        return url

    def _session(self, *, force_close: bool) -> aiohttp.ClientSession:
        """Open a session at first use: it belongs to a running event loop."""
        if self._peer.hosts is not None and self._resolver is None:
            self._resolver = resolver.resolver_for(self._peer.hosts, self._peer.private_hosts)
        connector = aiohttp.TCPConnector(force_close=force_close, limit=MOST_READS, resolver=self._resolver)
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


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The body of a write: either `json`, or `form`, which is url-encoded."""

    json: Any = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _RequestOptions:
    body: RequestBody | None
    headers: Mapping[str, str] | None
    params: Mapping[str, str]
    seconds: float
    middlewares: Sequence[aiohttp.ClientMiddlewareType] = ()


class _SendOnce:
    """A request middleware that passes its request once; aiohttp calls it again to resend."""

    def __init__(self) -> None:
        self._sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self._sent:
            raise aiohttp.ServerDisconnectedError
        self._sent = True
        return await handler(request)


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _parse_json(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Parse JSON whatever its content type: Buildbot sends some as text/plain."""
    if raw.lstrip()[:1] not in {b"{", b"["}:
        return None
    try:
        return read_json(raw)
    except (ValueError, RecursionError):
        return None


def _describe(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()[:300]
