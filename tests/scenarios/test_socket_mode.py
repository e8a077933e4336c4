"""The main story once more through Socket Mode: nothing of the bot's is reachable, and each envelope counts once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import databases
from tests.scenarios.test_ship import ship
from tests.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    environ = {"DEPLOY_KEY": "key-for-deploys"}
    url = databases.fresh_sqlite(tmp_path)
    async with World(tmp_path, url, socket_mode=True, environ=environ) as made:
        yield made


async def test_a_build_becomes_a_production_release(world: World) -> None:
    await world.start()
    await world.build("2.4.0")
    await ship(world, 1, "2.4.0")
    assert [line.split()[:2] for line in world.deployed()] == [["staging", "2.4.0"], ["production", "2.4.0"]]
    assert world.slack.bot_url is None
    assert "production" in await world.says("Irwin", "where")
    await world.slack.sockets.close()
    async with asyncio.timeout(30):
        while not world.slack.sockets.connections:  # noqa: ASYNC110 - the bot's own process comes back
            await asyncio.sleep(0.05)
    assert "locked" in await world.says("Tim", "lock production after the connection was lost")
