"""Injected faults for one method or all, before or after the call takes effect."""

import asyncio
from itertools import pairwise

import pytest
from aiohttp import ClientError, ClientTimeout

from tests.bot.local_slack.calls import refused
from tests.bot.local_slack.tiny_bot import CHANNEL, Client
from tests.local_slack.fault_injection import ALWAYS, FaultKind, InjectedFault
from tests.local_slack.slack import SlackForTests


def said(slack: SlackForTests) -> list[str]:
    return [message.text for message in slack.workspace.messages(CHANNEL)]


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize(("trouble", "status"), [("ratelimited", 429), ("status", 503), ("error", 200)])
async def test_an_answer_in_place_of_the_right_one(
    slack: SlackForTests, client: Client, trouble: FaultKind, status: int, carried_out: bool
) -> None:
    value = 7 if trouble == "ratelimited" else 503
    slack.faults.add(InjectedFault("chat.postMessage", trouble, value, carried_out=carried_out))
    answer = await refused(client, "chat.postMessage", channel=CHANNEL, text="one")
    assert answer.status_code == status
    assert said(slack) == (["one"] if carried_out else [])
    if trouble == "ratelimited":
        assert answer.headers["Retry-After"] == "7"
    assert (await client.chat_postMessage(channel=CHANNEL, text="two"))["ok"]


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("trouble", ["cut", "down", "hang"])
async def test_no_answer(slack: SlackForTests, client: Client, trouble: FaultKind, carried_out: bool) -> None:
    slack.faults.add(InjectedFault("chat.postMessage", trouble, times=ALWAYS, carried_out=carried_out))
    client.session._timeout = ClientTimeout(total=0.2)  # noqa: SLF001 - the session is the client's only clock
    for _ in range(2):
        with pytest.raises((ClientError, TimeoutError)):
            await client.chat_postMessage(channel=CHANNEL, text="one")
    client.session._timeout = ClientTimeout(total=30)  # noqa: SLF001
    assert (await client.auth_test())["ok"]
    slack.faults.clear()
    assert (await client.chat_postMessage(channel=CHANNEL, text="two"))["ok"]
    assert said(slack) == (["one", "one", "two"] if carried_out else ["two"])


async def test_a_slow_answer_comes(slack: SlackForTests, client: Client) -> None:
    slack.faults.add(InjectedFault("*", "slow", 0.01))
    assert (await client.auth_test())["ok"]


async def go_down_when_asked(slack: SlackForTests) -> None:
    while slack.faults.waiting[0].times:  # noqa: ASYNC110 - a fault tells nobody that it has begun
        await asyncio.sleep(0.001)
    await slack.go_down()


async def test_slack_is_down_and_comes_back(slack: SlackForTests, client: Client) -> None:
    slack.faults.add(InjectedFault("auth.test", "hang"))
    with pytest.raises(ClientError):
        await asyncio.gather(client.auth_test(), go_down_when_asked(slack))
    for _ in range(2):
        with pytest.raises(ClientError):
            await client.auth_test()
    await slack.come_back()
    await slack.come_back()
    posted = [await client.chat_postMessage(channel=CHANNEL, text=text) for text in ("one", "two")]
    assert all(one["ts"] < other["ts"] for one, other in pairwise(posted))
