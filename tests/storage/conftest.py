"""An open database for each test, at the newest schema and empty."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from storage.opening import open_database


@pytest.fixture
async def opened(migrated_database: str) -> AsyncIterator[Database]:
    database = await open_database(migrated_database, alone=False)
    yield database
    await database.close()
