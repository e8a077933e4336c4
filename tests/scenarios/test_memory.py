"""What the bot keeps in memory does not grow with the releases that it has finished."""

import asyncio
from pathlib import Path

import pytest

from bot import engine, freshness
from bot.ci.github import kept_runs, run_lists
from tests.bench.memory import ANYBODY, let_everything_succeed, release
from tests.kept import Kept, kept_by
from tests.scenarios.fleet import Fleet, fleet
from tests.virtual_clock import run_virtually

WARM, MORE = 4, 6
QUIET = 2_000.0
"""Seconds after which nothing may be left of what is kept for a time."""

LIMITS = (
    (engine, "CACHED_PLANS"),
    (freshness, "CACHED_RELEASES"),
    (kept_runs, "MOST_KEPT"),
    (kept_runs, "_MOST_NAMED"),
    (run_lists, "MOST_KEPT"),
)
"""How much is kept at most; here less than the releases need, so that these limits are met."""


async def finished(ships: Fleet, first: int, last: int) -> Kept:
    """Carry releases out, one of which fails at first, and count what is left of them when another one comes later."""
    for number in range(first, last):
        await release(ships, number, fails=number == first)
    await asyncio.sleep(QUIET)
    await release(ships, last)
    return kept_by(ships.bot.app)


async def story(directory: Path) -> dict[str, tuple[int, int]]:
    async with fleet(directory, 1, service=ANYBODY) as ships:
        let_everything_succeed(ships)
        before = await finished(ships, 1, WARM)
        return (await finished(ships, WARM + 1, WARM + MORE)).grown_since(before, MORE)


def test_nothing_is_kept_for_each_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, most in LIMITS:
        monkeypatch.setattr(module, most, 2)
    assert run_virtually(story(tmp_path)) == {}
