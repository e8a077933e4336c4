"""The bot as a process beside others: one per SQLite file, signals, audits while it runs, a token that Slack refuses."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.local_slack.fault_injection import InjectedFault
from tests.world import POLICY, World, free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, databases.fresh_sqlite(tmp_path)) as made:
        yield made


async def shiproom(world: World, *words: str, **environ: str) -> tuple[int, str, str]:
    """Run a command line beside the bot, in its environment."""
    command = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env=world.environment() | environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    async with asyncio.timeout(30):
        out, err = await command.communicate()
    return command.returncode or 0, out.decode(), err.decode()


async def test_a_second_one_on_the_same_file(world: World) -> None:
    await world.start()
    second = str(free_port())
    status, out, err = await shiproom(world, "run", SHIPROOM_PORT=second)
    said = [line for line in err.splitlines() if not line.startswith("{")]
    assert (status, out, len(said)) == (1, "", 1)
    assert "Another Shiproom uses the database" in said[0]
    assert "DATABASE_URL" in said[0]
    status, _, err = await shiproom(world, "migrate")
    assert status == 1
    assert "Another Shiproom" in err
    await world.build("2.4.0")


@pytest.mark.postgres
async def test_a_postgresql_that_nobody_migrated(tmp_path: Path, postgres_server: str) -> None:
    url = await asyncio.to_thread(databases.fresh_postgres, postgres_server)
    async with World(tmp_path, url) as world:
        world.port = free_port()
        status, _, err = await shiproom(world, "run")
        assert status == 1
        assert "run `shiproom migrate` first" in err
        assert (await shiproom(world, "migrate"))[0] == 0
        await world.start()
        status, _, err = await shiproom(world, "run", SHIPROOM_PORT=str(free_port()))
        assert (status, "With a local CI only one may" in err) == (1, True)


async def test_a_token_that_slack_refuses(world: World) -> None:
    world.port = free_port()
    status, _, err = await shiproom(world, "run", SLACK_BOT_TOKEN="xoxb-other")
    assert status == 1
    assert "Slack refuses the bot token (invalid_auth): copy SLACK_BOT_TOKEN again" in err
    assert "Traceback" not in err
    assert "xoxb-other" not in err


async def test_a_stop_ends_well_and_in_time(world: World) -> None:
    await world.start()
    await world.build("2.4.0")
    bot = world.bot
    assert bot is not None
    bot.send_signal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await bot.wait() == 0
    assert "Traceback" not in world.log()
    assert (await shiproom(world, "audit", "verify"))[0] == 0


async def test_a_stop_waits_for_no_slack(world: World) -> None:
    """Where Slack is down since the start, nothing is under way that would be worth waiting for."""
    world.port = free_port()
    environ = world.environment() | {"SLACK_API_URL": "http://127.0.0.1:9/api/"}
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environ, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    assert bot.stderr is not None
    async with asyncio.timeout(20):
        while b"Shiproom is up" not in await bot.stderr.readline():
            pass
        bot.send_signal(signal.SIGINT)
        assert await bot.wait() == 0


async def test_a_policy_with_a_fault_changes_nothing(world: World) -> None:
    await world.start()
    await world.build("2.4.0")
    path = world.directory / "shiproom.yml"
    path.write_text(POLICY.replace("starters: [developers, ops]", "starters: [nobody]"))
    await reload(world, "policy not applied")
    assert "nobody" in world.log()
    assert "is created" in await world.says("Andy", "staging")
    path.write_text(POLICY.replace("starters: [developers, ops]", "starters: [ops]"))
    await reload(world, "policy applied")
    await world.build("2.4.1")
    assert "Only ops can start a release" in await world.says("Andy", "2.4.1 to staging")
    path.unlink()
    await reload(world, "policy not applied")
    assert "is created" in await world.says("Tim", "2.4.1 to staging")


async def reload(world: World, said: str) -> None:
    """Send SIGHUP and wait until the log says what came of it."""
    before = world.log().count(said)
    assert world.bot is not None
    world.bot.send_signal(signal.SIGHUP)
    await until(lambda: world.log().count(said) > before)


async def until(holds: Callable[[], bool], within: float = 30.0) -> None:
    """Look again and again until something holds."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what another process does raises no event here
            await asyncio.sleep(0.02)


async def test_audits_beside_a_running_bot(world: World) -> None:
    await world.start()
    for version in ("2.4.0", "2.4.1"):
        await world.build(version)
    assert "is created" in await world.says("Andy", "2.4.0 to staging")
    await world.until(1, "waiting", "production")
    status, out, _ = await shiproom(world, "audit", "verify")
    assert (status, "The history holds" in out) == (0, True)
    head = next(line for line in out.splitlines() if line.startswith("head website:")).removeprefix("head ")
    assert (await shiproom(world, "audit", "verify", "--anchor", head))[0] == 0
    service, row, digest = head.split(":")
    status, out, err = await shiproom(world, "audit", "verify", "--anchor", f"{service}:{row}:{digest[::-1]}")
    assert (status, "The history does not hold" in err) == (1, True)
    assert "the anchor says another hash" in out
    everything = await exported(world)
    of_one = await exported(world, "--service", "website", "--release", "r1")
    assert [row["row"] for row in everything] == [*range(1, len(everything) + 1)]
    assert {row["event"] for row in everything} >= {
        "policy_loaded",
        "build_reported",
        "started",
        "run_reported",
    }
    assert of_one == [row for row in everything if row["release"] == 1]
    status, out, err = await shiproom(world, "audit", "export", "--service", "other")
    assert (status, out) == (1, "")
    assert "other" in err, "a name that was mistyped is no empty history"


async def exported(world: World, *words: str) -> list[dict[str, Any]]:
    status, out, _ = await shiproom(world, "audit", "export", *words)
    assert status == 0
    return [json.loads(line) for line in out.splitlines()]


async def test_socket_mode_waits_for_a_slack_that_is_down(tmp_path: Path) -> None:
    """Who starts the bot first and Slack's network after it has a bot that answers all the same."""
    async with World(tmp_path, databases.fresh_sqlite(tmp_path), socket_mode=True) as world:
        world.slack.faults.add(outage := InjectedFault("*", "status", 503, times=1_000))
        world.port = free_port()
        async with asyncio.TaskGroup() as both:
            both.create_task(world.start())
            await until(lambda: outage.times < 998)
            outage.times = 0
        await until(lambda: bool(world.slack.sockets.connections))
        assert "production" in await world.says("Irwin", "where")
