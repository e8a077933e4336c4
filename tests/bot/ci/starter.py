"""Bots that start one run each and die on the way: one job a line on the input, one answer a line on the output.

Each job is done in a fork. It dies before its n-th call into the operating system that Python's audit events name
(https://docs.python.org/3/library/audit_events.html), or after some time; so the product needs no points to fail at.
"""

import asyncio
import json
import os
import resource
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from bot.ci.local.provider import Local
from bot.ci.provider import ProviderContext
from bot.ci.run import StartRequest, Target
from bot.clock import SystemClock
from bot.tasks import Tasks
from handlers.plan import Deploy
from handlers.policy import Connection

STEPS = ("os.", "shutil.", "subprocess.", "open", "_thread.start_new_thread", "fcntl.")


def die_before(step: int) -> None:
    """Die like by `kill -9` before the step of this number."""
    left = step

    def count(event: str, _arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event.startswith(STEPS):
            left -= 1
            if left == -1:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def request_of(job: dict[str, Any]) -> StartRequest:
    deploy = Deploy("here", command=tuple(job["command"]))
    target = Target(deploy, "website", "staging")
    return StartRequest(job["correlation"], target, "1", "a" * 40, "", "", 1)


async def start(job: dict[str, Any]) -> str:
    around = ProviderContext(SystemClock(), Tasks(), Path(job["state"]))
    local = Local(Connection("here", "local", {"directory": job["directory"]}), around)
    if "step" in job:
        die_before(job["step"])
    if "file_size" in job:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_size"], job["file_size"]))
    return str(await local.start(request_of(job)))


def work(job: dict[str, Any], answer: int) -> None:
    """Be the bot of one job; what it says goes into the pipe."""
    if "seconds" in job:
        threading.Timer(job["seconds"], os.kill, (os.getpid(), signal.SIGKILL)).start()
    os.write(answer, asyncio.run(start(job)).encode())
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        reading, writing = os.pipe()
        if not os.fork():
            work(json.loads(line), writing)
        os.close(writing)
        with open(reading, "rb") as pipe:  # noqa: PTH123 -- of a descriptor
            sys.stdout.write(f"{pipe.read().decode()}\n")
        os.wait()
        sys.stdout.flush()


if __name__ == "__main__":
    main()
