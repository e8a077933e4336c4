"""A session works inside its caller's transaction: it ends nothing, and what clashes in it undoes nothing else."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from storage.database import Connection, Database
from storage.driver import driver_of
from storage.opening import connect
from storage.session import read_models, write_models
from storage.tables import FactRow


@pytest.fixture
async def unread(migrated_database: str) -> AsyncIterator[Database]:
    """Give a database on whose connections nothing has begun a transaction yet."""
    database = await connect(migrated_database, alone=False)
    yield database
    await database.close()


def put(connection: Connection, *keys: str) -> None:
    with write_models(connection) as session:
        for key in keys:
            session.add(FactRow(key=key, as_of=1, body="{}"))


def keys(connection: Connection) -> list[str]:
    with read_models(connection) as session:
        return sorted(row.key for row in session.exec(select(FactRow)))


def transaction(connection: Connection) -> str:
    """Name the transaction that a connection is in; on SQLite, whether it is in one."""
    if connection.dialect.name == "sqlite":
        return str(driver_of(connection).in_transaction)
    return str(connection.execute(text("SELECT now()")).scalar_one())


async def test_rows_are_written_and_read_as_models(opened: Database) -> None:
    await opened.write(lambda connection: put(connection, "one", "two"))
    assert await opened.read(keys) == ["one", "two"]


async def test_error_after_a_session_undoes_what_it_wrote(opened: Database) -> None:
    def work(connection: Connection) -> None:
        put(connection, "one")
        assert keys(connection) == ["one"]
        message = "the caller's"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        await opened.write(work)
    assert await opened.read(keys) == []


async def test_clash_undoes_its_own_session_only(opened: Database) -> None:
    def work(connection: Connection) -> None:
        put(connection, "one")
        with pytest.raises(IntegrityError):
            put(connection, "two", "one")
        put(connection, "three")

    await opened.write(work)
    assert await opened.read(keys) == ["one", "three"]


async def test_clash_that_reaches_the_caller_undoes_its_transaction_only(opened: Database) -> None:
    await opened.write(lambda connection: put(connection, "one"))
    with pytest.raises(IntegrityError):
        await opened.write(lambda connection: put(connection, "two", "one"))
    await opened.write(lambda connection: put(connection, "three"))
    assert await opened.read(keys) == ["one", "three"]


@pytest.mark.parametrize("way", ["read", "write"])
async def test_reading_models_leaves_the_transaction_open(unread: Database, way: str) -> None:
    def work(connection: Connection) -> tuple[str, str]:
        with read_models(connection) as session:
            session.exec(select(FactRow)).all()
            inside = transaction(connection)
        return inside, transaction(connection)

    inside, after = await (unread.read(work) if way == "read" else unread.write(work))
    assert inside == after != "False"


def stopped(connection: Connection) -> None:
    with read_models(connection) as session:
        session.exec(select(FactRow)).all()
        message = "the reader's"
        raise RuntimeError(message)


async def test_error_while_reading_models_leaves_the_transaction_open(unread: Database) -> None:
    def work(connection: Connection) -> str:
        with pytest.raises(RuntimeError):
            stopped(connection)
        return transaction(connection)

    assert await unread.read(work) != "False"


async def test_what_is_added_while_reading_is_never_written(opened: Database) -> None:
    def work(connection: Connection) -> None:
        with read_models(connection) as session:
            session.add(FactRow(key="one", as_of=1, body="{}"))
            session.exec(select(FactRow)).all()

    await opened.write(work)
    assert await opened.read(keys) == []
