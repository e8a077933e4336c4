"""The world of a scenario: on each database, and reached by Slack in both of its ways."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import World


@pytest.fixture(params=[False, True], ids=["http", "socket mode"], scope="module")
def socket_mode(request: pytest.FixtureRequest) -> bool:
    """Tell whatever asks for this through HTTP and once more through Socket Mode, and expect the same of both."""
    return bool(request.param)


@pytest.fixture
async def world(database: str, tmp_path: Path, socket_mode: bool) -> AsyncIterator[World]:
    environ = {"DEPLOY_KEY": "key-for-deploys"}
    async with World(tmp_path, database, socket_mode=socket_mode, environ=environ) as made:
        yield made
