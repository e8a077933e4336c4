"""The world of a scenario: on each database, and reached by Slack through HTTP."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.profile import PROFILE, Profile, size
from tests.scenarios.turned.bots import Bots
from tests.scenarios.turned.story import Beginning, Story, turned
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


@pytest.fixture(scope="session")
def bots() -> Iterator[Bots]:
    """Keep one program from which the bots of all stories are forked."""
    program = Bots()
    try:
        yield program
    finally:
        program.close()


Stories = Callable[..., AbstractAsyncContextManager[tuple[Story, ...]]]


@pytest.fixture
def stories(bots: Bots, tmp_path: Path) -> Stories:
    """Begin a story: `async with stories(policy, "website") as (website,):`; tests/scenarios/turned tells how to write one."""

    def begin(
        policy: str, *services: str, at: str = "2026-11-27 16:30", database: str = ""
    ) -> AbstractAsyncContextManager[tuple[Story, ...]]:
        return turned(bots, tmp_path, policy, services, Beginning(at, database))

    return begin
