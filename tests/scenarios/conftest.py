"""The world of a scenario, on each database."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.world import World


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with databases.server() as url:
        yield url


@pytest.fixture(params=databases.KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return databases.fresh_sqlite(tmp_path)
    return databases.fresh_postgres(request.getfixturevalue("postgres_server"))


@pytest.fixture
async def world(database: str, tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, database, environ={"DEPLOY_KEY": "key-for-deploys"}) as made:
        yield made
