"""Connections that wait for their head: limited in time and number, shared fairly, and never in the way of Slack."""

import asyncio
import logging
import os
import resource
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.http import connections, server
from tests.bot.inside import Inside, command, inside

HALF = b"POST /slack/events HTTP/1.1\r\nHost: here\r\nX-Half: "
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"
CAP = 20


@asynccontextmanager
async def opened(
    bot: Inside, number: int, sends: bytes, host: str = "127.0.0.1"
) -> AsyncGenerator[list["Open"]]:
    """Open connections from one address, and send the same on each."""
    made = [
        await asyncio.open_connection("127.0.0.1", bot.app.port, local_addr=(host, 0)) for _ in range(number)
    ]
    try:
        for _, writer in made:
            writer.write(sends)
        yield made
    finally:
        for _, writer in made:
            writer.close()


Open = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def ended(connection: Open) -> bytes:
    """Wait until the bot closes a connection; give what it said before."""
    try:
        async with asyncio.timeout(20):
            return await connection[0].read()
    except ConnectionError:
        return b""


def fill_gaps() -> list[int]:
    """Use up the descriptors below the highest one that is in use."""
    taken = [os.dup(0)]
    while max(taken) - 3 > len([*Path("/proc/self/fd").iterdir()]):
        taken.append(os.dup(0))
    return taken


async def answers(bot: Inside) -> int:
    body = command("where")
    return (await bot.post("/slack/events", bot.signed(body), body)).status


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_WITHIN", 0.2)


@pytest.fixture
def capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "most_connections", lambda: CAP)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(("sends", "said"), [(b"", b" 408 "), (HALF, b" 408 "), (b"\r\n", b" 408 ")])
async def test_a_head_that_does_not_come(tmp_path: Path, sends: bytes, said: bytes) -> None:
    async with inside(tmp_path) as bot, opened(bot, 3, sends) as made:
        for each in made:
            assert said in await ended(each)
        assert await answers(bot) == 200


@pytest.mark.usefixtures("hurried")
async def test_a_second_head_that_does_not_come(tmp_path: Path) -> None:
    """A connection that rests between two requests is kept; one that sends half of another is not."""
    async with inside(tmp_path) as bot, opened(bot, 2, WHOLE) as (resting, slow):
        for reader, _ in (resting, slow):
            await reader.readuntil(b'{"alive": true}')
        slow[1].write(HALF)
        assert b" 408 " in await ended(slow)
        resting[1].write(WHOLE)
        assert b" 200 " in await resting[0].readuntil(b"\r\n")


@pytest.mark.usefixtures("capped")
async def test_one_address_cannot_take_all(tmp_path: Path) -> None:
    async with (
        inside(tmp_path) as bot,
        opened(bot, 3, WHOLE) as early,
        opened(bot, 3 * CAP, HALF, "127.0.0.2") as crowd,
    ):
        assert [await answers(bot) for _ in range(5)] == [200] * 5
        for reader, writer in early:
            await reader.readuntil(b'{"alive": true}')
            writer.write(WHOLE)
            await reader.readuntil(b'{"alive": true}')
        held = [each for each in crowd if not each[0].at_eof()]
        assert CAP - 5 <= len(held) <= CAP


@pytest.mark.usefixtures("capped")
async def test_half_sent_bodies_make_room_too(tmp_path: Path) -> None:
    body = HALF + b"\r\nContent-Length: 9\r\n\r\nhalf"
    async with inside(tmp_path) as bot, opened(bot, 2 * CAP, body):
        assert [await answers(bot) for _ in range(5)] == [200] * 5


async def test_no_descriptors_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line is written, however often it is tried, and the bot answers again once there are some."""
    monkeypatch.setattr(server, "PAUSE", 0.01)
    async with inside(tmp_path) as bot:
        asking = socket.socket()
        asking.settimeout(0)
        spare = socket.socket()
        spare.close()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        taken = fill_gaps()
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(taken) + 1, hard))
        try:
            await asyncio.get_running_loop().sock_connect(asking, ("127.0.0.1", bot.app.port))
            await bot.until(lambda: "No connection can be accepted now" in caplog.text)
            await asyncio.sleep(0.1)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for each in taken:
                os.close(each)
            asking.close()
        assert await answers(bot) == 200
    lines = [each for each in caplog.records if "No connection can be accepted" in each.getMessage()]
    assert len(lines) == 1
    assert lines[0].levelno == logging.ERROR


@pytest.mark.parametrize(
    ("limit", "most"), [(64, 16), (256, 128), (1024, 768), (65_536, 4096), (resource.RLIM_INFINITY, 4096)]
)
def test_the_limit_of_open_files_decides(monkeypatch: pytest.MonkeyPatch, limit: int, most: int) -> None:

    def limits(_: int) -> tuple[int, int]:
        return limit, limit

    monkeypatch.setattr(resource, "getrlimit", limits)
    assert connections.most_connections() == most
