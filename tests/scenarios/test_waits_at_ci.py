"""A run that is queued or waits for a person at GitHub is told as that, and no time limit ends it; times are virtual."""

import asyncio
from pathlib import Path
from typing import Any

from tests.github.model import Run, Waiting
from tests.scenarios.fleet import Fleet, fleet
from tests.virtual_clock import run_virtually

HOUR = 3600.0


async def begun(ships: Fleet) -> Run:
    """Have r1 started in staging; return its run."""
    await ships.build("s00")
    await ships.until(lambda: bool(ships.github.runs), 60, lambda: "nothing was started")
    [run] = ships.github.runs.values()
    await ships.until(lambda: run.status == "in_progress", 60, lambda: run.status)
    return run


async def step_of_r1(ships: Fleet) -> dict[str, Any]:
    release = await ships.bot.world.release(1)
    return {"release": release["state"], **release["steps"][0]}


async def reads(ships: Fleet, words: str) -> None:
    """Wait until r1's card says something."""
    await ships.until(lambda: words in ships.card(1), 600, lambda: ships.card(1))


def stops(ships: Fleet) -> list[str]:
    return [asked for asked in ships.github.asked if asked.endswith("/cancel")]


def test_a_run_that_waits_for_a_reviewer_waits_as_long_as_it_takes(tmp_path: Path) -> None:
    """The time limit is 3 h; it waits for 5 h, then runs for two, and is live."""

    async def story() -> None:
        async with fleet(tmp_path, 1) as ships:
            run = await begun(ships)
            run.status, run.waiting = "waiting", [Waiting("production", ("tim",))]
            await reads(ships, "waits at GitHub")
            assert "a reviewer of its environment" in ships.card(1)
            assert "No time limit runs" in ships.card(1)
            step = await step_of_r1(ships)
            assert (step["release"], step["state"], step["run"]["state"]) == ("deploying", "running", "waits")
            said = await ships.bot.world.says("Irwin", "why r1")
            assert "waits at CI" in said
            assert "Look at it" in said
            await asyncio.sleep(5 * HOUR)
            assert not stops(ships)
            assert (await step_of_r1(ships))["run"]["state"] == "waits"
            run.status, run.waiting = "in_progress", []
            await reads(ships, "deploying to")
            await asyncio.sleep(2 * HOUR)
            assert (await step_of_r1(ships))["run"]["state"] == "running"
            ships.held.let_go("s00-staging", "success")
            await ships.until(lambda: "deploying to" not in ships.card(1), 600, lambda: ships.card(1))
            assert (await step_of_r1(ships))["state"] == "succeeded"
            assert not stops(ships)

    run_virtually(story())


def test_a_run_in_the_queue_has_a_longer_limit_that_is_told(tmp_path: Path) -> None:
    """After as long as it may run people are told; its own limit counts from when it really runs."""

    async def story() -> None:
        async with fleet(tmp_path, 1) as ships:
            run = await begun(ships)
            run.status = "queued"
            await reads(ships, "queued at GitHub")
            assert (await step_of_r1(ships))["run"]["state"] == "queued"
            await asyncio.sleep(2 * HOUR)
            assert not [said for said in ships.messages() if "still queued" in said.text]
            await asyncio.sleep(2 * HOUR)
            assert len([said for said in ships.messages() if "still queued" in said.text]) == 1
            run.status = "in_progress"
            await reads(ships, "deploying to")
            await asyncio.sleep(2 * HOUR)
            assert not stops(ships)
            await asyncio.sleep(1.5 * HOUR)
            assert stops(ships), "it has run for longer than 3 h"
            # The call is over since it runs, and its text was edited; it was not posted again.
            assert not [said for said in ships.messages() if "still queued" in said.text]

    run_virtually(story())
