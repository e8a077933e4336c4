"""What machines watch: alive, ready, metrics; and Socket Mode, in which Slack's route is not there."""

import asyncio
import json
import logging
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot import app
from bot.app import App
from bot.effects.worker import EffectWorker
from storage.connections import probe
from tests.bot.inside import Inside, command, inside, settings_of, signature
from tests.local_slack.fault_injection import InjectedFault
from tests.virtual_clock import ManualClock
from tests.world import APP_TOKEN, World


async def status(port: int, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status


async def test_ready_once_slack_has_said_who_the_bot_is(tmp_path: Path) -> None:
    """And it stays ready in a later outage of Slack: the bot still takes builds and shows what it knows."""
    async with World(tmp_path, f"sqlite:///{tmp_path / 'shiproom.db'}") as world:
        outage = InjectedFault("*", "status", 503, times=3)
        world.slack.faults.add(outage)
        running = App(settings_of(world), world.environment(), ManualClock())
        await running.start()
        try:
            world.port = running.port
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{world.url}/readyz") as answer,
            ):
                assert answer.status == 503
                assert "Slack" in (await answer.json())["missing"]
            assert await status(running.port, "/healthz") == 200
            outage.times = 0
            await world.ready()
            world.slack.faults.add(InjectedFault("*", "status", 503, times=1_000))
            await world.build("2.4.0")
            assert await status(running.port, "/readyz") == 200
            world.slack.faults.clear()
        finally:
            await running.stop()


