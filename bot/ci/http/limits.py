"""Keeps a CI's rate limits: how long it is left alone, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from bot.ci.http.response import CiResponse, NotSent, is_used_up, transient
from bot.clock import Clock

LONGEST_PAUSE = 900.0
"""The longest time in seconds that a CI is left alone because of its Retry-After."""

LONGEST_RESET = 6 * 3600.0
"""The longest time in seconds until a reset; GitHub's come once an hour, so a later one is a mistake."""

SHORTEST_PAUSE = 60.0
"""GitHub's docs, "Rate limits for the REST API": without further information, wait at least one minute."""

LONGEST_REPEATED = 3600.0
"""The same page: "wait for an exponentially increasing amount of time between retries"; this is the longest."""

LEFT_ALONE = "the CI asked to be left alone for a while"
_MOST_DIGITS = 12
_MINUTE = timedelta(minutes=1)


class RateLimits:
    """What one CI said of its limits. `product` is what people call the CI."""

    def __init__(self, product: str, clock: Clock) -> None:
        self._product = product
        self._clock = clock
        self._until = 0.0
        self._why = LEFT_ALONE
        self._limited_at = float("-inf")
        self._repeated = 0

    def blocked(self) -> NotSent | None:
        """Return why nothing may be sent now; None if something may be."""
        left = self._until - self._clock.monotonic()
        return NotSent(self._why, left) if left > 0 else None

    def apply(self, answer: CiResponse, sent_at: float) -> CiResponse:
        """Return a response with the pause that it asks for, and keep to it.

        `sent_at` is the monotonic time when its request was sent: of several that met one limit, only the first counts.
        """
        is_later = sent_at >= self._limited_at
        wait = self._pause_after(answer, self._repeated if is_later else max(0, self._repeated - 1))
        if wait == 0.0:
            if is_later and answer.status < HTTPStatus.BAD_REQUEST:
                self._repeated = 0
            return answer
        if is_later:
            self._repeated += 1
        now = self._clock.monotonic()
        self._limited_at = now
        limit = self._used_up(answer)
        if now + wait >= self._until:
            self._until, self._why = now + wait, limit or LEFT_ALONE
        return replace(answer, pause=wait, limit=limit)

    def _pause_after(self, answer: CiResponse, repeated: int) -> float:
        """Return how many seconds to leave the CI alone after a response; 0 if it asks for nothing."""
        after = answer.header("Retry-After")
        if not transient(answer) and not (answer.status == HTTPStatus.SERVICE_UNAVAILABLE and after):
            return 0.0
        now = _date(answer.header("Date")) or self._clock.now()
        reset, date = _reset(answer), _date(after)
        if _is_count(after):
            return min(LONGEST_PAUSE, float(after))
        if date is not None and date > now:
            return min(LONGEST_PAUSE, (date - now).total_seconds())
        if reset is not None:
            return max(1.0, min(LONGEST_RESET, (reset - now).total_seconds()))
        return min(LONGEST_REPEATED, SHORTEST_PAUSE * 2**repeated)

    def _used_up(self, answer: CiResponse) -> str:
        reset = _reset(answer)
        if reset is None:
            return ""
        minute = (reset + _MINUTE - timedelta(microseconds=1)).replace(second=0, microsecond=0)
        return f"{self._product}'s rate limit is used up until {minute:%H:%M} UTC"


def _reset(answer: CiResponse) -> datetime | None:
    """Return when a limit that is used up begins again; None if none is."""
    written = answer.header("X-RateLimit-Reset")
    if not is_used_up(answer) or not _is_count(written):
        return None
    try:
        return datetime.fromtimestamp(int(written), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _date(written: str) -> datetime | None:
    """Read a date of HTTP (RFC 9110, 5.6.7); None if it is none."""
    try:
        found = parsedate_to_datetime(written)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _is_count(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS
