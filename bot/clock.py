"""The only source of time and of random ids.

Whatever needs either is handed a clock, which tests replace.
"""

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time and new ids."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""
        ...

    def new_id(self) -> str:
        """Return 32 characters that nobody can guess."""
        ...


class SystemClock:
    """The machine's own clock and random source."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go backwards, from an arbitrary start."""
        return time.monotonic()

    def new_id(self) -> str:
        """Return 32 characters that nobody can guess."""
        return secrets.token_hex(16)


def stamp() -> int:
    """Return the time in nanoseconds since 1970, as spans of traces have it."""
    return time.time_ns()
