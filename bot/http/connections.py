"""Bounds the open connections: in number, in the time for a request's head, and in the share of one address.

aiohttp waits for the head of a first request for ever, so half-sent heads used up all descriptors. What was received in full is
never dropped for another connection.
"""

import asyncio
import ipaddress
import resource
from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from aiohttp import web

from bot.metrics import REFUSED

HEAD_WITHIN = 10.0
"""How many seconds a sender may take for the head of a request, from its first byte or from the connection's begin."""

LEAST_SPARE = 128
SPARE_SHARE = 4
"""How many descriptors, or which part of them, are left to the database, to Slack, to CIs and to local runs."""

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
FEWEST, MOST = 16, 4096
_IPV6_NETWORK = 64
"""One host may have a whole network of this size (RFC 4291, 2.5.4)."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def most_connections() -> int:
    """Return how many connections the limit of open files allows."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return MOST
    return max(FEWEST, min(MOST, limit - max(LEAST_SPARE, limit // SPARE_SHARE)))


class Connections:
    """The open connections; makes room for a new one by ending the oldest that waits, of whoever has the most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_address: dict[str, dict[Connection, None]] = {}
        self._by_transport: dict[asyncio.BaseTransport, Connection] = {}

    def __len__(self) -> int:
        return len(self._by_transport)

    def make_room(self, opening: int) -> bool:
        """Return whether there is room for those that are being opened, after ending one that waits if need be."""
        return len(self) + opening <= self._most or self.end_oldest()

    def end_oldest(self) -> bool:
        """End the connection that waits longest, of the address that has the most; return whether there was one."""
        for crowd in sorted(self._by_address.values(), key=len, reverse=True):
            if (oldest := _oldest_waiting(crowd)) is not None:
                REFUSED.labels("crowded").inc()
                oldest.end()
                return True
        return False

    def add(self, connection: "Connection", transport: asyncio.Transport) -> None:
        """Count a connection that was opened."""
        self._by_address.setdefault(connection.address, {})[connection] = None
        self._by_transport[transport] = connection

    def remove(self, connection: "Connection", transport: asyncio.BaseTransport) -> None:
        """Forget a connection that is closed."""
        crowd = self._by_address.get(connection.address, {})
        crowd.pop(connection, None)
        if not crowd:
            self._by_address.pop(connection.address, None)
        self._by_transport.pop(transport, None)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note that a connection's request is handled."""
        connection = self._by_transport.get(cast("asyncio.Transport", request.transport))
        if connection is None:
            return await handler(request)
        connection.begin(request)
        try:
            return await handler(request)
        finally:
            connection.finish()


class Connection(asyncio.Protocol):
    """One connection: hands everything to aiohttp's own protocol, and ends when a head does not come in time."""

    def __init__(self, http: asyncio.Protocol, connections: Connections) -> None:
        self._http = http
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._request: web.Request | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._served = False
        self.address = ""

    @property
    def rank(self) -> int | None:
        """Return how soon it is ended to make room: waiting for a head, a body, another request; None if never."""
        if self._request is not None:
            return None if self._request.content.is_eof() else 1
        return 2 if self._served and self._deadline is None else 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        self._transport = cast("asyncio.Transport", transport)
        self.address = _host_of(self._transport.get_extra_info("peername"))
        self._connections.add(self, self._transport)
        self._wait_for_head()
        self._http.connection_made(transport)

    def received(self, data: bytes) -> None:
        """Hand on what came in; with the first byte of another head the time for it begins."""
        if self._request is None and self._deadline is None:
            self._wait_for_head()
        self._http.data_received(data)

    data_received = received  # asyncio calls it so

    def eof_received(self) -> bool | None:
        """Hand on that nothing more will come in."""
        return self._http.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        if self._transport is not None:
            self._connections.remove(self, self._transport)
        self._http.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand on that the other side reads slowly."""
        self._http.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that the other side has read."""
        self._http.resume_writing()

    def begin(self, request: web.Request) -> None:
        """Note that a head came in."""
        self._stop_waiting()
        self._request = request

    def finish(self) -> None:
        """Note that the request has its answer."""
        self._request, self._served = None, True

    def end(self) -> None:
        """Close at once."""
        self._stop_waiting()
        if self._transport is not None:
            self._connections.remove(self, self._transport)
            self._transport.abort()

    def _wait_for_head(self) -> None:
        self._deadline = asyncio.get_running_loop().call_later(HEAD_WITHIN, self._head_is_late)

    def _head_is_late(self) -> None:
        REFUSED.labels("slow head").inc()
        if self._transport is not None:
            self._transport.write(_TOO_SLOW)
        self.end()

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _oldest_waiting(crowd: Iterable[Connection]) -> Connection | None:
    """Return what waits for a head, or else for a body, or else for another request; the first of its kind is the oldest."""
    best: tuple[int, Connection] | None = None
    for each in crowd:
        rank = each.rank
        if rank == 0:
            return each
        if rank is not None and (best is None or rank < best[0]):
            best = rank, each
    return None if best is None else best[1]


def _host_of(peer: object) -> str:
    """Return whom a connection counts for: an address, of IPv6 the network."""
    written = str(cast("tuple[object, ...]", peer)[0]) if isinstance(peer, tuple) and peer else ""
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return written
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(address), _IPV6_NETWORK), strict=False))
    return str(address)
