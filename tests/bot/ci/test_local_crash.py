"""However the bot dies while it starts a run: the run happens once, or a search proves that it never will."""

import asyncio
import json
import random
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.ci.run import Accepted, StartRequest
from tests.bot.ci.following import end_of, until
from tests.bot.ci.stage import Stage

MOST_STEPS = 60
PROC = Path("/proc")
pytestmark = pytest.mark.slow


class Bots:
    """A line of bots that start runs, each in a program of its own."""

    def __init__(self, stage: Stage, program: Process) -> None:
        self._stage = stage
        self._program = program

    async def start(self, request: StartRequest, **death: float) -> str:
        """Have a bot start a run and die as told; gives its answer, or nothing if it died before."""
        job = {
            "state": str(self._stage.around.state_directory),
            "directory": str(self._stage.directory),
            "correlation": request.correlation,
            "command": request.deploy.command,
            **death,
        }
        assert self._program.stdin
        assert self._program.stdout
        self._program.stdin.write(json.dumps(job).encode() + b"\n")
        return (await self._program.stdout.readline()).decode().strip()


@asynccontextmanager
async def line_of_bots(stage: Stage) -> AsyncGenerator[Bots]:
    module = ("-W", "error", "-m", "tests.bot.ci.starter")
    program = await asyncio.create_subprocess_exec(sys.executable, *module, stdin=PIPE, stdout=PIPE)
    yield Bots(stage, program)
    assert program.stdin
    program.stdin.close()
    await program.wait()
    assert program.returncode == 0


@pytest.fixture
async def bots(stage: Stage) -> AsyncGenerator[Bots]:
    async with line_of_bots(stage) as made:
        yield made


def once(stage: Stage) -> StartRequest:
    return stage.request("echo $SHIPROOM_CORRELATION_ID >> ran")


def times_run(stage: Stage, request: StartRequest) -> int:
    ran = stage.directory / "ran"
    return ran.read_text(encoding="utf-8").split().count(request.correlation) if ran.exists() else 0


def is_wrapper(number: Path, request: StartRequest) -> bool:
    try:
        return request.correlation.encode() in (number / "cmdline").read_bytes()
    except OSError:
        return False


def wrappers(request: StartRequest) -> list[Path]:
    return [number for number in PROC.glob("[0-9]*") if is_wrapper(number, request)]


async def no_wrapper_left(request: StartRequest) -> bool:
    return not wrappers(request)


async def settle(stage: Stage, request: StartRequest) -> bool:
    """Be the next bot: search, start only if nothing was found, and look whether it ran once; tells if it was found."""
    local = stage.connect()
    found = await local.find(request.target, request.correlation)
    assert found is not None
    if not found:
        await until(lambda: no_wrapper_left(request))
        assert times_run(stage, request) == 0
        assert isinstance(await local.start(request), Accepted)
    assert (await end_of(local, request)).state == "succeeded"
    await until(lambda: no_wrapper_left(request))
    assert times_run(stage, request) == 1
    return bool(found)


async def test_a_bot_that_dies_before_any_of_its_steps(stage: Stage, bots: Bots) -> None:
    answer, found = "", list[bool]()
    for step in range(MOST_STEPS):
        request = once(stage)
        answer = await bots.start(request, step=step)
        found.append(await settle(stage, request))
        if answer:
            break
    assert answer.startswith("Accepted")
    assert found.count(False) >= 3
    assert found.count(True) >= 2
    assert found == sorted(found)


async def lasting(start: Awaitable[object]) -> float:
    """Tell how many seconds a start takes on this machine now."""
    before = time.monotonic()
    await start
    return time.monotonic() - before


async def test_a_bot_that_dies_at_any_time(stage: Stage, bots: Bots) -> None:
    chance = random.Random(7)
    whole = await lasting(bots.start(once(stage)))
    for _ in range(25):
        request = once(stage)
        await bots.start(request, seconds=chance.uniform(0, whole * 1.2))
        await settle(stage, request)


async def test_two_bots_that_start_the_same_run_at_once(stage: Stage) -> None:
    async with AsyncExitStack() as both:
        lines = [await both.enter_async_context(line_of_bots(stage)) for _ in range(2)]
        for _ in range(50):
            request = once(stage)
            answers = await asyncio.gather(*(line.start(request) for line in lines))
            assert answers == [str(Accepted(request.correlation))] * 2
            assert await settle(stage, request)


async def test_a_search_and_a_start_at_once_agree(stage: Stage) -> None:
    chance = random.Random(11)
    whole = await lasting(stage.local.start(once(stage)))
    for _ in range(25):
        request = once(stage)
        start = asyncio.gather(stage.local.start(request))
        await asyncio.sleep(chance.uniform(0, whole * 1.2))
        seen = await stage.connect().find(request.target, request.correlation)
        [answer] = await start
        assert isinstance(answer, Accepted) or (not seen and times_run(stage, request) == 0)
        await settle(stage, request)


async def test_a_run_goes_on_when_its_bot_is_killed(stage: Stage, bots: Bots) -> None:
    request = stage.request("echo up; while [ ! -e go ]; do sleep 0.02; done; echo end; exit 7")
    assert await bots.start(request, step=10_000)
    (stage.directory / "go").touch()
    status = await end_of(stage.connect(), request)
    assert (status.state, status.detail, status.tail) == ("failed", '"end" (exit 7)', "up\nend")


async def test_a_full_disk_is_refused(stage: Stage, bots: Bots) -> None:
    request = once(stage)
    answer = await bots.start(request, file_size=0)
    assert "its directory cannot be written: File too large" in answer
    assert answer.startswith("Refused(transient=False")
    assert not await settle(stage, request)
