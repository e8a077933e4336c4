"""A release from click to run is one trace at a collector; one that is away or hangs changes nothing."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.collector import Collector, Received, collecting, hanging
from tests.scenarios.test_ship import ship
from tests.world import API_TOKEN, APP_TOKEN, BOT_TOKEN, SECRET, World, free_port

pytestmark = pytest.mark.full  # tests/bot/test_tracing.py has a shorter story, inside the test

SAID = ("all fine", "Faster leaderboard", "Log in works", "U0AMITA", "Amita", "deploying 2.4.0", "not today")
"""What people wrote, and who they are."""

SECRETS = (API_TOKEN, APP_TOKEN, BOT_TOKEN, SECRET, "key-for-deploys", "Bearer")


def world_with(directory: Path, environ: dict[str, str]) -> World:
    database = f"sqlite:///{directory / 'shiproom.db'}"
    return World(directory, database, environ={"DEPLOY_KEY": "key-for-deploys"} | environ)


async def test_a_release_is_one_trace(tmp_path: Path) -> None:
    async with collecting() as collector, world_with(tmp_path, collector.environment) as world:
        await world.start()
        await world.build("2.4.0")
        await ship(world, 1, "2.4.0")
        # What another process does afterwards is in the traces of its own releases, of the same database.
        assert await world.stop() == 0
        await world.start()
        await world.build("2.4.1")
        await world.press("Andy", "Release to staging", "2.4.1 *is ready*")
        await world.until(2, "waiting", "production")
        assert await world.stop() == 0
        await world.start()
        await world.says("Andy", "cancel r2 not today")
        await world.until(2, "cancelled")
        assert await world.stop() == 0
    first, second = sorted(collector.named("release"), key=lambda each: each.attributes["shiproom.release"])
    story(collector, first)
    assert {each.attributes["deployment.environment.name"] for each in runs(collector, first)} == {
        "staging",
        "production",
    }
    whole(collector, second)
    assert second.attributes["cicd.pipeline.result"] == "cancellation"
    assert second.trace != first.trace
    everything = b"".join(collector.raw)
    assert not [each for each in (*SAID, *SECRETS) if each.encode() in everything]


def whole(collector: Collector, root: Received) -> list[Received]:
    """Return the spans of a trace, each of which hangs from its root, whoever sent it."""
    spans = [each for each in collector.spans if each.trace == root.trace]
    known = {each.id: each for each in spans}
    assert len(known) == len(spans)
    assert root.parent == b""
    for span in spans:
        above = span
        while above is not root:
            above = known[above.parent]
    return spans


def runs(collector: Collector, root: Received) -> list[Received]:
    return [each for each in collector.named("RUN website") if each.trace == root.trace]


def story(collector: Collector, root: Received) -> None:
    """Hold a trace to what happened: clicks, decisions, effects, calls, polls, runs."""
    spans = whole(collector, root)
    assert root.resource["service.name"] == "shiproom"
    assert root.attributes["cicd.pipeline.name"] == "website"
    assert root.attributes["cicd.pipeline.result"] == "success"
    assert all(each.start <= each.end for each in spans)
    # The release is made by the decision that starts it.
    assert all(root.start <= each.start for each in spans if each.name != "decide started")
    named = {each.name for each in spans}
    assert named >= {
        "decide started",
        "decide signed_off",
        "decide send_requested",
        "decide run_reported",
        "effect trigger",
        "effect show_card",
        "Slack chat.postMessage",
        "Slack chat.update",
        "poll run",
        "RUN website",
    }
    for run in runs(collector, root):
        assert run.attributes["deployment.status"] == "succeeded"
        assert run.attributes["cicd.pipeline.run.id"]
    signed = [click_of(collector, each) for each in spans if each.name == "decide signed_off"]
    assert signed == ["ViewSubmission", "ViewSubmission"]
    assert [click_of(collector, each) for each in spans if each.name == "decide started"] == ["BlockAction"]


def click_of(collector: Collector, decision: Received) -> str:
    """Return the request that a decision came from, which is linked with it, and it with the request."""
    asked = [each for each in collector.spans if each.trace in decision.links and not each.parent]
    assert [each for each in asked if decision.trace in each.links] == asked
    return next((each.attributes["shiproom.slack.request"] for each in asked), "")


@pytest.mark.parametrize("away", ["down", "hangs"])
async def test_a_collector_that_takes_nothing_changes_nothing(tmp_path: Path, away: str) -> None:
    async with AsyncExitStack() as stack:
        url = (
            f"http://127.0.0.1:{free_port()}"
            if away == "down"
            else await stack.enter_async_context(hanging())
        )
        environ = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": url,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "OTEL_BSP_MAX_QUEUE_SIZE": "8",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "8",
        }
        world = await stack.enter_async_context(world_with(tmp_path, environ))
        await world.start()
        await world.build("2.4.0")
        await ship(world, 1, "2.4.0")
        assert await world.stop() == 0
        assert [line.split()[:2] for line in world.deployed()] == [
            ["staging", "2.4.0"],
            ["production", "2.4.0"],
        ]
        assert "Traceback" not in world.log()
        assert world.log().count("The collector of traces takes none") <= 1
