"""Reevaluates every release that is due, has what else is due called for or posted, and schedules the next sweep."""

import logging
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.engine import Engine
from bot.freshness import Freshness
from bot.loop import WakeableLoop
from bot.weekly_report import ReportPosts
from handlers.reports import Reevaluated, ReviewDue
from storage import releases, reviews, wakes
from storage.codec import UnreadableError
from storage.database import Database

log = logging.getLogger("shiproom.schedule")

ALL_EVERY = 3600.0
"""Seconds between two rounds in which every open release is reevaluated: a saved time may have been altered."""

READ_AGAIN = timedelta(seconds=60)
"""How long a release that cannot be read is left alone."""


class Sweep(WakeableLoop):
    """Reevaluates due releases.

    Between rounds it sleeps until woken, which `schedule` arranges.
    """

    name = "sweep"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        engine: Engine,
        freshness: Freshness,
        schedule: Callable[[datetime], None],
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._engine = engine
        self._freshness = freshness
        self._schedule = schedule
        self._all_at = clock.monotonic() + ALL_EVERY
        self._reviews_at: datetime | None = None
        self._report_posts = ReportPosts(engine)

    async def run_once(self) -> float:
        """Reevaluate what is due, then schedule the earliest time that is left.

        Once an hour everything that is open is due, whatever is saved of the time.
        """
        await self._look_for_unreadable()
        if self._clock.monotonic() >= self._all_at:
            self._all_at = self._clock.monotonic() + ALL_EVERY
            await self._reevaluate_each(await self._database.read(wakes.everything))
        try:
            await self._look_at_reviews()
        except Exception:
            log.exception("the reviews that are owed could not be looked at")
        try:
            await self._look_at_reports()
        except Exception:
            log.exception("it could not be seen whether a report is due")
        earliest = await self._database.read(wakes.earliest)
        if earliest is not None and earliest <= self._clock.now():
            await self._reevaluate_each(await self._database.read(partial(wakes.due, now=self._clock.now())))
            earliest = await self._database.read(wakes.earliest)
        if earliest is not None:
            self._schedule(earliest)
        return math.inf

    async def _look_at_reviews(self) -> None:
        """Have reviews called for that are overdue, then plan when the next one will be; new ones are found within the hour."""
        now = self._clock.now()
        if self._reviews_at is None or self._reviews_at <= now:
            find = partial(reviews.untold, services=tuple(self._engine.policy.plans))
            owed = await self._database.read(find)
            for each in owed:
                if each.is_overdue(now):
                    await self._engine.handle(ReviewDue(each.release))
            later = [each.due for each in owed if not each.is_overdue(now)]
            self._reviews_at = min([now + timedelta(seconds=ALL_EVERY), *later])
            if later:
                self._schedule(self._reviews_at)

    async def _look_at_reports(self) -> None:
        due = await self._report_posts.post_if_due()
        if due is not None:
            self._schedule(due)

    async def _look_for_unreadable(self) -> None:
        try:
            await self._engine.unreadable.look()
        except Exception:
            log.exception("it could not be searched for rows that cannot be read")

    async def _reevaluate_each(self, numbers: list[int]) -> None:
        """Reevaluate releases; one that fails stays due, so it is retried soon."""
        for number in numbers:
            try:
                await self._reevaluate(number)
            except Exception:
                log.exception("r%s could not be reevaluated", number)

    async def _reevaluate(self, number: int) -> None:
        """Reevaluate a release; one that cannot be read is postponed, and its environments' too."""
        try:
            release = await self._database.read(partial(releases.get, number=number))
        except UnreadableError as error:
            self._engine.cannot_read(error)
            undecided = True
        else:
            if release is not None:
                await self._freshness.refresh_release(release)
            undecided = (await self._engine.handle(Reevaluated(number))).undecided
        if undecided:
            later = self._clock.now() + READ_AGAIN
            await self._database.write(partial(wakes.save, number=number, wake_at=later))
