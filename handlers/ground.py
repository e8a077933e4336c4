"""What a service's environments are like right now: who holds each, who stands in line, what is live, what is locked."""

from dataclasses import dataclass
from datetime import datetime

from handlers.build import Build


@dataclass(frozen=True, slots=True)
class Lock:
    """A person closed an environment to new steps; `until` None means until somebody unlocks it."""

    by: str
    at: datetime
    reason: str
    until: datetime | None = None
    release: int = 0

    def holds(self, now: datetime) -> bool:
        """Say whether the lock is still in force."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class InLine:
    """A release's place in the line of an environment; rollbacks stand before all others."""

    release: int
    since: datetime
    rollback: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """The build that was last deployed with success, by which release (0: from outside), since when."""

    build: Build
    release: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """One environment of a service, as the database has it under its lock.

    `outside` names runs from outside that were told of, each with its state; `watched_since` is when watching them began.
    """

    environment: str
    holder: int = 0
    line: tuple[InLine, ...] = ()
    live: Live | None = None
    lock: Lock | None = None
    failed: bool = False
    outside: tuple[str, ...] = ()
    watched_since: datetime | None = None

    def place(self, release: int) -> int:
        """Give a release's place in the line, from 1; 0 if it does not stand in it."""
        for place, entry in enumerate(self.line, start=1):
            if entry.release == release:
                return place
        return 0

    def locked(self, now: datetime) -> Lock | None:
        """Give the lock in force."""
        return self.lock if self.lock is not None and self.lock.holds(now) else None


def in_order(line: tuple[InLine, ...]) -> tuple[InLine, ...]:
    """Order a line: rollbacks first, then by when each came to stand in it."""
    return tuple(sorted(line, key=lambda entry: (not entry.rollback, entry.since, entry.release)))
