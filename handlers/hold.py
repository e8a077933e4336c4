"""A hold: somebody keeps a release from starting anything until it is let go on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

REMIND_AFTER = timedelta(hours=24)
"""How long after a hold, or after the last reminder of it, its holder is reminded."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Who holds a release since when and why; `until` None means until somebody lets it go on.

    It stands until it is lifted: that its time is over is decided once, with what it means for the step. `reminded_at` is
    when its holder was reminded of it.
    """

    by: str
    at: datetime
    reason: str
    until: datetime | None = None
    reminded_at: datetime | None = None

    @property
    def remind_at(self) -> datetime:
        """When its holder is reminded next."""
        return (self.reminded_at or self.at) + REMIND_AFTER

    def is_over(self, now: datetime) -> bool:
        """Return whether its time is over."""
        return self.until is not None and now >= self.until

    @property
    def due(self) -> datetime:
        """When something follows from it by time alone: its end, or a reminder."""
        return self.remind_at if self.until is None else min(self.until, self.remind_at)
