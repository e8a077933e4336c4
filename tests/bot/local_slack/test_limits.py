"""What Slack counts: so many calls per method and channel, then a 429 that says when to come again."""

from collections.abc import Iterator

import pytest

from bot.local_slack.limits import LIMITS, RateLimits
from bot.local_slack.methods import METHODS
from bot.local_slack.model import BOT, Channel
from bot.local_slack.server import LocalSlack
from bot.local_slack.workspace import Workspace
from tests.bot.local_slack.calls import refused
from tests.bot.local_slack.conftest import StandStill, populated
from tests.bot.local_slack.tiny_bot import CHANNEL, Client


@pytest.fixture
def clock() -> StandStill:
    return StandStill()


@pytest.fixture
def workspace(clock: StandStill) -> Workspace:
    """Give a workspace whose time only the test turns."""
    return populated(Workspace(clock))


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
def test_so_many_a_minute(clock: StandStill, method: str, most: int) -> None:
    limits = RateLimits(clock)
    assert calls(limits, method, *["C1"] * most) == [0] * most
    assert limits.take(method, "C2") == 60
    clock.turn(59)
    assert limits.take(method, "C1") == 1
    clock.turn(1)
    assert limits.take(method, "C1") == 0


def test_messages_count_by_channel(clock: StandStill) -> None:
    limits = RateLimits(clock)
    assert calls(limits, "chat.postMessage", *["C1"] * 4, "C2") == [0, 0, 0, 3, 0]
    clock.turn(2.5)
    assert limits.take("chat.postMessage", "C1") == 1
    paced = list[int]()
    for _ in range(20):
        clock.turn(1.05)
        paced.append(limits.take("chat.postMessage", "C1"))
    assert paced == [0] * 20


def test_messages_count_for_the_whole_workspace(clock: StandStill) -> None:
    limits = RateLimits(clock)
    everywhere = [f"C{number}" for number in range(301)]
    assert sum(map(bool, calls(limits, "chat.postMessage", *everywhere))) == 1


async def test_the_client_is_told_when_to_come_again(
    slack: LocalSlack, client: Client, clock: StandStill
) -> None:
    for _ in range(3):
        await client.chat_postMessage(channel=CHANNEL, text="one")
    answer = await refused(client, "chat.postMessage", channel=CHANNEL, text="too many")
    assert (answer.status_code, answer.data["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "3"
    assert len(slack.workspace.messages(CHANNEL)) == 3
    slack.workspace.put_channel(Channel("C0OTHER", "other", (BOT.id,)))
    assert (await client.chat_postMessage(channel="C0OTHER", text="elsewhere"))["ok"]
    clock.turn(3)
    assert (await client.chat_postMessage(channel=CHANNEL, text="now"))["ok"]


@pytest.fixture(autouse=True)
def nothing_is_left(slack: LocalSlack) -> Iterator[None]:
    """What was refused is remembered with the rest."""
    yield
    assert sum(answer.get("error") == "ratelimited" for _, _, answer in slack.api.calls) <= 1
