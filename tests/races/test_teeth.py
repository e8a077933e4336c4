"""The races would notice: with the locks taken out of storage/, the same races on PostgreSQL end wrong."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from handlers.release import Release
from storage import grounds, releases
from storage.database import Connection, Database
from storage.opening import connect
from storage.releases import StaleRevisionError
from tests import databases
from tests.races.arena import Arena, Race, lanes
from tests.races.judge import judge
from tests.races.races import RACES

RUNS = 150
TORN = [race for race in RACES if race.name in {"cancel", "reject", "withdraw"}]

pytestmark = pytest.mark.slow


@pytest.fixture
async def replicas(postgres_server: str, migrated_postgresql: str) -> AsyncIterator[tuple[Database, ...]]:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    opened = [await connect(url, alone=False) for _ in range(2)]
    yield tuple(opened)
    for each in opened:
        await each.close()


async def laid_out(race: Race, replicas: tuple[Database, ...]) -> Arena:
    arena = Arena(replicas, race, lanes(replace(race, runs=RUNS)), random.Random(race.name))
    await arena.lay_out()
    return arena


def without_locks(patch: pytest.MonkeyPatch) -> None:
    """Read a release and its ground as they are, instead of under lock."""
    patch.setattr(releases, "lock", releases.get)
    patch.setattr(grounds, "lock", grounds.read)


def without_belt(patch: pytest.MonkeyPatch) -> None:
    """Save a release over whatever is there, as if it were what was read."""
    save, lock = releases.save, releases.lock

    def blindly(
        connection: Connection, before: Release, after: Release, body: str, wake_at: datetime | None
    ) -> None:
        there = lock(connection, after.number)
        assert there is not None
        save(connection, replace(before, revision=there.revision), after, body, wake_at)

    patch.setattr(releases, "save", blindly)


@pytest.mark.parametrize("race", TORN, ids=lambda race: race.name)
async def test_without_locks_and_belt_the_end_is_wrong(
    race: Race, replicas: tuple[Database, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = await laid_out(race, replicas)
    without_belt(monkeypatch)
    without_locks(monkeypatch)
    await arena.run()
    wrong = (await replicas[0].read(partial(judge, arena=arena))).wrong
    assert any("this may not happen" in each for each in wrong)


async def test_without_locks_the_revision_says_that_it_is_a_bug(
    replicas: tuple[Database, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = await laid_out(TORN[0], replicas)
    without_locks(monkeypatch)
    with pytest.raises(ExceptionGroup) as caught:
        await arena.run()
    assert caught.group_contains(StaleRevisionError)
