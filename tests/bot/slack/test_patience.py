"""G4: a confirmation leaves after the commit; who waits for more than two seconds is told so, and the outcome follows."""

import time
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.slack import requests
from bot.tasks import Tasks
from tests.bot.inside import inside
from tests.world import CHANNEL, POLICY


def stall(_: Connection) -> None:
    time.sleep(1.5)


async def test_a_slow_commit_is_not_confirmed_yet_and_its_outcome_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "PATIENCE", 0.2)
    async with inside(tmp_path, POLICY) as bot:
        tim, database = bot.world.person("Tim"), bot.app.engine.database
        await tim.command("/release", "whoami", CHANNEL)
        stalled = Tasks().start(database.write(stall), "stall")
        await tim.command("/release", "lock production database upgrade", CHANNEL)
        private = [seen.text for seen in tim.sees(CHANNEL) if seen.private]
        assert "Not confirmed yet" in private[-1]
        await stalled
        await tim.until_sees(CHANNEL, "production of website is locked", within=10)
        rows = await bot.rows()
        assert [row["event"] for row in rows if row["event"] == "locked"] == ["locked"]
