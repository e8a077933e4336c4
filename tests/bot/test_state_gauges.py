"""The gauges of what the database knows: read seldom, never waited for, and old while it does not answer."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from bot import state_gauges
from bot.state_gauges import StateGauges
from storage.database import DatabaseUnavailableError
from storage.under_way import SavedState
from tests.handlers.builders import NOW, later
from tests.operate.series import labels, now
from tests.virtual_clock import ManualClock

RELEASES = [
    (
        "shop",
        "waiting",
        json.dumps({"waits": [{"environment": "production", "on": "team:qa", "since": since}]}),
    )
    for since in (NOW.isoformat(), later(hours=1).isoformat())
]
SERVICES = [("shop", '{"production": {"environment": "production"}}')]


@dataclass
class Still(ManualClock):
    """A clock whose seconds are set by hand, too."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        """Return what was set."""
        return self.seconds


@dataclass
class Answering:
    """A database that answers, says that it cannot, or says nothing at all."""

    waiting: int = 0
    error: Exception | None = None
    silent: bool = False
    reads: int = 0
    saved: SavedState = field(default_factory=lambda: SavedState(RELEASES, SERVICES, 4, 1, None))

    async def read(self, _work: object) -> SavedState:
        self.reads += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        return self.saved


def gauges(database: Answering, clock: Still) -> StateGauges:
    return StateGauges(cast("Any", database), clock)


def value(name: str, **given: str) -> float | None:
    return now().get((name, labels(**given)))


QA = {"service": "shop", "environment": "production", "what": "sign_off", "team": "qa"}


async def test_what_is_read_is_shown_and_what_is_over_is_gone() -> None:
    database, clock = Answering(waiting=3), Still(stopped_at=later(hours=3))
    made = gauges(database, clock)
    await made.measure()
    assert value("shiproom_releases_waiting", **QA) == 2
    assert value("shiproom_longest_wait_seconds", **QA) == 3 * 3600
    assert value("shiproom_releases_open", service="shop", state="waiting") == 2
    assert value("shiproom_releases_open", service="shop", state="failed") == 0
    assert value("shiproom_locks", service="shop", environment="production") == 0
    assert value("shiproom_environment_failed", service="shop", environment="production") == 0
    assert value("shiproom_reviews_owed", service="shop", environment="production") == 0
    assert value("shiproom_effects_pending") == 4
    assert value("shiproom_effects_retrying") == 1
    assert value("shiproom_database_waiting") == 3
    database.saved = SavedState([], SERVICES, 0, 0, None)
    clock.seconds = state_gauges.EVERY
    await made.measure()
    assert value("shiproom_releases_waiting", **QA) is None
    assert value("shiproom_releases_open", service="shop", state="waiting") == 0


async def test_it_is_read_every_ten_seconds_however_often_somebody_asks() -> None:
    database, clock = Answering(), Still()
    made = gauges(database, clock)
    for clock.seconds in (0.0, 1.0, 9.9, 10.0, 12.0):
        await made.measure()
    assert database.reads == 2
    assert value("shiproom_saved_state_age_seconds") == 2.0


@pytest.mark.parametrize("silent", [False, True])
async def test_numbers_grow_old_while_the_database_does_not_answer(
    silent: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database, clock = Answering(), Still(stopped_at=later(hours=3))
    made = gauges(database, clock)
    await made.measure()
    monkeypatch.setattr(state_gauges, "PATIENCE", 0.01 if silent else 60.0)
    database.silent, database.error = silent, DatabaseUnavailableError("away")
    for clock.seconds in (100.0, 200.0):
        await made.measure()
    assert value("shiproom_saved_state_age_seconds") == 200.0
    assert value("shiproom_longest_wait_seconds", **QA) == 3 * 3600
    database.silent, database.error = False, None
    monkeypatch.setattr(state_gauges, "PATIENCE", 60.0)
    await made.measure()
    assert value("shiproom_saved_state_age_seconds") == 0.0


async def test_a_wait_of_the_future_is_none() -> None:
    """The clock of the replica that decided was ahead."""
    await gauges(Answering(), Still(stopped_at=later(hours=-1))).measure()
    assert value("shiproom_longest_wait_seconds", **QA) == 0.0
