"""The one HTTP client of all CI systems: a write leaves once at most, a read gives up soon, limits are kept, no secret leaks.

aiohttp by itself sends PUT and DELETE a second time when a connection is cut (its `client.py`, idempotent methods), and a
kept-alive connection that the server has just closed makes it unclear whether a request was read; so each write gets a
connection of its own and may be started one time.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from yarl import URL

from bot.ci_api.answer import Answer, Lost, Sent, Unsent, pause_after, transient
from bot.ci_api.resolver import HostRefusedError, PublicAddresses, require_allowed
from bot.clock import Clock
from bot.outside_json import read_json

log = logging.getLogger("shiproom.ci")

TIMEOUT = 10.0
"""How many seconds a request may take."""

CONNECT_WITHIN = 5.0
_CONNECTING = 0.9
"""The part of its time that a request has to be connected in, so that running out of it then proves that it never left."""

MOST_BYTES = 4 * 1024 * 1024
"""More than any page of runs; what is longer is cut off, and then is no JSON."""

_SOUND = re.compile(r"[!-~]+")
"""No space, line end or letter outside ASCII: they would have to be encoded, and in a request's first line they forge it."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom a client speaks to. `root` is what paths are added to, `headers` go with every request.

    `redact` takes secrets out of texts that people will see. With `hosts` only those are spoken to, and an address inside
    a private network only if its host is among `private_hosts`; without it nobody but `root`, as the policy has it.
    """

    name: str
    root: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    redact: Callable[[str], str] = str
    hosts: frozenset[str] | None = None
    private_hosts: frozenset[str] = frozenset()


class CiClient:
    """The client of one connected CI. Nothing here raises for what a network or a CI does."""

    def __init__(self, peer: Peer, clock: Clock) -> None:
        self._peer = peer
        self._clock = clock
        self._reading: aiohttp.ClientSession | None = None
        self._writing: aiohttp.ClientSession | None = None
        self._resolver: PublicAddresses | None = None
        self._quiet_until = 0.0

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: "Body | None" = None,
        headers: Mapping[str, str] | None = None,
        not_after: float = float("inf"),
    ) -> Sent:
        """Send a write once. `not_after` is the monotonic time in seconds after which it must not leave any more."""
        now = self._clock.monotonic()
        if now < self._quiet_until:
            return Unsent("the CI has asked to be left alone for a while", self._quiet_until - now)
        left = min(TIMEOUT, not_after - now)
        if left <= 0:
            return Unsent("the request was not sent in time")
        if self._writing is None:
            self._writing = self._session(force_close=True)
        try:
            url = self._url(path)
        except ValueError as error:
            return Unsent(self._peer.redact(str(error)), final=True)
        try:
            return await self._exchange(
                self._writing, method, url, _Sending(body, headers, {}, left, (_Once(),))
            )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            return self._unsent(error)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Lost(self._peer.redact(f"no answer: {_named(error)}"))

    def _unsent(self, error: Exception) -> Unsent:
        cause = getattr(error, "os_error", None)
        if isinstance(cause, HostRefusedError):
            return Unsent(self._peer.redact(str(cause)), final=True)
        return Unsent(self._peer.redact(f"no connection: {_named(error)}"))

    async def read(
        self, path: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """Read something; None where it cannot be read now: no connection, no answer in time, 5xx, or a limit is reached."""
        if self._clock.monotonic() < self._quiet_until:
            return None
        if self._reading is None:
            self._reading = self._session(force_close=False)
        try:
            sending = _Sending(None, headers, params or {}, TIMEOUT)
            answer = await self._exchange(self._reading, "GET", self._url(path), sending)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("%s cannot be read: %s", self._peer.name, self._peer.redact(_named(error)))
            return None
        if answer.status >= 500 or transient(answer):  # noqa: PLR2004 - HTTP's server errors
            where = self._peer.redact(path)
            log.warning("%s answered %s to %s", self._peer.name, answer.status, where)
            return None
        return answer

    async def _exchange(
        self, session: aiohttp.ClientSession, method: str, url: URL, sending: "_Sending"
    ) -> Answer:
        body = sending.body or Body()
        async with session.request(
            method,
            url,
            params=dict(sending.params) or None,
            headers=dict(sending.headers or {}),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=sending.seconds, connect=min(CONNECT_WITHIN, sending.seconds * _CONNECTING)
            ),
            middlewares=sending.middlewares,
            json=body.json,
            data=None if body.form is None else dict(body.form),
        ) as response:
            raw = await response.content.read(MOST_BYTES)
            while len(raw) < MOST_BYTES and (more := await response.content.read(MOST_BYTES - len(raw))):
                raw += more
            answer = Answer(response.status, dict(response.headers.items()), _text(raw), _parsed(raw))
        wait = pause_after(answer, self._clock.now().timestamp())
        if wait > 0:
            self._quiet_until = max(self._quiet_until, self._clock.monotonic() + wait)
        return replace(answer, pause=wait)

    def _url(self, path: str) -> URL:
        """Give the address of a path, or of an address; raises ValueError if it is none, or not of whom is spoken to."""
        written = self._peer.root.rstrip("/") + path if path.startswith("/") else path
        url = URL(written, encoded=True)
        if not _SOUND.fullmatch(written) or url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("this is no address that can be asked")
        if self._peer.hosts is not None:
            require_allowed(url.host, self._peer.hosts, self._peer.private_hosts)
        elif url.origin() != URL(self._peer.root, encoded=True).origin():
            raise ValueError(f"{url.host} is not where {self._peer.name} is")
        return url

    def _session(self, *, force_close: bool) -> aiohttp.ClientSession:
        """Made at first use: a session belongs to a running loop."""
        if self._peer.hosts is not None and self._resolver is None:
            self._resolver = PublicAddresses(self._peer.private_hosts)
        connector = aiohttp.TCPConnector(force_close=force_close, limit=20, resolver=self._resolver)
        return aiohttp.ClientSession(
            connector=connector,
            headers={"Accept": "application/json", "User-Agent": "shiproom", **self._peer.headers},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def close(self) -> None:
        """Let go of connections."""
        for session in (self._reading, self._writing):
            if session is not None:
                await session.close()
        if self._resolver is not None:
            await self._resolver.close()
        self._reading = self._writing = self._resolver = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a write carries: one of the two, `json` as it is, `form` url-encoded."""

    json: Any = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Sending:
    body: Body | None
    headers: Mapping[str, str] | None
    params: Mapping[str, str]
    seconds: float
    middlewares: Sequence[aiohttp.ClientMiddlewareType] = ()


class _Once:
    """A request middleware that lets its request through one time (aiohttp calls it again when it sends again)."""

    def __init__(self) -> None:
        self._sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self._sent:
            raise aiohttp.ServerDisconnectedError
        self._sent = True
        return await handler(request)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _parsed(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON by what it is, not by what it is called: Buildbot sends some as text/plain."""
    if raw.lstrip()[:1] not in {b"{", b"["}:
        return None
    try:
        return read_json(raw)
    except (ValueError, RecursionError):
        return None


def _named(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()[:300]
