"""`shiproom demo` in a terminal: one address, clear errors, a clean end."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.house.tree import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
PROGRAM = """
import asyncio, sys
from pathlib import Path
from bot.demo.demo import run_demo
sys.exit(asyncio.run(run_demo(int(sys.argv[1]), Path(sys.argv[2]))))
"""
WITHIN = 90.0


@asynccontextmanager
async def demo(port: int, folder: Path, **environment: str) -> AsyncGenerator[Process]:
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        str(port),
        str(folder),
        stdout=PIPE,
        env={**os.environ, **environment},
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGTERM)
            await started.communicate()


async def address(started: Process) -> str:
    """Read the output until the address appears."""
    assert started.stdout
    async with asyncio.timeout(WITHIN):
        async for line in started.stdout:
            if found := re.search(rb"http://\S+", line):
                return found[0].decode()
    raise AssertionError("it ended before it said where it is")


async def bot_of(url: str) -> int:
    """Read the bot's process id from the page."""
    async with ClientSession() as session, session.get(f"{url}ui/config") as answer:
        found = re.search(r"process (\d+)", await answer.text())
    assert found
    return int(found[1])


async def told(started: Process) -> str:
    """Wait for the end and return the output."""
    async with asyncio.timeout(WITHIN):
        output, _ = await started.communicate()
    return output.decode()


def demos_in(folder: Path) -> int:
    return len(list(folder.glob("shiproom-demo-*")))


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_it_ends_when_asked_and_goes_on_later(tmp_path: Path) -> None:
    pids: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        async with demo(0, tmp_path / "demo") as started:
            url = await address(started)
            pids.append(await bot_of(url))
            started.send_signal(number)
            said = await told(started)
        assert started.returncode == 0
        assert "Ending." in said
        assert not lives(pids[-1])
    builds = [file.name for file in (tmp_path / "demo" / "builds").glob("*.json")]
    assert builds == ["1.json"]


async def test_it_starts_again_at_the_same_address(tmp_path: Path) -> None:
    async with demo(0, tmp_path / "demo", TMPDIR=str(tmp_path)) as started:
        url = await address(started)
        first = await bot_of(url)
        async with ClientSession() as session, session.post(f"{url}demo/again", json={}) as answer:
            assert "A new demo is being made" in await answer.text()
        assert await address(started) == url
        assert await bot_of(url) != first
        assert not lives(first)
    assert demos_in(tmp_path) == 1


async def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with demo(port, tmp_path / "demo") as started:
            said = await told(started)
    assert (started.returncode, said) == (
        1,
        f"Port {port} is in use: end what uses it, or choose another with --port.\n",
    )


async def test_a_port_that_is_asked_for_is_never_another_one() -> None:
    with ExitStack() as held:
        with suppress(OSError):  # Whoever uses it already does as well.
            held.enter_context(socket.create_server(("127.0.0.1", 8080)))
        asked = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", "8080", cwd=ROOT, stdout=PIPE
        )
        said, _ = await asked.communicate()
    assert (asked.returncode, said.decode()) == (
        1,
        "Port 8080 is in use: end what uses it, or choose another with --port.\n",
    )


async def test_no_git(tmp_path: Path) -> None:
    async with demo(0, tmp_path / "demo", PATH=str(tmp_path)) as started:
        said = await told(started)
    assert (started.returncode, said) == (1, "git was not found: install it, and start the demo again.\n")


async def test_a_place_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    async with demo(0, tmp_path / "file" / "demo") as started:
        said = await told(started)
    assert started.returncode == 1
    assert said.startswith("The demo cannot be made: ")


async def test_a_bot_that_does_not_start(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "shiproom.yml").write_text("version: 2\n", encoding="utf-8")
    async with demo(0, folder) as started:
        said = await told(started)
    assert started.returncode == 1
    assert "Shiproom did not start. The end of" in said
    assert "shiproom.yml:1:10" in said
