"""What came of a request to a CI, and what that proves about whether something was started."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

LONGEST_PAUSE = 900.0
"""For how many seconds at most a CI is left alone on its word."""

SHORTEST_PAUSE = 60.0
"""GitHub's docs, "Rate limits for the REST API": without another word wait for at least one minute."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that came: its status, its headers (of repeated ones the last), its text, and its JSON if it is any.

    `pause` is how many seconds it asks to be left alone.
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
        """Give a header by its name in any case; empty if it is not there."""
        wanted = name.lower()
        return next((text for key, text in self.headers.items() if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True)
class Unsent:
    """It is proved that the request never arrived; `retry_after` is in seconds, `final` says that it never will."""

    why: str
    retry_after: float = 0.0
    final: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The request may have arrived; no answer came."""

    why: str


Sent = Answer | Unsent | Lost


def transient(answer: Answer) -> bool:
    """Whether an answer says "too much now": nothing was carried out, and it may be later.

    GitHub says it with 403 too (GitHub's docs, "Rate limits for the REST API").
    """
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    limited = answer.header("Retry-After") or answer.header("X-RateLimit-Remaining") == "0"
    return answer.status == HTTPStatus.FORBIDDEN and bool(limited)


def pause_after(answer: Answer, now: float) -> float:
    """Work out for how many seconds to leave a CI alone after an answer. `now` is in seconds since 1970."""
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
