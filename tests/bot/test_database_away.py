"""The bot while its database is away: it goes on afterwards, or ends with a sentence where it must not."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none
import pytest

from bot import database_watch
from bot.app import StartError
from bot.database_watch import DatabaseWatch
from bot.health import DATABASE
from bot.lifetime import run
from storage.database import UnconfirmedError
from storage.kept_connection import EXCLUSIVE_KEY
from storage.postgres import UNCONFIRMED
from tests import databases
from tests.bot.inside import command, inside, settings_of
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service
from tests.storage import postgres_servers
from tests.storage.postgres_servers import Server
from tests.world import World, free_port

FEW = """
CREATE ROLE eight LOGIN CONNECTION LIMIT 8;
GRANT ALL ON ALL TABLES IN SCHEMA public TO eight;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO eight;
"""
_LOCKS = "FROM pg_locks WHERE locktype = 'advisory'"
HELD = f"EXISTS (SELECT 1 {_LOCKS} AND granted)"
ASKED_FOR = f"EXISTS (SELECT 1 {_LOCKS} AND NOT granted)"
END_HOLDER = f"SELECT pg_terminate_backend(pid) {_LOCKS} AND granted"


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """Start one server for all tests here, each of which leaves it running."""
    with postgres_servers.server() as started:
        yield started


@pytest.fixture(scope="module")
def migrated(own: Server) -> str:
    url = databases.fresh_postgres(own.url)
    asyncio.run(databases.migrate(url))
    return url


@pytest.fixture
def url(own: Server, migrated: str) -> str:
    return databases.fresh_postgres(own.url, migrated)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the bot look after its database more often."""
    monkeypatch.setattr(database_watch, "EVERY", 0.05)


