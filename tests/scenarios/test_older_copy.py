"""A copy of the database that is older than what was confirmed: a start notices it; a kill at any moment is no such copy."""

import asyncio
import json
import random
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot import heads
from bot.app import App
from tests import databases
from tests.bot.inside import Inside, inside, settings_of
from tests.profile import size
from tests.world import CHANNEL, World

KILLS = 40


@dataclass
class Installation:
    """A bot that can be stopped and started again on the same files."""

    world: World
    start: Callable[[], Awaitable[object]]
    stop: Callable[[], Awaitable[object]]
    accept: Callable[[], Awaitable[object]]
    """Starts it with --new-database."""

    @property
    def database(self) -> Path:
        return self.world.directory / self.world.database.rpartition("/")[2]


@asynccontextmanager
async def in_this_process(folder: Path) -> AsyncGenerator[Installation]:
    async with inside(folder) as bot:

        async def stop() -> None:
            bot.clock.listeners.remove(bot.app.wake)
            await bot.app.stop()

        async def start() -> None:
            assert bot.begin is not None
            bot.app = await bot.begin()

        async def accept() -> None:
            settings = replace(settings_of(bot.world), new_database=True)
            bot.app = App(settings, bot.world.environment(), bot.clock)
            await bot.app.start()
            bot.clock.listeners.append(bot.app.wake)
            bot.world.port, bot.world.slack.bot_url = bot.app.port, f"http://127.0.0.1:{bot.app.port}"

        yield Installation(bot.world, start, stop, accept)


@asynccontextmanager
async def as_a_process(folder: Path) -> AsyncGenerator[Installation]:
    async with World(folder, databases.fresh_sqlite(folder)) as world:

        async def accept() -> None:
            world.words = ("--new-database",)
            await world.start()
            world.words = ()

        await world.start()
        yield Installation(world, world.start, world.stop, accept)


Installed = Callable[[Path], AbstractAsyncContextManager[Installation]]
installed = pytest.mark.parametrize(
    "installed", size([in_this_process], [in_this_process], [in_this_process, as_a_process])
)


def copied(source: Path, target: Path) -> None:
    """Copy a database that nobody uses by hand, as it lies there."""
    for ending in ("", "-wal", "-shm"):
        Path(f"{target}{ending}").unlink(missing_ok=True)
        if Path(f"{source}{ending}").exists():
            shutil.copyfile(f"{source}{ending}", f"{target}{ending}")


async def lost(world: World) -> list[str]:
    _, answer = await world.api("GET", "/readyz")
    return answer.get("lost", [])


async def until_said(world: World, words: str) -> None:
    async with asyncio.timeout(30):
        while not any(words in each.text for each in world.person("Tim").sees(CHANNEL) if not each.private):  # noqa: ASYNC110 - a message in Slack raises no event here
            await asyncio.sleep(0.02)


@installed
async def test_an_older_file_that_was_copied_back(tmp_path: Path, installed: Installed) -> None:
    async with installed(tmp_path) as bot:
        world, older = bot.world, tmp_path / "older.db"
        await world.says("Tim", "lock staging one")
        await bot.stop()
        copied(bot.database, older)
        await bot.start()
        await world.says("Tim", "lock production two")
        await bot.stop()
        copied(older, bot.database)

        await bot.start()
        refused = await world.says("Tim", "unlock staging")
        assert refused.startswith("Nothing was changed: the database has lost what was confirmed of website")
        assert [line for line in await lost(world) if line.startswith("website is at row ")]
        await until_said(world, "Look at website: the database has lost what was confirmed")
        before = (tmp_path / ".shiproom" / "heads.json").read_text()
        await bot.stop()
        await bot.start()  # which does not forget it
        assert await lost(world)
        assert "goes on from row" in await world.says("Tim", "settle website lost nothing runs")
        assert await lost(world) == []
        await bot.stop()
        # As if it had been killed before the word reached the file: what is in it is older than the word.
        (tmp_path / ".shiproom" / "heads.json").write_text(before)
        await bot.start()
        assert await lost(world) == []
        assert "is open again" in await world.says("Tim", "unlock staging")


@installed
async def test_an_operator_may_accept_an_older_copy(tmp_path: Path, installed: Installed) -> None:
    async with installed(tmp_path) as bot:
        world, older = bot.world, tmp_path / "older.db"
        await bot.stop()
        copied(bot.database, older)
        await bot.start()
        await world.says("Tim", "lock production two")
        await bot.stop()
        copied(older, bot.database)
        await bot.accept()
        assert await lost(world) == []
        assert "is locked" in await world.says("Tim", "lock staging three")
        await bot.stop()
        await bot.start()
        assert await lost(world) == []


async def never_ahead(folder: Path) -> None:
    """Read the file again and again while it is written after each decision: what it has is in the database by then."""
    async with inside(folder) as bot:
        await never_ahead_in(bot, folder)


async def never_ahead_in(bot: Inside, folder: Path) -> None:
    seen = set[str]()
    path, reader = folder / ".shiproom" / "heads.json", sqlite3.connect(folder / "shiproom.db")
    for number in range(20):
        await bot.world.says("Tim", "lock staging now" if number % 2 else "unlock staging")
        if path.exists():
            row, digest, _ = json.loads(path.read_text())["head website"].split(":")
            there = "SELECT hash FROM history WHERE service = 'website' AND row = ?"
            assert reader.execute(there, (int(row),)).fetchone() == (digest,)
            seen.add(row)
    reader.close()
    assert len(seen) > 5


async def killed(folder: Path) -> None:
    """Kill it at random moments."""
    chance, loop = random.Random(16), asyncio.get_running_loop()
    async with World(folder, databases.fresh_sqlite(folder)) as world:
        await world.start()
        for _ in range(KILLS):
            until = loop.time() + chance.uniform(0.1, 4.5)
            while loop.time() < until:
                await world.says("Tim", "lock staging again")
                await world.says("Tim", "unlock staging")
            await world.kill()
            await world.start()
            assert await lost(world) == []
            assert "is locked" in await world.says("Tim", "lock staging after the kill")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("story", size([never_ahead], [never_ahead], [never_ahead, killed]))
async def test_a_kill_at_any_moment_is_no_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, story: Callable[[Path], Awaitable[None]]
) -> None:
    monkeypatch.setattr(heads, "EVERY", 0.0)
    await story(tmp_path)
