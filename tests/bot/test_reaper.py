"""A bot that orphans are given to: it reaps them, and takes no exit status from those who wait for one."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests import databases
from tests.world import DEPLOY, World

ROOT = Path(__file__).resolve().parents[2]

FIRST = """
import ctypes, os, sys
assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER; it lasts over an exec
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Makes a process like PID 1 for all that come of it, and then becomes a Python program."""

SPLIT = "from bot.reaper import *\nif adopts_orphans() and (status := work_in_a_child()) is not None: sys.exit(status)"

BURST = f"""
import asyncio, json, os, subprocess, sys
{SPLIT}
ORPHAN = "import os, time\\nif os.fork(): os._exit(0)\\nos.setsid()\\nif os.fork(): os._exit(0)\\nos._exit(9)"

async def code(number):
    program = ("-c", f"raise SystemExit({{number}})") if number % 4 else ("-c", ORPHAN)
    return await (await asyncio.create_subprocess_exec(sys.executable, "-S", "-I", *program)).wait()

def late():
    started = [subprocess.Popen(["sh", "-c", f"exit {{number}}"]) for number in range(20)]
    subprocess.run(["sleep", "0.2"], check=True)
    return [each.wait() for each in started]

async def main():
    print(json.dumps([await asyncio.gather(*map(code, range(24))), await asyncio.to_thread(late)]), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@asynccontextmanager
async def first_process(program: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a program as the process that orphans are given to."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-c", FIRST, "-c", program)
    running = await asyncio.create_subprocess_exec(*command, stdout=pipe, cwd=ROOT)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


def children_of(pid: int) -> dict[int, str]:
    """Return the children of a process and the state of each; Z is a zombie (man 5 proc)."""
    found: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid:
            found[int(path.parent.name)] = state
    return found


async def until(holds: Callable[[], bool]) -> None:
    """Look again and again until something holds."""
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - what another process does raises no event here
            await asyncio.sleep(0.02)


async def test_orphans_are_reaped_and_every_exit_status_reaches_who_waits_for_it() -> None:
    async with first_process(BURST) as first:
        assert first.stdout is not None
        by_loop, by_hand = json.loads(await first.stdout.readline())
        assert by_loop == [number if number % 4 else 0 for number in range(24)]
        assert by_hand == list(range(20))
        await until(lambda: len(children_of(first.pid)) == 1)
        assert "Z" not in children_of(first.pid).values()


async def test_signals_are_passed_on_and_the_exit_status_too() -> None:
    signals = "signal.signal(signal.SIGHUP, lambda *_: print('again', flush=True))"
    program = (
        f"import signal, sys, time\n{SPLIT}\n{signals}\nprint('up', flush=True)\nwhile True: time.sleep(1)"
    )
    async with first_process(program) as first:
        assert first.stdout is not None
        assert await first.stdout.readline() == b"up\n"
        first.send_signal(signal.SIGHUP)
        assert await first.stdout.readline() == b"again\n"
        first.send_signal(signal.SIGTERM)
        assert await first.wait() == 128 + signal.SIGTERM


async def test_the_child_ends_with_a_parent_that_is_killed() -> None:
    program = f"import sys, time\n{SPLIT}\nprint('up', flush=True)\ntime.sleep(600)"
    async with first_process(program) as first:
        assert first.stdout is not None
        await first.stdout.readline()
        (child,) = children_of(first.pid)
        first.kill()
        await until(lambda: not runs(child))


def runs(pid: int) -> bool:
    """Return whether a process still runs; one that is a zombie of somebody else does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


async def test_a_local_run_and_what_it_leaves_behind_are_no_zombies(tmp_path: Path) -> None:
    async with World(tmp_path, databases.fresh_sqlite(tmp_path)) as world:
        script = tmp_path / "deploy" / "deploy.sh"
        script.write_text(DEPLOY.replace("\n", "\n(setsid sh -c 'exit 7' &)\n", 1))
        world.python = (sys.executable, "-c", FIRST)
        await world.start()
        await world.build("2.4.0")
        assert "is created" in await world.says("Andy", "2.4.0 to staging")
        await world.until(1, "waiting", "production")
        assert world.bot is not None
        pid = world.bot.pid
        await until(lambda: list(children_of(pid).values()) not in ([], ["Z"]) and len(children_of(pid)) == 1)
        assert await world.stop() == 0
