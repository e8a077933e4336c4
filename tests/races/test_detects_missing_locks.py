"""The races detect missing locks: without the locks of storage/, the same races on PostgreSQL go wrong."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import text

from handlers.release import Release
from storage import environments, releases
from storage.database import Connection
from storage.opening import connect
from storage.releases import StaleRevisionError
from tests import databases
from tests.races.harness import Race, RaceRunner, lanes
from tests.races.judge import judge
from tests.races.races import RACES

RUNS = 100
ROUNDS = 6
"""How often a race is run before it counts as blind: that two contenders overlap is likely, not certain."""

TORN = [race for race in RACES if race.name in {"cancel", "reject", "withdraw"}]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def servers(postgres_server: str, migrated_postgresql: str) -> tuple[str, str]:
    """Return the server, and the template database on it."""
    return postgres_server, migrated_postgresql


@pytest.fixture
async def opened() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def prepared(race: Race, stack: AsyncExitStack, url: str) -> RaceRunner:
    """Return a runner with two replicas on a database, whose contenders start at the same time."""
    replicas = (await connect(url, alone=False), await connect(url, alone=False))
    for each in replicas:
        stack.push_async_callback(each.close)
    runner = RaceRunner(
        replicas, race, lanes(replace(race, runs=RUNS)), random.Random(race.name), pauses=(0,)
    )
    await runner.prepare()
    return runner


def without_locks(patch: pytest.MonkeyPatch) -> None:
    """Read releases and environments without a lock."""
    patch.setattr(releases, "lock", releases.get)
    patch.setattr(environments, "lock", environments.read)


def drop_history_key(connection: Connection) -> None:
    """Drop the primary key of the history, which makes one of two concurrent writers start again."""
    connection.execute(text("ALTER TABLE history DROP CONSTRAINT history_pkey"))


def without_revision_check(patch: pytest.MonkeyPatch) -> None:
    """Save a release over whatever is there, without the check of its revision."""
    save, lock = releases.save, releases.lock

    def blindly(
        connection: Connection, before: Release, after: Release, body: str, wake_at: datetime | None
    ) -> dict[str, str]:
        there = lock(connection, after.number)
        assert there is not None
        return save(connection, replace(before, revision=there.revision), after, body, wake_at)

    patch.setattr(releases, "save", blindly)


async def round_without(race: Race, stack: AsyncExitStack, url: str, patch: pytest.MonkeyPatch) -> list[str]:
    """Run a race without locks and revision checks, and return what is wrong."""
    runner = await prepared(race, stack, url)
    await runner.replicas[0].write(drop_history_key)
    with patch.context() as torn:
        without_revision_check(torn)
        without_locks(torn)
        await runner.run()
    return (await runner.replicas[0].read(partial(judge, runner=runner))).wrong


@pytest.mark.parametrize("race", TORN, ids=lambda race: race.name)
async def test_without_locks_and_revision_checks_the_end_is_wrong(
    race: Race, opened: AsyncExitStack, servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: list[str] = []
    for _ in range(ROUNDS):
        url = await databases.copied_postgres(*servers)
        wrong = await round_without(race, opened, url, monkeypatch)
        if wrong:
            break
    assert any("this may not happen" in each for each in wrong)


async def test_without_locks_the_revision_check_fails(
    opened: AsyncExitStack, servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = False
    for _ in range(ROUNDS):
        runner = await prepared(TORN[0], opened, await databases.copied_postgres(*servers))
        with monkeypatch.context() as torn:
            without_locks(torn)
            try:
                await runner.run()
            except ExceptionGroup as caught:
                failed = caught.subgroup(StaleRevisionError) is not None
        if failed:
            break
    assert failed
