"""The last sign-off against whatever may come at the same moment, `RUNS` times on each database."""

import random
from collections.abc import AsyncIterator
from functools import partial

import pytest

from storage.database import Database
from storage.opening import connect
from tests.races.emergencies import EMERGENCIES
from tests.races.harness import RUNS, Race, RaceRunner, lanes
from tests.races.holds import HOLDS
from tests.races.judge import judge
from tests.races.races import RACES

SELDOM = RUNS // 100
"""How often each contender has to win at least; otherwise it was no race."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
async def replicas(migrated_database: str, database_kind: str) -> AsyncIterator[tuple[Database, ...]]:
    """Yield two replicas on one PostgreSQL database, or one on SQLite, which allows no second process."""
    count = 1 if database_kind == "sqlite" else 2
    opened = [await connect(migrated_database, alone=False) for _ in range(count)]
    yield tuple(opened)
    for each in opened:
        await each.close()


@pytest.mark.parametrize("race", [*RACES, *EMERGENCIES, *HOLDS], ids=lambda race: race.name)
async def test_race(race: Race, replicas: tuple[Database, ...], seed: int) -> None:
    runner = RaceRunner(replicas, race, lanes(race), random.Random(f"{race.name} {seed}"))
    await runner.prepare()
    await runner.run()
    verdict = await replicas[0].read(partial(judge, runner=runner))
    assert verdict.wrong == []
    first_words = {order[0] for order in race.ends}
    won = {word: sum(n for order, n in verdict.orders.items() if order[0] == word) for word in first_words}
    assert min(won.values()) >= SELDOM, verdict.orders
