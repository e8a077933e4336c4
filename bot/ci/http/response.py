"""The result of a request to a CI, and what it proves about whether something started."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bot.ci.http.json_access import text


@dataclass(frozen=True, slots=True)
class CiResponse:
    """A response: status, headers (of repeated ones the last), text, and JSON if it is any.

    `pause` is how many seconds the CI asks to be left alone, `limit` the reason in words if it is a rate limit used up.
    """

    status: int
    headers: Mapping[str, str]
    text: str
    json: Any = None
    pause: float = 0.0
    limit: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def header(self, name: str) -> str:
        """Return a header by its name in any case; empty if it is absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class NotSent:
    """It is proved that the request never arrived.

    `retry_after` is in seconds; `final` means that it never will arrive.
    """

    why: str
    retry_after: float = 0.0
    final: bool = False


@dataclass(frozen=True, slots=True)
class NoResponse:
    """The request may have arrived; no response came."""

    why: str


SendResult = CiResponse | NotSent | NoResponse


def transient(answer: CiResponse) -> bool:
    """Return whether a response says "too many requests": nothing was done, and it may work later.

    GitHub says it with 403 too (GitHub's docs, "Rate limits for the REST API").
    """
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    limited = answer.header("Retry-After") or is_used_up(answer) or _is_secondary(answer)
    return answer.status == HTTPStatus.FORBIDDEN and bool(limited)


def is_used_up(answer: CiResponse) -> bool:
    """Return whether no request is left until the reset that the response names."""
    return answer.header("X-RateLimit-Remaining") == "0"


def _is_secondary(answer: CiResponse) -> bool:
    """Return whether it speaks of a secondary rate limit, which GitHub may do without any header."""
    message, page = (text(answer.json, key).lower() for key in ("message", "documentation_url"))
    return "secondary rate limit" in message or "secondary-rate-limit" in page