async def test_a_database_that_is_gone_is_not_ready(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        assert await status(bot.app.port, "/readyz") == 200

        async def broken(_: object) -> None:
            raise OSError("gone")

        bot.app.engine.database.read = broken  # pyright: ignore[reportAttributeAccessIssue]
        assert await status(bot.app.port, "/readyz") == 503
        assert await status(bot.app.port, "/healthz") == 200


async def test_a_worker_that_ends_is_named_until_it_runs_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, ends = EffectWorker.run, list[bool]()

    async def ends_once(worker: EffectWorker) -> None:
        if not ends:
            ends.append(True)
            raise asyncio.CancelledError
        await run(worker)

    monkeypatch.setattr(EffectWorker, "run", ends_once)
    async with inside(tmp_path) as bot:
        answered = await ready(bot.app.port)
        assert answered == {
            "ready": False,
            "missing": "being started again: effects (CancelledError)",
            "silent": [],
        }
        async with asyncio.timeout(20):
            while not (await ready(bot.app.port))["ready"]:  # noqa: ASYNC110 - nobody tells when it runs again
                await asyncio.sleep(0.05)


async def ready(port: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return await answer.json()


async def answer_of(bot: Inside, path: str = "/readyz") -> tuple[int, dict[str, Any]]:
    answer = await bot.get(path)
    return answer.status, json.loads(answer.body)


async def test_without_slack_it_is_ready_before_slack_says_who_the_bot_is(tmp_path: Path) -> None:
    async with World(tmp_path, f"sqlite:///{tmp_path / 'shiproom.db'}") as world:
        world.slack.faults.add(InjectedFault("*", "status", 503, times=1_000))
        running = App(settings_of(world), world.environment(), ManualClock())
        await running.start()
        try:
            assert await status(running.port, "/readyz") == 503
            assert await status(running.port, "/readyz?without=slack") == 200
            world.slack.faults.clear()
        finally:
            await running.stop()


async def test_a_disk_that_is_full_is_not_ready(tmp_path: Path) -> None:
    """Reads go on well; what is written to see that is written at most every ten seconds."""
    clock = ManualClock()
    async with inside(tmp_path, clock=clock) as bot:
        database, readiness = bot.app.engine.database, bot.app.readiness
        written, write = list[object](), database.write

        async def counted(work: Any) -> Any:  # noqa: ANN401 - whatever is written
            if getattr(work, "func", None) is probe:
                written.append(work)
            return await write(work)

        async def full(_: object) -> None:
            raise OperationalError("UPDATE secret words", {}, sqlite3.OperationalError("disk is full"))

        database.write = counted
        assert (await answer_of(bot))[0] == (await answer_of(bot))[0] == 200
        assert len(written) <= 1
        # Ten seconds would have to pass; and a full disk cannot be had, so a method of the object is replaced.
        readiness._probed_at = float("-inf")  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - ten seconds later
        database.write = full  # pyright: ignore[reportAttributeAccessIssue]
        code, body = await answer_of(bot)
        database.write = write
        assert (code, body["missing"]) == (
            503,
            "the database cannot be written: OperationalError disk is full",
        )
        assert body["silent"][0]["connection"] == "the database"
        assert (await answer_of(bot, "/readyz?without=slack"))[0] == 503
        readiness._probed_at = float("-inf")  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        async with asyncio.timeout(20):
            # What learns names had to write, too, and is started again.
            while (answered := await answer_of(bot))[0] != 200:  # noqa: ASYNC110 - nobody tells when it is
                await asyncio.sleep(0.05)
        assert answered == (200, {"ready": True, "silent": []})


async def test_what_does_not_answer_stands_in_the_body_and_in_metrics(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        health = bot.app.engine.health
        health.refused("hub", "GitHub refuses the token (401)")
        code, body = await answer_of(bot)
        (silent,) = body["silent"]
        assert (code, silent["connection"], silent["why"]) == (
            200,
            "hub",
            "GitHub refuses the token (401)",
        )
        text = (await bot.get("/metrics")).body.decode()
        assert 'shiproom_connection_up{connection="hub"} 0.0' in text
        assert 'shiproom_connection_silent_seconds{connection="hub"} ' in text
        health.answered("hub")
        assert 'shiproom_connection_up{connection="hub"} 1.0' in (await bot.get("/metrics")).body.decode()


async def test_metrics_count_decisions_effects_and_refusals(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        body = command("lock staging")
        assert (await bot.post("/slack/events", bot.signed(body), body)).status == 200
        assert (await bot.post("/slack/events", [], body)).status == 401
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{bot.app.port}/metrics") as answer,
        ):
            text = await answer.text()
            assert answer.content_type == "text/plain"
    assert 'shiproom_decisions_total{event="locked",result="refused"}' in text
    assert 'shiproom_requests_refused_total{why="headers"}' in text
    assert 'shiproom_answer_seconds_count{route="slack"}' in text


async def test_requests_of_slack_leave_the_log_as_loud_as_it_was(tmp_path: Path) -> None:
    """The log's lines hold the heads of the chains, so that none may go missing."""
    async with inside(tmp_path) as bot:
        logging.getLogger("shiproom").setLevel(logging.INFO)
        try:
            body = command("where")
            assert (await bot.post("/slack/events", bot.signed(body), body)).status == 200
            assert logging.getLogger("shiproom").level == logging.INFO
        finally:
            logging.getLogger("shiproom").setLevel(logging.NOTSET)


async def test_in_socket_mode_slacks_route_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "DRAIN_SECONDS", 1.0)
    async with inside(tmp_path, SLACK_APP_TOKEN=APP_TOKEN) as bot:
        body = command("where")
        for headers in (
            bot.signed(body),
            [
                ("X-Slack-Signature", signature(str(bot.stamp), body, "")),
                ("X-Slack-Request-Timestamp", str(bot.stamp)),
            ],
            [],
        ):
            assert (await bot.post("/slack/events", headers, body)).status == 404
        assert await status(bot.app.port, "/readyz") == 200


@pytest.mark.parametrize("path", ["/", "/debug", "/api/v1", "/slack", "/static"])
async def test_no_other_route(tmp_path: Path, path: str) -> None:
    async with inside(tmp_path) as bot:
        assert await status(bot.app.port, path) == 404
