"""The result of a request to a CI, and what it proves about whether something started."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

LONGEST_PAUSE = 900.0
"""The longest time in seconds that a CI is left alone because it said so."""

SHORTEST_PAUSE = 60.0
"""GitHub's docs, "Rate limits for the REST API": without further information, wait at least one minute."""


@dataclass(frozen=True, slots=True)
class CiResponse:
    """A response: status, headers (of repeated ones the last), text, and JSON if it is any.

    `pause` is how many seconds the CI asks to be left alone.
    """

    status: int
    headers: Mapping[str, str]
    text: str
    json: Any = None
    pause: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def header(self, name: str) -> str:
        """Return a header by its name in any case; empty if it is absent."""
        wanted = name.lower()
        return next((text for key, text in self.headers.items() if key.lower() == wanted), "")


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
    limited = answer.header("Retry-After") or answer.header("X-RateLimit-Remaining") == "0"
    return answer.status == HTTPStatus.FORBIDDEN and bool(limited)


def pause_after(answer: CiResponse, now: float) -> float:
    """Return how many seconds to leave a CI alone after a response.

    `now` is in seconds since 1970.
    """
    if not transient(answer) and not (
        answer.status == HTTPStatus.SERVICE_UNAVAILABLE and answer.header("Retry-After")
    ):
        return 0.0
    after, reset = answer.header("Retry-After"), answer.header("X-RateLimit-Reset")
    if _is_count(after):
        return min(LONGEST_PAUSE, float(after))
    if answer.header("X-RateLimit-Remaining") == "0" and _is_count(reset):
        return max(1.0, min(LONGEST_PAUSE, float(reset) - now))
    return SHORTEST_PAUSE


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12  # noqa: PLR2004 - seconds since 1970 have ten digits
