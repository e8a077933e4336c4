"""PostgreSQL: a transaction that had to give way is run again, replicas wake each other, a cancelled one undoes whole."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.util import await_only

from handlers.effects import ShowCard
from storage import effects
from storage.database import CLASHES, Connection, Database, write_again
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
    await post.write(_end_listeners)
    async with asyncio.timeout(20):
        while not heard.is_set():
            await asyncio.sleep(0.05)
            await post.check_kept()
        heard.clear()
        await post.write(partial(effects.add, effects=[ShowCard(1)], now=builders.NOW))
        await heard.wait()


def _end_listeners(connection: Connection) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
