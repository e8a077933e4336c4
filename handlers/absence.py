"""That a person is away, for a service."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away until a moment; `by` is who said so."""

    user: str
    until: datetime
    since: datetime
    by: str

    def lasts(self, now: datetime) -> bool:
        """Return whether they are away now."""
        return self.since <= now < self.until
