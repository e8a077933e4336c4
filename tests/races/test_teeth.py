"""The races would notice: with the locks taken out of storage/, the same races on PostgreSQL end wrong."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import and_, bindparam, update

from storage import grounds, releases
from storage.database import Database
from storage.opening import connect
from storage.releases import StaleRevisionError
from storage.tables import ReleaseRow, table
from tests import databases
from tests.races.arena import Arena, Race, lanes
from tests.races.judge import judge
from tests.races.races import RACES

CANCEL = next(race for race in RACES if race.name == "cancel")
REJECT = next(race for race in RACES if race.name == "reject")
WITHDRAW = next(race for race in RACES if race.name == "withdraw")
RUNS = 150

pytestmark = pytest.mark.slow


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a release and its ground as they are, instead of under lock."""
    monkeypatch.setattr(releases, "_lock", vars(releases)["_get"])
    monkeypatch.setattr(grounds, "_lock", vars(grounds)["_get"])


@pytest.fixture
def without_belt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Save a release over whatever is there."""
    row = table(ReleaseRow)
    blindly = (
        update(row)
        .where(and_(row.c.number == bindparam("wanted"), bindparam("read") > 0))
        .values(
            state=bindparam("now_state"),
            in_flight=bindparam("flying"),
            revision=bindparam("next"),
            wake_at=bindparam("wake"),
            ended_at=bindparam("ended"),
            body=bindparam("text"),
        )
    )
    monkeypatch.setattr(releases, "_save", blindly)


@pytest.fixture
async def replicas(postgres_server: str, migrated_postgresql: str) -> AsyncIterator[tuple[Database, ...]]:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    opened = [await connect(url, alone=False) for _ in range(2)]
    yield tuple(opened)
    for each in opened:
        await each.close()


async def run(race: Race, replicas: tuple[Database, ...]) -> list[str]:
    """Run a race some hundred times and say what is wrong."""
    arena = Arena(replicas, race, lanes(replace(race, runs=RUNS)), random.Random(race.name))
    await arena.lay_out()
    await arena.run()
    return (await replicas[0].read(partial(judge, arena=arena))).wrong


@pytest.mark.parametrize("race", [CANCEL, REJECT, WITHDRAW], ids=lambda race: race.name)
@pytest.mark.usefixtures("without_locks", "without_belt")
async def test_without_lock_and_belt_the_end_is_wrong(race: Race, replicas: tuple[Database, ...]) -> None:
    assert any("this may not happen" in each for each in await run(race, replicas))


@pytest.mark.usefixtures("without_locks")
async def test_without_lock_the_revision_says_that_it_is_a_bug(replicas: tuple[Database, ...]) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await run(CANCEL, replicas)
    assert caught.group_contains(StaleRevisionError)
