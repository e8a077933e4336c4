"""The only clock and the only source of ids: whatever needs the time or chance is handed one of these, so tests can turn it."""

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time and fresh ids."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        ...

    def monotonic(self) -> float:
        """Give seconds that only go forward, from no particular start."""
        ...

    def new_id(self) -> str:
        """Give 32 characters that nobody can guess."""
        ...


class SystemClock:
    """The machine's own clock and its source of chance."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds that only go forward, from no particular start."""
        return time.monotonic()

    def new_id(self) -> str:
        """Give 32 characters that nobody can guess."""
        return secrets.token_hex(16)
