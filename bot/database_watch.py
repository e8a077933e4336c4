"""Watches what the database keeps for the whole life of the process: its lock, its notifications, its file."""

import logging
from collections.abc import Callable

from bot.health import DATABASE, Health
from bot.loop import WakeableLoop
from storage.database import Database, StorageError

log = logging.getLogger("shiproom.database")

EVERY = 5.0
"""Seconds between two looks."""


class DatabaseWatch(WakeableLoop):
    """Looks again and again; calls `end` with a sentence once this process must not go on."""

    name = "database watch"

    def __init__(self, database: Database, health: Health, end: Callable[[str], None]) -> None:
        super().__init__()
        self._database = database
        self._health = health
        self._end = end

    async def run_once(self) -> float:
        """Look once."""
        try:
            await self._database.check_kept()
        except StorageError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            self._end(str(error))
            self.stop()
        except Exception as error:  # noqa: BLE001 - whatever the driver says, it does not answer
            self._refused(f"{type(error).__name__} {error}".splitlines()[0].strip())
        else:
            self._answered()
        return EVERY

    def _refused(self, words: str) -> None:
        if self._health.of(DATABASE).refused_since is None:
            log.warning("the database does not answer: %s", words)
        self._health.refused(DATABASE, words)

    def _answered(self) -> None:
        if self._health.of(DATABASE).refused_since is not None:
            log.warning("the database answers again")
        self._health.answered(DATABASE)
