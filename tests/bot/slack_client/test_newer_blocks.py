"""A newer block that Slack refuses never loses a message: it goes out once more without that, and once only."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.blocks import block_kit
from bot.blocks.block_kit import CHART, Message
from bot.blocks.charts import Chart, Series, chart_blocks
from bot.local_slack.workspace import Workspace
from bot.slack_client.newer_blocks import LEFT_OUT_FOR
from bot.slack_client.results import CallDeferred, CallRejected, CallResult, CallSucceeded
from bot.slack_client.web import SlackWeb
from tests.bot.local_slack.conftest import populated
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, SECRET
from tests.local_slack.fault_injection import FaultKind, InjectedFault
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock

WORDS = "Lead time 5 h"
PLAIN = block_kit.section(WORDS)
REPORT = block_kit.message(WORDS, PLAIN, *chart_blocks(Chart("Lead time", ("w",), (Series("h", (5,)),))))
WITH, WITHOUT = ["section", CHART], ["section"]


def kinds(blocks: object) -> list[str]:
    listed: Any = blocks
    return [str(block["type"]) for block in listed]


@dataclass
class Sender:
    """The bot's client in front of a local Slack, with seconds that a test turns."""

    slack: SlackForTests
    clock: ManualClock
    web: SlackWeb = field(init=False)
    seconds: float = 100.0

    def __post_init__(self) -> None:
        self.web = SlackWeb(BOT_TOKEN, f"{self.slack.url}/api/", lambda: self.seconds)

    def later(self, seconds: float) -> None:
        """Let time go by, for both."""
        self.seconds += seconds
        self.clock.advance(seconds)

    def knows_no_charts(self) -> None:
        """Make the workspace one that did not get charts yet."""
        self.slack.workspace.unknown_blocks = frozenset({CHART})

    async def send(self, message: Message = REPORT, ts: str = "") -> CallResult:
        """Post a message, or edit the one of that time."""
        body = {
            "channel": CHANNEL,
            "text": message.text,
            "blocks": message.blocks,
            **({"ts": ts} if ts else {}),
        }
        return await self.web.call("chat.update" if ts else "chat.postMessage", body, slot_taken=True)

    def calls(self) -> list[list[str]]:
        """Return the types of the blocks of each call since the last time; also of those that were refused."""
        sent = [kinds(each["payload"]["blocks"]) for each in self.slack.inspector.entries]
        self.slack.inspector.entries.clear()
        return sent

    def shown(self) -> list[tuple[str, list[str]]]:
        """Return what stands in the channel."""
        return [(said.text, kinds(said.blocks)) for said in self.slack.workspace.messages(CHANNEL)]


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    clock = ManualClock()
    slack = SlackForTests(populated(Workspace(clock.now)), None, SECRET, BOT_TOKEN, APP_TOKEN)
    await slack.start()
    made = Sender(slack, clock)
    yield made
    await made.web.close()
    await slack.stop()


async def test_a_workspace_that_takes_charts_gets_them(sender: Sender) -> None:
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.calls() == [WITH]
    assert sender.shown() == [(WORDS, WITH)]


