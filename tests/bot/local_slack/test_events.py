"""Events: delivered once, then repeated at Slack's intervals with its headers."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.local_slack.model import Json
from tests.bot.local_slack.tiny_bot import CHANNEL
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock

JOINED = {"type": "member_joined_channel", "user": "U0ANDY", "channel": CHANNEL}


@dataclass
class Taker:
    """A bot that answers events in the order of a list, and keeps what it received."""

    answers: Iterator[web.Response]
    heard: list[tuple[Json, str, str]] = field(default_factory=list[tuple[Json, str, str]])

    async def receive(self, request: web.Request) -> web.Response:
        number, reason = (request.headers.get(f"X-Slack-Retry-{name}", "") for name in ("Num", "Reason"))
        self.heard.append((await request.json(), number, reason))
        return next(self.answers)


@asynccontextmanager
async def taking(*answers: web.Response) -> AsyncGenerator[tuple[Taker, str]]:
    taker = Taker(iter(answers))
    application = web.Application()
    application.router.add_post("/slack/events", taker.receive)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield taker, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(stopped_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))


@pytest.fixture
def pauses_taken(slack: SlackForTests, clock: ManualClock) -> list[float]:
    """The pauses, which advance the clock instead of lasting."""
    pauses = list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(seconds)

    slack.events.sleep = sleep
    slack.events.subscribed = frozenset({"member_joined_channel"})
    return pauses


def bad(status: int = 500, **headers: str) -> web.Response:
    return web.Response(
        status=status, headers={name.replace("_", "-"): said for name, said in headers.items()}
    )


@pytest.mark.parametrize(
    ("answers", "pauses", "reasons"),
    [
        ([web.Response()], [], [""]),
        ([web.Response(status=204)], [], [""]),
        ([bad(), web.Response()], [0], ["", "http_error"]),
        ([bad()] * 4, [0, 60, 300], ["", "http_error", "http_error", "http_error"]),
        ([bad(404), bad(X_Slack_No_Retry="1")], [0], ["", "http_error"]),
        (
            [bad(307, Location="/slack/events")] * 3 + [web.Response()],
            [0],
            ["", "", "", "too_many_redirects"],
        ),
        ([bad(307, Location="/slack/events")] * 2 + [web.Response()], [], ["", "", ""]),
    ],
)
async def test_what_is_not_taken_comes_again(
    slack: SlackForTests,
    pauses_taken: list[float],
    answers: list[web.Response],
    pauses: list[float],
    reasons: list[str],
) -> None:
    copies = [web.Response(status=answer.status, headers=answer.headers) for answer in answers]
    async with taking(*copies) as (taker, slack.bot_url):
        receipts = await slack.events.tell(JOINED)
    assert pauses_taken == pauses
    assert [reason for _, _, reason in taker.heard] == reasons
    numbers = [number for _, number, reason in taker.heard if reason]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len({body["event_id"] for body, _, _ in taker.heard}) == 1
    assert receipts[-1].ok == (copies[-1].status < 300)
    first = taker.heard[0][0]
    assert (first["type"], first["team_id"], first["event"]) == ("event_callback", "T0LOCAL", JOINED)


async def test_a_bot_that_is_gone_or_slow(slack: SlackForTests, pauses_taken: list[float]) -> None:
    slack.bot_url = "http://127.0.0.1:9"
    assert {receipt.reason for receipt in await slack.events.tell(JOINED)} == {"connection_failed"}
    assert pauses_taken == [0, 60, 300]


async def test_only_subscribed_events_are_delivered(slack: SlackForTests, pauses_taken: list[float]) -> None:
    assert await slack.events.tell({"type": "reaction_added"}) == []
    assert pauses_taken == []
