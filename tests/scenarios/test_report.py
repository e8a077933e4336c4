"""What went live is reported: to whoever asks, for their eyes only, and once a week in a channel, whatever Slack does then."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.scenarios.fleet import SERVICE, Fleet, fleet
from tests.virtual_clock import VirtualClock, run_virtually
from tests.world import CHANNEL

AUTOMATIC = SERVICE.replace("        gates:", "        start: automatic\n        gates:")
BUILD = {
    "service": "s00",
    "version": "1.0",
    "sha": "4be1c9d".ljust(40, "a"),
    "branch": "main",
    "changes": [{"sha": "c0ffee", "author": "mara", "title": "Faster leaderboard"}],
}
REPORTED = AUTOMATIC + "report: {{channel: C0RELEASES, every: Mon 00:30}}\n"
SUNDAY = datetime(2026, 11, 29, 22, 50, tzinfo=UTC)
MINUTE = 60.0
WEEK = "Releases of s00, Mon 23 Nov to Sun 29 Nov 2026: 1 change went live"


def reports(ships: Fleet) -> list[str]:
    """List the reports that were posted."""
    return [said.text for said in ships.messages() if said.text.startswith("Releases")]


def shown(ships: Fleet) -> str:
    """Read the last report as everybody does."""
    return [
        seen.text
        for seen in ships.bot.world.person("Irwin").sees(CHANNEL)
        if WEEK.partition(":")[0] in seen.text
    ][-1]


async def ship(ships: Fleet) -> None:
    """Bring 1.0 live, which waits for ops for ten minutes."""
    assert (await ships.bot.world.api("POST", "/api/v1/builds", BUILD))[0] == 201
    await ships.until(lambda: len(ships.github.runs) == 1, 120, lambda: "staging was not started")
    ships.held.let_go("s00-staging", "success")
    await ships.until(
        lambda: any(said.text.startswith("Sign off r1") for said in ships.messages()), 300, ships.messages
    )
    await asyncio.sleep(10 * MINUTE)
    await ships.bot.world.says("Tim", "approve r1 as ops")
    await ships.until(lambda: len(ships.github.runs) == 2, 120, lambda: "production was not started")
    ships.held.let_go("s00-production", "success")
    await ships.settle(300)


async def sleep_until(ships: Fleet, hour: int, minute: int) -> None:
    """Wait for a time of Monday."""
    monday = datetime(2026, 11, 30, hour, minute, tzinfo=UTC)
    await asyncio.sleep((monday - ships.bot.clock.now()).total_seconds())


@asynccontextmanager
async def sunday(directory: Path) -> AsyncGenerator[Fleet]:
    """Run a bot on Sunday at 22:50, with a report at half past midnight."""
    async with fleet(directory, 1, VirtualClock(begins=SUNDAY), service=REPORTED) as ships:
        yield ships


def test_whoever_asks_is_told_what_went_live_and_the_week_is_posted_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with sunday(tmp_path) as ships:
            assert await ships.bot.world.says("Tim", "report") == "Nothing has been released yet."
            await ship(ships)
            before = len(ships.messages())
            irwin = ships.bot.world.person("Irwin")
            await irwin.command("/release", "report", CHANNEL)
            await ships.until(lambda: any(each.private for each in irwin.sees(CHANNEL)), 60, ships.messages)
            told = next(each.text for each in irwin.sees(CHANNEL) if each.private)
            assert "1 change went live." in told
            assert "s00: 1.0" in told
            assert len(ships.messages()) == before, "the answer is for Irwin only"
            refused = await ships.bot.world.says("Guest", "report")
            assert "full member" in refused, refused
            assert "s00" not in refused
            await sleep_until(ships, 0, 29)
            assert reports(ships) == []
            await sleep_until(ships, 0, 32)
            assert reports(ships) == [WEEK]
            assert "s00: 1.0" in shown(ships)
            await ships.bot.restart()
            await sleep_until(ships, 1, 40)
            assert reports(ships) == [WEEK]

    run_virtually(story())


@pytest.mark.parametrize("restarted", [False, True])
def test_when_slack_is_silent_at_that_time_it_is_posted_once_later(tmp_path: Path, restarted: bool) -> None:
    async def story() -> None:
        async with sunday(tmp_path) as ships:
            await ship(ships)
            await sleep_until(ships, 0, 20)
            await ships.bot.world.slack.go_down()
            await sleep_until(ships, 0, 50)
            await ships.bot.world.slack.come_back()
            if restarted:
                await ships.bot.restart()
            await sleep_until(ships, 2, 0)
            assert reports(ships) == [WEEK]
            assert "s00: 1.0" in shown(ships)

    run_virtually(story())
