"""The world of a scenario, on each database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World


@pytest.fixture
async def world(database: str, tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, database, environ={"DEPLOY_KEY": "key-for-deploys"}) as made:
        yield made