async def test_forty_people_at_once_with_eight_connections(
    own: Server, url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.to_thread(own.sql, FEW, url)
    async with inside(tmp_path, DATABASE_URL=url.replace("postgres@", "eight@")) as bot:
        await bot.world.build("1.0.0")
        words = ("status", "unlock production", "lock production incident", "1.0.0 to staging") * 10
        bodies = [command(each) for each in words]
        people = [bot.post("/slack/events", bot.signed(body), body) for body in bodies]
        builds = [bot.world.build(f"1.1.{number}") for number in range(10)]
        answers, _ = await asyncio.gather(asyncio.gather(*people), asyncio.gather(*builds))
        await bot.until(lambda: bool(bot.world.deployed("staging")))
        recorded = [row["event"] for row in await bot.rows()]
    assert {each.status for each in answers} == {200}
    assert (recorded.count("build_reported"), recorded.count("started")) == (11, 1)
    assert not [each.message for each in caplog.records if each.levelno > logging.WARNING]
    assert "does not answer" not in caplog.text


async def test_a_release_goes_on_after_a_restart(own: Server, url: str, tmp_path: Path) -> None:
    async with inside(tmp_path, DATABASE_URL=url) as bot:
        held = tmp_path / "deploy" / "hold-staging"
        held.touch()
        await bot.world.build("2.4.0")
        await bot.world.press("Andy", "Release to staging", "2.4.0 *is ready*")
        await bot.until(lambda: bool(bot.world.deployed("staging")))
        await asyncio.to_thread(own.stop)
        held.unlink()
        await bot.until(lambda: bot.app.health.of(DATABASE).refused_since is not None)
        await asyncio.to_thread(own.start)
        await bot.world.until(1, "waiting", "production")
        assert len(bot.world.deployed("staging")) == 1
        await asyncio.to_thread(own.until, HELD)


async def test_what_a_lagging_standby_lacks_is_not_deployed_again(tmp_path: Path) -> None:
    with postgres_servers.pair(synchronous=False) as both:
        await databases.migrate(both.url)
        policy, rooms = HEAD + service("website"), furnished("website")
        async with inside(tmp_path, policy, furnish=rooms, DATABASE_URL=both.url, DEPLOY_KEY="key") as bot:
            website = ServiceScenario(bot, "website")
            await website.build("1.0")
            number = await website.starts("Mara", "staging")
            await website.until(number, "waiting", "production")
            await asyncio.to_thread(both.cut_off)
            await website.types("Tim", f"approve r{number} as ops")
            await website.until(number, "done")
            await asyncio.to_thread(both.fail_over)
            await website.says("Look at website: the database has lost what was confirmed")
            refused = await website.types("Tim", f"approve r{number} as ops")
            assert refused.startswith("Nothing was changed: the database has lost what was confirmed")
            await website.types("Tim", "settle lost 1.0 is live, nothing runs")
            await website.until(number, "cancelled")
            assert len(bot.world.deployed("production")) == 1
            assert await website.live("1.1") > number


async def test_what_may_have_been_done_is_not_called_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise UnconfirmedError(UNCONFIRMED)

    async with inside(tmp_path) as bot:
        with monkeypatch.context() as patch:
            patch.setattr(bot.app.engine.database, "write", broken)
            build = {"service": "website", "version": "1.0.0", "sha": "a" * 40, "branch": "main"}
            status, answer = await bot.world.api("POST", "/api/v1/builds", build)
    assert (status, answer["error"].count("or not"), answer["error"].count("Nothing")) == (503, 1, 0)


async def test_a_server_that_goes_away_in_the_middle_ends_no_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise UnconfirmedError(UNCONFIRMED)

    ended: list[str] = []
    async with inside(tmp_path) as bot:
        watch = DatabaseWatch(bot.app.engine, ended.append)
        with monkeypatch.context() as patch:
            patch.setattr(bot.app.engine.database, "read", broken)
            assert await watch.run_once() > 0
        assert bot.app.engine.health.of(DATABASE).refused_since is not None
        assert await watch.run_once() > 0
    assert (ended, bot.app.engine.health.of(DATABASE).refused_since) == ([], None)


async def _ends(world: World, happens: Callable[[], Awaitable[None]]) -> str:
    """Run the bot until it ends by what happens; return the sentence with which it does."""
    world.port = free_port()
    running = asyncio.gather(run(settings_of(world, SHIPROOM_PORT=str(world.port))), return_exceptions=True)
    await world.ready()
    await happens()
    async with asyncio.timeout(30):
        (ended,) = await running
    assert isinstance(ended, StartError)
    return str(ended)


async def test_a_bot_ends_when_another_has_taken_its_lock(own: Server, url: str, tmp_path: Path) -> None:
    connect = cast("Any", asyncpg).connect
    thief = await connect(url)
    async with World(tmp_path, url) as world:

        async def take_lock() -> None:
            """Ask for the lock before its holder is ended, so that the bot cannot be quicker."""
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(thief.execute(f"SELECT pg_advisory_lock({EXCLUSIVE_KEY})"))
                await asyncio.to_thread(own.until, ASKED_FOR)
                await asyncio.to_thread(own.sql, END_HOLDER)

        said = await _ends(world, take_lock)
    await thief.close()
    assert "has taken the lock of this database while it was out of reach" in said


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_bot_ends_when_its_file_is_deleted_or_replaced(tmp_path: Path, *, replaced: bool) -> None:
    path = tmp_path / "shiproom.db"

    async def lose() -> None:
        path.unlink()
        if replaced:
            path.touch()

    async with World(tmp_path, databases.fresh_sqlite(tmp_path)) as world:
        said = await _ends(world, lose)
    assert (
        said
        == f"The database {path} was deleted or replaced while Shiproom ran. Put it back, and start again."
    )


async def test_a_bot_ends_once_its_schema_is_of_a_newer_version(
    own: Server, url: str, tmp_path: Path
) -> None:
    """`shiproom migrate` of a newer version ran, and what it changed is not for this one."""

    async def upgrade() -> None:
        await asyncio.to_thread(own.sql, "UPDATE schema_support SET lowest = '9999'", url)
        await asyncio.to_thread(own.sql, "UPDATE alembic_version SET version_num = '9999'", url)

    async with World(tmp_path, url) as world:
        said = await _ends(world, upgrade)
    assert said.startswith("The database is at schema 9999, newer than this Shiproom")
    assert said.endswith("install the newer Shiproom.")
