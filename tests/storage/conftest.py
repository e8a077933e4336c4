"""An open database for each test, at the newest schema and empty; or with rows in every table, and a backup of that."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.opening import connect, open_database
from tests import databases
from tests.storage import backups


@pytest.fixture
async def opened(migrated_database: str) -> AsyncIterator[Database]:
    database = await open_database(migrated_database, alone=False)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def full_sqlite(migrated_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of a SQLite file with rows in every table, to be copied."""
    url = databases.copied_sqlite(migrated_sqlite, tmp_path_factory.mktemp("full"))

    async def fill() -> None:
        database = await connect(url, alone=True)
        await database.write(backups.fill)
        await database.close()

    asyncio.run(fill())
    return url


@pytest.fixture
async def full(full_sqlite: str, tmp_path: Path) -> AsyncIterator[Database]:
    """Open a SQLite database with rows in every table."""
    (tmp_path / "full").mkdir()
    database = await connect(databases.copied_sqlite(full_sqlite, tmp_path / "full"), alone=True)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def whole(full_sqlite: str) -> bytes:
    """Give a backup of a small database with rows in every table."""

    async def take() -> bytes:
        database = await connect(full_sqlite, alone=True)
        data = await backups.backup_of(database)
        await database.close()
        return data

    return asyncio.run(take())
