"""The races would notice: with the locks taken out of storage/, the same races on PostgreSQL end wrong."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import text

from handlers.release import Release
from storage import grounds, releases
from storage.database import Connection
from storage.opening import connect
from storage.releases import StaleRevisionError
from tests import databases
from tests.races.arena import Arena, Race, lanes
from tests.races.judge import judge
from tests.races.races import RACES

RUNS = 100
ROUNDS = 6
"""How often a race is run before it counts as one that notices nothing: that two meet is likely, and no certainty."""

TORN = [race for race in RACES if race.name in {"cancel", "reject", "withdraw"}]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def servers(postgres_server: str, migrated_postgresql: str) -> tuple[str, str]:
    """Give the server, and the database on it that is copied."""
    return postgres_server, migrated_postgresql


@pytest.fixture
async def opened() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def laid_out(race: Race, stack: AsyncExitStack, url: str) -> Arena:
    """Give two replicas on a database, whose contenders start at once."""
    replicas = (await connect(url, alone=False), await connect(url, alone=False))
    for each in replicas:
        stack.push_async_callback(each.close)
    arena = Arena(replicas, race, lanes(replace(race, runs=RUNS)), random.Random(race.name), pauses=(0,))
    await arena.lay_out()
    return arena


def without_locks(patch: pytest.MonkeyPatch) -> None:
    """Read a release and its ground as they are, instead of under lock."""
    patch.setattr(releases, "lock", releases.get)
    patch.setattr(grounds, "lock", grounds.read)


def take_off_chain(connection: Connection) -> None:
    """Two rows of one number in a chain cannot both be saved, so that one of two who did not see each other starts anew."""
    connection.execute(text("ALTER TABLE history DROP CONSTRAINT history_pkey"))


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


async def round_without(race: Race, stack: AsyncExitStack, url: str, patch: pytest.MonkeyPatch) -> list[str]:
    """Run a race without locks and belts, and say what is wrong."""
    arena = await laid_out(race, stack, url)
    await arena.replicas[0].write(take_off_chain)
    with patch.context() as torn:
        without_belt(torn)
        without_locks(torn)
        await arena.run()
    return (await arena.replicas[0].read(partial(judge, arena=arena))).wrong


@pytest.mark.parametrize("race", TORN, ids=lambda race: race.name)
async def test_without_locks_and_belts_the_end_is_wrong(
    race: Race, opened: AsyncExitStack, servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: list[str] = []
    for _ in range(ROUNDS):
        url = await databases.copied_postgres(*servers)
        wrong = await round_without(race, opened, url, monkeypatch)
        if wrong:
            break
    assert any("this may not happen" in each for each in wrong)


async def test_without_locks_the_revision_says_that_it_is_a_bug(
    opened: AsyncExitStack, servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = await laid_out(TORN[0], opened, await databases.copied_postgres(*servers))
    without_locks(monkeypatch)
    with pytest.raises(ExceptionGroup) as caught:
        await arena.run()
    assert caught.group_contains(StaleRevisionError)
