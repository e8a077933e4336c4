"""Watches what the database keeps for the whole life of the process: its lock, its notifications, its file.

So is whether it has all that was confirmed, since it may be another server, and whether its schema is still one for this code.
"""

import logging
from collections.abc import Callable
from functools import partial

from bot.engine import Engine
from bot.health import DATABASE
from bot.loop import WakeableLoop
from storage import losses, schema
from storage.confirmed import loss_sentence
from storage.database import DatabaseUnavailableError, StorageError, UnconfirmedError, write_again

log = logging.getLogger("shiproom.database")

EVERY = 5.0
"""Seconds between two looks."""


class DatabaseWatch(WakeableLoop):
    """Looks again and again; calls `end` with a sentence once this process must not go on."""

    name = "database watch"

    def __init__(self, engine: Engine, end: Callable[[str], None]) -> None:
        super().__init__()
        self._engine = engine
        self._health = engine.health
        self._end = end
        self._told: dict[str, str] = {}
        self._may_differ = False

    async def run_once(self) -> float:
        """Look once."""
        try:
            self._may_differ |= await self._engine.database.check_kept()
            await self._engine.database.read(schema.require_still_usable)
            if self._may_differ or self._told or self._engine.confirmed.behind:
                await self._look_for_losses()
            self._may_differ = False
        except (DatabaseUnavailableError, UnconfirmedError) as error:
            self._refused(str(error))
        except StorageError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            self._end(str(error))
            self.stop()
        except Exception as error:  # noqa: BLE001 - whatever the driver says, it does not answer
            self._refused(f"{type(error).__name__} {error}".splitlines()[0].strip())
        else:
            self._answered()
        return EVERY

    async def _look_for_losses(self) -> None:
        """Compare what was confirmed with the database; tell operators once, and have cards say it and forget it."""
        database, confirmed = self._engine.database, self._engine.confirmed
        await database.read(confirmed.look)
        behind = dict(confirmed.behind)
        news = [service for service, loss in behind.items() if self._told.get(service) != loss.lost]
        back = [service for service in self._told if service not in behind]
        if news or back:
            # Nothing can be written before the lock is held on the server where this was found.
            await database.check_kept()
        now = self._engine.clock.now()
        for service in news:
            loss = behind[service]
            log.error("%s", loss_sentence(service, loss))
            await write_again(database, partial(losses.tell, service=service, loss=loss, now=now))
        for service in back:
            log.warning("no records of %s are missed any more", service)
            await write_again(database, partial(losses.show_cards, service=service, now=now))
        self._told = {service: loss.lost for service, loss in behind.items()}
        for wake in self._engine.decision_listeners if news or back else ():
            wake()

    def _refused(self, words: str) -> None:
        if self._health.of(DATABASE).refused_since is None:
            log.warning("the database does not answer: %s", words)
        self._health.refused(DATABASE, words)

    def _answered(self) -> None:
        if self._health.of(DATABASE).refused_since is not None:
            log.warning("the database answers again")
        self._health.answered(DATABASE)
