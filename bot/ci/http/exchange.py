"""What a request to a CI consists of, and how its response is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.ci.http.response import CiResponse
from bot.network_faults import network_fault
from bot.outside_json import read_json

MOST_BYTES = 4 * 1024 * 1024
"""More than any page of runs; a longer body is cut off, and is then not JSON."""


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The body of a write: either `json`, or `form`, which is url-encoded."""

    json: Any = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What a request has besides its method and its address; `seconds` is how long it may take.

    A read is followed to where it has moved if `follows`; that what is `optional` is refused says nothing of the connection.
    """

    body: RequestBody | None
    headers: Mapping[str, str] | None
    params: Mapping[str, str]
    seconds: float
    middlewares: Sequence[aiohttp.ClientMiddlewareType] = ()
    follows: bool = True
    optional: bool = False


class SendOnce:
    """A request middleware that passes its request once; aiohttp calls it again to resend."""

    def __init__(self) -> None:
        self._sent = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Pass the request, or raise ServerDisconnectedError."""
        if self._sent:
            raise aiohttp.ServerDisconnectedError
        self._sent = True
        return await handler(request)


async def read_response(response: aiohttp.ClientResponse) -> CiResponse:
    """Read a response to its end, or up to MOST_BYTES."""
    raw = await response.content.read(MOST_BYTES)
    while len(raw) < MOST_BYTES and (more := await response.content.read(MOST_BYTES - len(raw))):
        raw += more
    written = raw.decode("utf-8", "replace")
    return CiResponse(response.status, dict(response.headers.items()), written, _parse_json(raw))


def _parse_json(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Parse JSON whatever its content type: Buildbot sends some as text/plain."""
    if raw.lstrip()[:1] not in {b"{", b"["}:
        return None
    try:
        return read_json(raw)
    except (ValueError, RecursionError):
        return None


def describe(error: Exception) -> str:
    """Return the kind of a network error and its message, for logs; in words where somebody has to change something."""
    return network_fault(error) or f"{type(error).__name__} {error}".strip()[:300]
