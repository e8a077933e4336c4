"""Rate limits: so many calls per method and channel, then a 429 with Retry-After."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.local_slack.limits import LIMITS, RateLimits
from bot.local_slack.methods import METHODS
from bot.local_slack.model import BOT, Channel
from tests.bot.local_slack.calls import refused
from tests.bot.local_slack.tiny_bot import CHANNEL, Client
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(stopped_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))


def calls(limits: RateLimits, method: str, *channels: str) -> list[int]:
    return [limits.take(method, channel) for channel in channels]


def test_every_method_is_in_a_tier() -> None:
    assert LIMITS.keys() == METHODS.keys() | {"apps.connections.open"}


@pytest.mark.parametrize(
    ("method", "most"),
    [
        ("chat.update", 50),
        ("views.open", 100),
        ("users.info", 100),
        ("usergroups.users.list", 20),
        ("conversations.info", 50),
    ],
)
def test_so_many_a_minute(clock: ManualClock, method: str, most: int) -> None:
    limits = RateLimits(clock.now)
    assert calls(limits, method, *["C1"] * most) == [0] * most
    assert limits.take(method, "C2") == 60
    clock.advance(59)
    assert limits.take(method, "C1") == 1
    clock.advance(1)
    assert limits.take(method, "C1") == 0


def test_messages_count_by_channel(clock: ManualClock) -> None:
    limits = RateLimits(clock.now)
    assert calls(limits, "chat.postMessage", *["C1"] * 4, "C2") == [0, 0, 0, 3, 0]
    clock.advance(2.5)
    assert limits.take("chat.postMessage", "C1") == 1
    paced = list[int]()
    for _ in range(20):
        clock.advance(1.05)
        paced.append(limits.take("chat.postMessage", "C1"))
    assert paced == [0] * 20


def test_messages_count_for_the_whole_workspace(clock: ManualClock) -> None:
    limits = RateLimits(clock.now)
    everywhere = [f"C{number}" for number in range(301)]
    assert sum(map(bool, calls(limits, "chat.postMessage", *everywhere))) == 1


async def test_the_client_gets_a_retry_after(
    slack: SlackForTests, client: Client, clock: ManualClock
) -> None:
    for _ in range(3):
        await client.chat_postMessage(channel=CHANNEL, text="one")
    answer = await refused(client, "chat.postMessage", channel=CHANNEL, text="too many")
    assert (answer.status_code, answer.data["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "3"
    assert len(slack.workspace.messages(CHANNEL)) == 3
    slack.workspace.put_channel(Channel("C0OTHER", "other", (BOT.id,)))
    assert (await client.chat_postMessage(channel="C0OTHER", text="elsewhere"))["ok"]
    clock.advance(3)
    assert (await client.chat_postMessage(channel=CHANNEL, text="now"))["ok"]


@pytest.fixture(autouse=True)
def nothing_is_left(slack: SlackForTests) -> Iterator[None]:
    """Refused calls are recorded like all others."""
    yield
    assert sum(answer.get("error") == "ratelimited" for _, _, answer in slack.calls) <= 1
