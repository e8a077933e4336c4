"""What waits for a time goes on when the time has come, to the second, in a bot that rests until then."""

import asyncio
from pathlib import Path

import pytest

from bot.loop import SAFETY_NET
from tests.scenarios.fleet import fleet
from tests.virtual_clock import run_virtually


@pytest.mark.parametrize(("before", "after"), [(50, 5), (10, 5), (10, 15)])
def test_a_release_goes_on_when_the_lock_ends(tmp_path: Path, before: float, after: float) -> None:
    """It is asked for so many seconds before that; the safety net is so many seconds after it."""

    async def story() -> float:
        async with fleet(tmp_path, 1) as ships:
            await asyncio.sleep(10 * SAFETY_NET - after - ships.now)
            assert "is locked" in await ships.bot.world.says("Tim", "lock staging for 1m upgrade")
            locked = ships.now
            await asyncio.sleep(60 - before)
            await ships.build("s00")
            await asyncio.sleep(before - 1)
            assert (await ships.states())[1] == "waiting waiting"
            await ships.until(lambda: bool(ships.github.runs), 60, lambda: "nothing was started")
            return ships.now - locked

    assert run_virtually(story()) == pytest.approx(60, abs=2)
