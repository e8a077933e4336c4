"""Home through HTTP and through Socket Mode: what waits on somebody is signed there, and what changes reaches who looks."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import databases
from tests.world import CHANNEL, World


@pytest.fixture(params=[False, True], ids=["http", "socket mode"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    environ = {"DEPLOY_KEY": "key-for-deploys"}
    url = databases.fresh_sqlite(tmp_path)
    async with World(tmp_path, url, socket_mode=request.param, environ=environ) as made:
        await made.start()
        yield made


def published(world: World, user: str) -> int:
    """Count what was published to somebody."""
    return sum(name == "views.publish" and call["user_id"] == user for name, call, _ in world.slack.calls)


async def to_production(world: World, number: int, version: str) -> None:
    await world.build(version)
    await world.press("Andy", "Release to staging", f"{version} *is ready*")
    await world.until(number, "waiting", "production")


async def test_amita_signs_at_home(world: World) -> None:
    await to_production(world, 1, "2.4.0")
    amita, tim, guest = (world.person(name) for name in ("Amita", "Tim", "Guest"))
    for person in (amita, tim):
        (receipt,) = await person.opens_home()
        assert receipt.ok
    said = await amita.until_home("r1 website 2.4.0")
    assert said.startswith("*Waiting on me*\n")
    await amita.until_home(f"/archives/{CHANNEL}/p")
    await tim.until_home("Sign off for ops")
    home = amita.home
    assert home is not None
    await amita.click(home, "Sign off for testers")
    await amita.fill(amita.modal, {"Checked": True, "Note": "all fine"}).submit()
    assert amita.modal is None
    said = await amita.until_home("Nothing waits on you now")
    assert "Sign off for testers" not in said
    # Whose Home shows what is gone is told so in a modal, for there is no channel.
    await amita.click(home, "Sign off for testers")
    await amita.close(await amita.until_modal("Shiproom"))
    tims = tim.home
    assert tims is not None
    await tim.click(tims, "Sign off for ops")
    await world.until(1, "done")
    await tim.until_home("production*: 2.4.0", within=10)
    await guest.opens_home()
    await world.person("Stranger").opens_home()
    await asyncio.sleep(0.5)
    assert guest.home is None
    assert published(world, "U0GUEST") == published(world, "U0STRANGER") == 0
