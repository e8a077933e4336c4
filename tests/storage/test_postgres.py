"""PostgreSQL: a transaction that had to give way is run again, replicas wake each other, a cancelled one undoes whole."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.util import await_only

from handlers.effects import ShowCard
from storage import effects, postgres
from storage.database import (
    CLASHES,
    Connection,
    Database,
    DatabaseUnavailableError,
    StorageError,
    write_again,
)
from storage.opening import open_database
from storage.tables import FactRow, table
from tests import databases
from tests.handlers import builders

_fact = table(FactRow)


@pytest.fixture
async def post(postgres_server: str, migrated_postgresql: str) -> AsyncIterator[Database]:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    database = await open_database(url, alone=False)
    yield database
    await database.close()


def put(connection: Connection, key: str) -> None:
    connection.execute(insert(_fact).values(key=key, as_of=0, body=""))


async def keys(database: Database) -> set[str]:
    return await database.read(lambda connection: set(connection.execute(select(_fact.c.key)).scalars()))


async def test_deadlock_is_run_again_until_both_are_through(post: Database) -> None:
    await post.write(lambda connection: [put(connection, key) for key in ("a", "b")])
    lock = text("SELECT key FROM fact WHERE key = :key FOR UPDATE")
    runs: list[str] = []
    both = asyncio.Barrier(2)

    async def meet() -> None:
        if len(runs) <= 2:
            await both.wait()

    def work(connection: Connection, order: str) -> str:
        runs.append(order)
        connection.execute(lock, {"key": order[0]})
        await_only(meet())
        connection.execute(lock, {"key": order[1]})
        return order

    done = await asyncio.gather(post.write(partial(work, order="ab")), post.write(partial(work, order="ba")))
    assert done == ["ab", "ba"]
    assert len(runs) == 3


async def test_other_errors_are_not_run_again(post: Database) -> None:
    runs: list[int] = []

    def work(connection: Connection) -> None:
        runs.append(1)
        connection.execute(text("SELECT 1/0"))

    with pytest.raises(DBAPIError):
        await post.write(work)
    assert len(runs) == 1


async def test_clash_is_run_again_a_few_times_and_then_is_an_error(post: Database) -> None:
    await post.write(partial(put, key="there"))
    runs: list[int] = []

    def work(connection: Connection) -> None:
        runs.append(1)
        put(connection, "there")

    with pytest.raises(IntegrityError):
        await write_again(post, work)
    assert len(runs) == CLASHES + 1


async def test_cancelled_write_is_undone_whole_and_gives_its_connection_back(post: Database) -> None:
    for _ in range(20):
        inside, never = asyncio.Event(), asyncio.Event()

        def work(
            connection: Connection, inside: asyncio.Event = inside, never: asyncio.Event = never
        ) -> None:
            put(connection, "half")
            inside.set()
            await_only(never.wait())

        writing = asyncio.gather(post.write(work))
        await inside.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    assert await keys(post) == set()
    await post.write(partial(put, key="whole"))
    assert await keys(post) == {"whole"}


async def test_replicas_hear_of_effects_when_they_are_committed(post: Database) -> None:
    heard = asyncio.Event()
    await post.listen(heard.set)
    await post.write(partial(put, key="no effect"))
    assert not heard.is_set()
    await post.write(partial(effects.add, effects=[ShowCard(1)], now=builders.NOW))
    async with asyncio.timeout(20):
        await heard.wait()


async def test_a_listening_connection_that_was_lost_is_made_again(post: Database) -> None:
    heard = asyncio.Event()
    await post.listen(heard.set)
    await post.check_kept()
    assert not heard.is_set()
    await post.write(_end_others)
    async with asyncio.timeout(20):
        while not heard.is_set():
            await asyncio.sleep(0.05)
            await post.check_kept()
        heard.clear()
        await post.write(partial(effects.add, effects=[ShowCard(1)], now=builders.NOW))
        await heard.wait()


async def _write_on(database: Database) -> None:
    """Write until it is refused: the driver hears of its end a moment later."""
    for number in range(1_000):
        await database.write(partial(put, key=f"meanwhile {number}"))
        await asyncio.sleep(0.01)


def _end_others(connection: Connection) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))


async def test_a_lost_lock_is_taken_again_and_nothing_is_written_meanwhile(
    postgres_server: str, migrated_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    alone, other = await open_database(url, alone=True), await open_database(url, alone=False)
    monkeypatch.setattr(postgres, "PATIENCE", 0.1)
    try:
        await other.write(_end_others)
        with pytest.raises(DatabaseUnavailableError, match="lock"):
            await _write_on(alone)
        await alone.check_kept()
        await alone.write(partial(put, key="afterwards"))
        with pytest.raises(StorageError, match="Another Shiproom"):
            await open_database(url, alone=True)
    finally:
        await alone.close()
        await other.close()


async def test_a_bot_whose_lock_another_took_must_not_go_on(
    postgres_server: str, migrated_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    first, other = await open_database(url, alone=True), await open_database(url, alone=False)
    await other.write(_end_others)
    second = await open_database(url, alone=True)
    monkeypatch.setattr(postgres, "PATIENCE", 0.1)
    try:
        with pytest.raises(StorageError, match="has taken the lock"):
            await first.check_kept()
        with pytest.raises(DatabaseUnavailableError):
            await first.write(partial(put, key="twice"))
        assert await keys(second) == set()
    finally:
        for each in (first, second, other):
            await each.close()


async def test_forty_people_share_eight_connections(postgres_server: str, migrated_postgresql: str) -> None:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    owner = await open_database(url, alone=False)
    await owner.write(lambda connection: [connection.execute(text(each)) for each in _FEW])
    await owner.close()
    few = make_url(url).set(username="few").render_as_string(hide_password=False)
    database = await open_database(few, alone=True)

    def work(connection: Connection) -> int:
        return int(connection.execute(text("SELECT 1 FROM pg_sleep(0.02)")).scalar_one())

    try:
        people, builds = (database.write(work) for _ in range(40)), (database.read(work) for _ in range(10))
        assert await asyncio.gather(*people, *builds) == [1] * 50
    finally:
        await database.close()


_FEW = (
    "DROP ROLE IF EXISTS few",
    "CREATE ROLE few LOGIN CONNECTION LIMIT 8",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO few",
    "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO few",
)
