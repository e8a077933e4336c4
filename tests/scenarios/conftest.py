"""The world of a scenario: on each database, and reached by Slack through HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.profile import PROFILE, Profile, size
from tests.world import World

collect_ignore = [] if PROFILE is Profile.FULL else ["test_rolling.py"]
"""What takes minutes is a part of the full size alone; tests/scenarios/test_replicas.py kills one of two bots in each size."""

WAYS = size({"http": False}, {"http": False}, {"http": False, "socket mode": True})
"""By name, whether Slack is reached in Socket Mode: where the ways differ is told by test_both_ways and test_socket_mode."""


@pytest.fixture(params=WAYS.values(), ids=list(WAYS), scope="module")
def socket_mode(request: pytest.FixtureRequest) -> bool:
    """Run whatever asks for this in each way, and expect the same of both."""
    return bool(request.param)


@pytest.fixture
async def world(database: str, tmp_path: Path, socket_mode: bool) -> AsyncIterator[World]:
    environ = {"DEPLOY_KEY": "key-for-deploys"}
    async with World(tmp_path, database, socket_mode=socket_mode, environ=environ) as made:
        yield made
