"""A row that cannot be read: what it is about is refused with a sentence, operators are told, and everything else goes on."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from storage import audit
from tests.bot.inside import Inside, inside
from tests.world import CHANNEL


def damage(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "shiproom.db", timeout=20)) as database:
        assert database.execute(statement).rowcount > 0
        database.commit()


async def ready_body(bot: Inside) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.world.url}/readyz") as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE release SET body = '{' WHERE number = 1", "what is saved of it cannot be read"),
        (
            "UPDATE release SET body = replace(body, '\"staging\"', '\"elsewhere\"') WHERE number = 1",
            "it has a step that its plan does not have",
        ),
        (
            "UPDATE plan SET body = replace(body, '\"ops\"', '\"testers\"')",
            "its plan is not what it was when the release started",
        ),
        ("UPDATE release SET plan = 'none' WHERE number = 1", "its plan is gone"),
    ],
    ids=["body", "step", "altered plan", "lost plan"],
)
async def test_release_that_cannot_be_read_stops_nobody_else(
    tmp_path: Path,
    statement: str,
    why: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with inside(tmp_path) as bot:
        world = bot.world
        await world.build("2.4.0")
        await world.says("Andy", "staging")
        await world.until(1, "waiting", "production")
        damage(tmp_path, statement)
        assert why in await world.says("Andy", "r1 to production")
        assert "audit verify" in await world.says("Tim", "cancel r1")
        bot.app.wake()
        seen: list[str] = []
        for _ in range(200):
            sees = world.person("Tim").sees(CHANNEL)
            seen = [each.text for each in sees if "Look at the database" in each.text and "r1" in each.text]
            if seen:
                break
            bot.app.wake()
            await asyncio.sleep(0.05)
        assert len(seen) == 1, seen
        assert "Something went wrong" not in await world.says("Andy", "status")
        assert "r1 cannot be read" in await ready_body(bot)
        if "plan SET" not in statement:
            await world.build("2.5.0")
            await world.says("Andy", "2.5.0 to staging")
            await world.until(2, "waiting", "staging")
        found = await bot.app.engine.database.read(audit.verify)
        assert any("altered" in str(each) for each in found.findings)


async def test_service_whose_environments_cannot_be_read_refuses_with_a_sentence(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        await bot.world.build("2.4.0")
        await bot.world.says("Andy", "staging")
        await bot.world.until(1, "waiting", "production")
        damage(tmp_path, "UPDATE service SET body = '{\"staging\":7}'")
        for words in ("status", "r1 to production", "lock production incident"):
            assert "service website" in await bot.world.says("Tim", words), words
        build = {"service": "website", "version": "2.5.0", "sha": "b" * 40, "branch": "main"}
        status, answer = await bot.world.api("POST", "/api/v1/builds", build)
        assert (status, "service website" in answer["error"]) == (503, True), answer
