"""What machines watch: alive, ready, metrics; and Socket Mode, in which Slack's route is not there."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import app
from bot.app import App
from bot.effects.worker import EffectWorker
from tests.bot.inside import command, inside, settings_of, signature
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
        assert answered == {"ready": False, "missing": "being started again: effects (CancelledError)"}
        async with asyncio.timeout(20):
            while not (await ready(bot.app.port))["ready"]:  # noqa: ASYNC110 - nobody tells when it runs again
                await asyncio.sleep(0.05)


async def ready(port: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return await answer.json()


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
