"""Traces are made where the environment names a collector; what they hold, and what they never do."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import collector, tracing
from bot.ci.http.client import CiClient, Peer
from bot.clock import SystemClock
from bot.otel import make_tracer
from bot.slack_client.web import SlackWeb
from bot.tracing import Tracer, tracer
from tests.bot.ci_api.wire import OK, answering, wire
from tests.bot.inside import command, inside
from tests.collector import Collector, collecting
from tests.world import API_TOKEN

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.fixture(autouse=True)
def untraced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin and end without traces, whatever this machine says."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    yield
    tracing.use(Tracer())


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    async with collecting() as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        tracing.use(make_tracer(os.environ))
        yield made
        await asyncio.to_thread(tracer().close)


async def sent() -> None:
    """Send what is left; the collector is in this loop, and has to answer meanwhile."""
    await asyncio.to_thread(tracer().close)


async def test_a_release_that_is_started_and_cancelled(receiver: Collector, tmp_path: Path) -> None:
    async with inside(tmp_path, SHIPROOM_API_TOKEN=API_TOKEN) as bot:
        await bot.world.build("2.4.0")
        for words in ("2.4.0 to staging", "cancel r1 not today"):
            body = command(words)
            assert (await bot.post("/slack/events", bot.signed(body), body)).status == 200
        await bot.world.until(1, "cancelled")
    await sent()
    (root,) = receiver.named("release")
    assert (root.parent, root.attributes["cicd.pipeline.result"]) == (b"", "cancellation")
    own = [each for each in receiver.spans if each.trace == root.trace]
    assert {"decide started", "decide cancel_requested"} <= {each.name for each in own}
    assert {each.parent for each in own} <= {b"", *(each.id for each in own)}
    asked = receiver.named("POST /slack/events")
    assert {each.attributes["shiproom.slack.request"] for each in asked} == {"SlashCommand"}
    assert all(root.trace in each.links for each in asked)
    everything = b"".join(receiver.raw)
    assert not [each for each in (API_TOKEN, "not today", "U0TIM") if each.encode() in everything]


async def test_what_comes_over_a_socket_of_slack(receiver: Collector, tmp_path: Path) -> None:
    async with inside(tmp_path, socket_mode=True, SHIPROOM_API_TOKEN=API_TOKEN) as bot:
        await bot.world.build("2.4.0")
        await bot.world.says("Andy", "2.4.0 to staging")
    await sent()
    (envelope,) = receiver.named("Slack envelope")
    (decision,) = receiver.named("decide started")
    assert envelope.attributes["shiproom.slack.request"] == "SlashCommand"
    assert (decision.links, envelope.links) == ({envelope.trace}, {decision.trace})


async def test_what_is_asked_of_others_is_traced_inside_an_effect_only(receiver: Collector) -> None:
    async with wire(answering(OK)) as server:
        ci = CiClient(Peer("hub", server.url), SystemClock())
        slack = SlackWeb("xoxb-1", f"{server.url}/api/", SystemClock().monotonic)
        await ci.read("/runs?token=hidden")
        with tracer().span("effect trigger", release=7):
            await ci.send("POST", "/start?token=hidden")
            await slack.call("chat.postMessage", {"channel": "C0", "text": "hidden"})
        slack.stop()
        await slack.close()
        await ci.close()
    await sent()
    (effect,) = receiver.named("effect trigger")
    (post,) = receiver.named("POST")
    (slack_call,) = receiver.named("Slack chat.postMessage")
    assert post.parent == slack_call.parent == effect.id
    assert post.attributes == {
        "http.request.method": "POST",
        "server.address": "127.0.0.1",
        "http.response.status_code": 200,
        **{name: post.attributes[name] for name in post.attributes if name.startswith("otel.")},
    }
    assert receiver.named("GET") == []
    assert b"hidden" not in b"".join(receiver.raw)


async def test_an_error_is_told_by_its_kind(receiver: Collector) -> None:
    with pytest.raises(ValueError, match="xoxb-secret"), tracer().span("effect trigger", release=7):
        raise ValueError("xoxb-secret")
    await sent()
    (effect,) = receiver.named("effect trigger")
    assert effect.failed
    assert effect.attributes["error.type"] == "ValueError"
    assert b"xoxb-secret" not in b"".join(receiver.raw)


async def test_databases_have_traces_of_their_own(receiver: Collector) -> None:
    for database in ("one", "other", "one"):
        tracer().use_database(database)
        with tracer().span("effect trigger", release=7):
            pass
    await sent()
    first, other, again = (each.trace for each in receiver.named("effect trigger"))
    assert first == again != other


async def test_the_sampler_decides_for_a_whole_release(
    receiver: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    tracing.use(make_tracer(os.environ))
    for release in range(1, 41):
        for name in ("effect trigger", "effect show_card"):
            with tracer().span(name, release=release):
                pass
    await sent()
    traced = [each.trace for each in receiver.named("effect trigger")]
    assert 0 < len(traced) < 40
    assert sorted(traced) == sorted(each.trace for each in receiver.named("effect show_card"))


async def test_headers_go_to_the_collector_and_are_hidden(
    receiver: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=key-of-ours")
    tracing.use(make_tracer(os.environ))
    with tracer().span("effect trigger"):
        pass
    await sent()
    assert receiver.headers == ["key-of-ours"]
    assert collector.secrets(os.environ) == ("key-of-ours",)


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "releases"}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "true"}, False),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_whether_traces_are_made(
    environ: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    collector.set_up(os.environ)
    assert tracer().enabled is wanted
    tracer().close()


def test_another_protocol_is_named(caplog: pytest.LogCaptureFixture) -> None:
    collector.set_up(ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    assert not tracer().enabled
    assert "grpc is not spoken here, only http/protobuf" in caplog.text


def test_without_the_extra_the_bot_starts(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bot.otel", None)
    collector.set_up(ENDPOINT)
    assert not tracer().enabled
    assert "pip install 'shiproom[otel]'" in caplog.text


def test_without_a_collector_nothing_is_imported() -> None:
    asks = (
        "import sys, os, bot.app, bot.commands.run; from bot import collector; collector.set_up({}); "
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run((sys.executable, "-c", asks), check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