async def test_a_workspace_that_does_not_is_asked_once_a_day(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    sender.knows_no_charts()
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.calls() == [WITH, WITHOUT]
    sender.later(LEFT_OUT_FOR - 1)
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.calls() == [WITHOUT]
    sender.later(1)
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.calls() == [WITH, WITHOUT]
    assert sender.shown() == [(WORDS, WITHOUT)] * 3
    assert caplog.text.count("Slack refuses charts (invalid_blocks): messages go out without them") == 2


async def test_an_edit(sender: Sender) -> None:
    posted = await sender.send()
    assert isinstance(posted, CallSucceeded)
    sender.knows_no_charts()
    assert isinstance(await sender.send(ts=str(posted.answer["ts"])), CallSucceeded)
    assert sender.calls() == [WITH, WITH, WITHOUT]
    assert sender.shown() == [(WORDS, WITHOUT)]


@pytest.mark.parametrize(
    "code",
    [
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_payload",
        "unsupported block type: data_visualization",
        "unsupported type: data_visualization [json-pointer:/blocks/1]",
    ],
)
async def test_every_refusal_of_what_a_message_shows(sender: Sender, code: str) -> None:
    sender.slack.faults.add(InjectedFault("chat.postMessage", "error", code=code))
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.calls() == [WITH, WITHOUT]
    assert sender.shown() == [(WORDS, WITHOUT)]


@pytest.mark.parametrize(
    "code", ["not_in_channel", "msg_too_long", "invalid_arguments", "no_text", "invalid_auth"]
)
async def test_other_refusals_stay(sender: Sender, code: str) -> None:
    sender.slack.faults.add(InjectedFault("chat.postMessage", "error", code=code))
    assert await sender.send() == CallRejected(code)
    assert sender.calls() == [WITH]
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.shown() == [(WORDS, WITH)]


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("kind", ["ratelimited", "status", "error", "cut"])
async def test_nothing_is_doubled_where_slack_does_not_say(
    sender: Sender, kind: FaultKind, carried_out: bool
) -> None:
    fault = InjectedFault("chat.postMessage", kind, 503, carried_out=carried_out)
    sender.slack.faults.add(fault)
    assert isinstance(await sender.send(), CallDeferred)
    assert len(sender.shown()) == carried_out
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.shown() == [(WORDS, WITH)] * (1 + carried_out)


async def test_a_repeat_that_is_put_off_comes_without(sender: Sender) -> None:
    sender.slack.faults.add(InjectedFault("chat.postMessage", "error", code="invalid_blocks"))
    sender.slack.faults.add(InjectedFault("chat.postMessage", "ratelimited", 7))
    assert await sender.send() == CallDeferred(7.0, "chat.postMessage: rate limited", failed=False)
    assert sender.shown() == []
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.calls() == [WITH, WITHOUT, WITHOUT]
    assert sender.shown() == [(WORDS, WITHOUT)]


async def test_what_else_is_wrong_in_a_message_is_not_held_against_charts(sender: Sender) -> None:
    broken = Message(WORDS, [{"type": "section"}, *REPORT.blocks[1:]])
    assert await sender.send(broken) == CallRejected("invalid_blocks")
    assert isinstance(await sender.send(), CallSucceeded)
    assert sender.calls() == [WITH, WITHOUT, WITH]
    assert sender.shown() == [(WORDS, WITH)]


async def test_a_message_without_charts_is_sent_once(sender: Sender) -> None:
    assert await sender.send(Message(WORDS, [{"type": "section"}])) == CallRejected("invalid_blocks")
    assert isinstance(await sender.send(block_kit.message(WORDS)), CallSucceeded)
    assert sender.calls() == [WITHOUT, []]


async def test_a_message_of_charts_alone_still_has_its_text(sender: Sender) -> None:
    sender.knows_no_charts()
    assert isinstance(await sender.send(block_kit.message(WORDS, *REPORT.blocks[1:])), CallSucceeded)
    assert sender.shown() == [(WORDS, [])]


Answer = tuple[int, str] | None
"""A status and a body; None for a 200 whose body never comes."""


@asynccontextmanager
async def answering(answers: list[Answer], bodies: list[list[str]]) -> AsyncGenerator[str]:
    """Serve a response url that gives these answers in turn, and keep the types of the blocks that it gets."""

    async def receive(request: web.Request) -> web.StreamResponse:
        bodies.append(kinds((await request.json())["blocks"]))
        answer = answers.pop(0)
        if answer is not None:
            return web.Response(status=answer[0], text=answer[1])
        broken = web.StreamResponse(headers={"Content-Length": "2"})
        await broken.prepare(request)
        if request.transport is not None:
            request.transport.abort()
        return broken

    app = web.Application()
    app.router.add_post("/response", receive)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/response"
    finally:
        await runner.cleanup()


JSON_REFUSAL = '{"ok": false, "error": "invalid_blocks"}'


@pytest.mark.parametrize(
    ("message", "answers", "worked", "sent"),
    [
        (REPORT, [(200, "ok")], True, [WITH]),
        (REPORT, [(200, '{"ok":true}')], True, [WITH]),
        (REPORT, [(200, "[1]")], True, [WITH]),
        (REPORT, [None], True, [WITH]),
        (REPORT, [(400, "invalid_blocks\n"), (200, "ok")], True, [WITH, WITHOUT]),
        (REPORT, [(400, JSON_REFUSAL), (200, "ok")], True, [WITH, WITHOUT]),
        (REPORT, [(200, JSON_REFUSAL), (200, "ok")], True, [WITH, WITHOUT]),
        (REPORT, [(400, "invalid_payload"), (400, "invalid_payload")], False, [WITH, WITHOUT]),
        (REPORT, [(200, JSON_REFUSAL), (404, '{"ok": false, "error": "used_url"}')], False, [WITH, WITHOUT]),
        (REPORT, [(404, '{"ok": false, "error": "used_url"}')], False, [WITH]),
        (REPORT, [(404, '{"ok": false}')], False, [WITH]),
        (REPORT, [(500, "")], False, [WITH]),
        (block_kit.message(WORDS, PLAIN), [(200, JSON_REFUSAL)], True, [WITHOUT]),
        (block_kit.message(WORDS, PLAIN), [(400, "invalid_blocks")], False, [WITHOUT]),
    ],
)
async def test_an_answer_by_response_url(
    sender: Sender, message: Message, answers: list[Answer], worked: bool, sent: list[list[str]]
) -> None:
    bodies = list[list[str]]()
    async with answering([*answers], bodies) as address:
        body = {"text": message.text, "blocks": message.blocks}
        assert await sender.web.respond(address, body) is worked
    assert bodies == sent
