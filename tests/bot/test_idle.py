"""A bot that nobody talks to hardly asks its database anything, and still reacts at once to whatever comes."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from storage import driver
from tests.bot.inside import Inside, inside
from tests.virtual_clock import VirtualClock, run_virtually

MOST_A_MINUTE = 7
"""Looks at runs, effects and due releases; and in some minutes one at whether those who signed still may."""


class RecordedStatements:
    """Records the statements that the database gets."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        execute = driver.execute

        def noted(connection: Any, text: str, *values: Any) -> Any:  # noqa: ANN401 - as the driver has it
            self.statements.append(text)
            return execute(connection, text, *values)

        patch.setattr(driver, "execute", noted)

    async def over(self, seconds: float) -> list[str]:
        """Return the statements of the next so many seconds."""
        self.statements.clear()
        await asyncio.sleep(seconds)
        return list(self.statements)


async def waiting(bot: Inside) -> None:
    """Have a release that waits for somebody's word, all said that is to be said, and no safety net near."""
    assert "is locked" in await bot.world.says("Tim", "lock staging now")
    await bot.world.build("2.4.0")
    await bot.world.says("Andy", "website@2.4.0 to staging")
    await bot.world.until(1, "waiting")
    await asyncio.sleep(100)


def test_an_idle_bot_leaves_its_database_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = RecordedStatements(monkeypatch)

    async def story() -> list[list[str]]:
        async with inside(tmp_path, clock=VirtualClock()) as bot:
            await waiting(bot)
            return [await recorded.over(60) for _ in range(5)]

    for minute in run_virtually(story()):
        assert 0 < len(minute) <= MOST_A_MINUTE, minute


def test_a_bot_that_was_idle_answers_and_shows_at_once(tmp_path: Path) -> None:
    async def story() -> float:
        async with inside(tmp_path, clock=VirtualClock()) as bot:
            await waiting(bot)
            began = bot.clock.monotonic()
            await bot.world.says("Tim", "lock production now")
            await bot.world.says("Andy", "cancel r1 wrong build")
            await bot.world.person("Tim").until_sees("C0RELEASES", "cancelled")
            return bot.clock.monotonic() - began

    assert run_virtually(story()) < 5


def test_a_decision_makes_the_pollers_look_what_is_in_flight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = RecordedStatements(monkeypatch)

    async def story() -> list[str]:
        async with inside(tmp_path, clock=VirtualClock()) as bot:
            await waiting(bot)
            assert not [each for each in await recorded.over(5) if "in_flight = " in each]
            recorded.statements.clear()
            await bot.world.says("Tim", "lock production now")
            await asyncio.sleep(0.5)
            return recorded.statements

    assert [each for each in run_virtually(story()) if "in_flight = " in each]
