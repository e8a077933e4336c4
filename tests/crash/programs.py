"""The programs that a run is shared between: how many at the same time, and what each reports."""

import asyncio
import json
import os
import sys
import traceback
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.crash.stage import BrokenError

HOME = Path(__file__).resolve().parents[2]
MOST = 4
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
"""Who shares the machine: other tests run beside, and do not wait for ever."""


def at_once() -> int:
    """Say how many: one per core, or one alone where others have the machine too."""
    return max(1, min(MOST, os.cpu_count() or 1) // WORKERS)


def story_runs_at_once(alone: int) -> int:
    """Say how many story_runs one program has going, `alone` where it has a core for itself: most of one is waiting."""
    return alone if WORKERS == 1 else max(2, alone // 2)


async def report_of(module: str, share: dict[str, Any]) -> dict[str, Any]:
    """Run the module with its share and read its report: the last line that it prints."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, cwd=HOME
    )
    told, _ = await program.communicate(json.dumps(share).encode())
    if program.returncode:
        return {"failures": [f"{module} ended with status {program.returncode}"]}
    report: dict[str, Any] = json.loads(told.splitlines()[-1])
    return report


def said(error: BaseException) -> Iterator[str]:
    """Say what a group of errors holds; a guarantee that is broken says enough by itself."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
            yield from said(each)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(error, BrokenError):
        yield str(error)
    else:
        yield "".join(traceback.format_exception(error))
