"""Socket Mode: several connections, refreshes, lost envelopes, too many sockets."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from bot.local_slack.limits import RateLimits
from bot.local_slack.socket_mode import MOST_CONNECTIONS
from bot.local_slack.transport import Acknowledgement
from tests.bot.local_slack.tiny_bot import APP_TOKEN, CHANNEL
from tests.local_slack.slack import SlackForTests

Open = Callable[[], Awaitable[ClientWebSocketResponse]]


@pytest.fixture
async def connect(slack: SlackForTests) -> AsyncIterator[Open]:
    """A function that opens one more connection."""
    async with ClientSession(headers={"Authorization": f"Bearer {APP_TOKEN}"}) as session:

        async def connection() -> ClientWebSocketResponse:
            async with session.post(f"{slack.url}/api/apps.connections.open") as answer:
                return await session.ws_connect((await answer.json())["url"])

        yield connection


async def read(socket: ClientWebSocketResponse) -> Any:  # noqa: ANN401 - any envelope
    message = await socket.receive(timeout=5)
    return json.loads(message.data) if message.type is WSMsgType.TEXT else None


async def opened(connect: Open, number: int) -> ClientWebSocketResponse:
    socket = await connect()
    hello = await read(socket)
    assert (hello["type"], hello["num_connections"]) == ("hello", number)
    return socket


async def acknowledge(socket: ClientWebSocketResponse, envelope: dict[str, Any], words: str = "") -> None:
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": words}})


def typing(slack: SlackForTests, words: str) -> asyncio.Future[tuple[Acknowledgement]]:
    """Let Andy type a command while the test goes on."""
    return asyncio.gather(slack.person("Andy").command("/release", words, CHANNEL))


async def test_each_envelope_goes_to_one_connection(slack: SlackForTests, connect: Open) -> None:
    sockets = [await opened(connect, number) for number in (1, 2, 3)]
    for socket in sockets:
        answered = typing(slack, "status")
        envelope = await read(socket)
        assert (envelope["type"], envelope["payload"]["text"]) == ("slash_commands", "status")
        await acknowledge(socket, envelope, "fine")
        await answered
    assert [seen.text for seen in slack.person("Andy").sees(CHANNEL)] == ["fine"] * 3


async def test_what_was_not_acknowledged_is_delivered_again(slack: SlackForTests, connect: Open) -> None:
    first, second = [await opened(connect, number) for number in (1, 2)]
    answered = typing(slack, "status")
    lost = await read(first)
    await first.close()
    again = await read(second)
    assert again == lost
    await second.close()
    third = await connect()
    assert (await read(third))["type"] == "hello"
    assert await read(third) == lost
    await acknowledge(third, lost, "at last")
    await answered
    assert [seen.text for seen in slack.person("Andy").sees(CHANNEL)] == ["at last"]


async def test_an_acknowledgement_may_take_the_new_connection(slack: SlackForTests, connect: Open) -> None:
    old = await opened(connect, 1)
    answered = typing(slack, "status")
    envelope = await read(old)
    refreshing = asyncio.gather(slack.refresh_connections(ahead=3))
    reasons = [(await read(old))["reason"] for _ in range(2)]
    assert reasons == ["warning", "refresh_requested"]
    new = await opened(connect, 2)
    await acknowledge(new, envelope, "on the new one")
    await answered
    await refreshing
    assert await read(old) is None
    assert [seen.text for seen in slack.person("Andy").sees(CHANNEL)] == ["on the new one"]


async def test_an_envelope_may_come_twice(slack: SlackForTests, connect: Open) -> None:
    sockets = [await opened(connect, number) for number in (1, 2)]
    slack.sockets.duplicates = 1
    answered = typing(slack, "status")
    one, other = [await read(socket) for socket in sockets]
    assert one == other
    for socket in sockets:
        await acknowledge(socket, one, "once")
    await answered
    assert [seen.text for seen in slack.person("Andy").sees(CHANNEL)] == ["once"]


async def test_the_eleventh_connection_is_one_too_many(slack: SlackForTests, connect: Open) -> None:
    held = [await opened(connect, number) for number in range(1, MOST_CONNECTIONS + 1)]
    slack.api.limits = RateLimits(slack.workspace.now)
    one_more = await connect()
    assert (await read(one_more))["reason"] == "too_many_websockets"
    assert await read(one_more) is None
    assert len(slack.sockets.connections) == len(held) == MOST_CONNECTIONS


async def test_nobody_acknowledges(slack: SlackForTests, connect: Open) -> None:
    slack.deadline = 0.1
    socket = await opened(connect, 1)
    assert (await slack.person("Andy").command("/release", "status", CHANNEL)).error == "operation_timeout"
    await acknowledge(socket, await read(socket), "too late")
    assert 'failed with the error "operation_timeout"' in slack.person("Andy").sees(CHANNEL)[-1].text


async def test_events_come_as_envelopes_and_again(slack: SlackForTests, connect: Open) -> None:
    slack.deadline = 0.1
    slack.events.subscribed = frozenset({"app_mention"})
    pauses = list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    slack.events.sleep = sleep
    socket = await opened(connect, 1)
    receipts = await slack.events.tell({"type": "app_mention"})
    assert [receipt.reason for receipt in receipts] == ["timeout"] * 4
    envelopes = [await read(socket) for _ in range(4)]
    assert [envelope["retry_attempt"] for envelope in envelopes] == [0, 1, 2, 3]
    assert [envelope.get("retry_reason") for envelope in envelopes] == [None, "timeout", "timeout", "timeout"]
    assert not envelopes[0]["accepts_response_payload"]
    assert pauses == [0, 60, 300]


async def test_a_ticket_opens_one_connection(slack: SlackForTests, connect: Open) -> None:
    await opened(connect, 1)
    async with ClientSession() as session, session.get(f"{slack.url}/socket?ticket=guessed") as answer:
        assert answer.status == 401
