"""Rows that cannot be read: operators are told once, the log once an hour, and everything else goes on."""

import logging
from functools import partial

from bot.clock import Clock
from storage import scan
from storage.codec import UnreadableError
from storage.database import Database, write_again

log = logging.getLogger("shiproom.unreadable")

SCAN_EVERY = 300.0
"""Seconds between two searches for rows that cannot be read; one that was met is searched for at once."""

LOG_EVERY = 3600.0
"""Seconds between two log lines about the same row."""


class UnreadableRows:
    """Knows which rows cannot be read now."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._scan_at = clock.monotonic()
        self._logged: dict[str, float] = {}
        self.rows: tuple[scan.UnreadableRow, ...] = ()

    def note(self, error: UnreadableError) -> None:
        """Note that a row was met that cannot be read: log it once an hour, and search soon for what it is."""
        self._log(error.place, error.reason)
        self._scan_at = min(self._scan_at, self._clock.monotonic())

    async def look(self) -> None:
        """Search for rows that cannot be read, if it is time to; tell operators of new ones."""
        now = self._clock.monotonic()
        if now < self._scan_at:
            return
        self.rows = await self._database.read(scan.unreadable)
        self._scan_at = now + SCAN_EVERY
        self._logged = {place: at for place, at in self._logged.items() if now - at < LOG_EVERY}
        for row in self.rows:
            self._log(row.place, row.reason)
            await write_again(self._database, partial(scan.tell, row=row, now=self._clock.now()))

    def sentences(self) -> list[str]:
        """List what cannot be read, for people."""
        return [f"{row.place} cannot be read: {row.reason}" for row in self.rows]

    def _log(self, place: str, reason: str) -> None:
        now = self._clock.monotonic()
        if now - self._logged.get(place, -LOG_EVERY) >= LOG_EVERY:
            self._logged[place] = now
            log.error("%s cannot be read: %s", place, reason)
