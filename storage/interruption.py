"""Lets a transaction that reads or writes a file be interrupted, wherever it runs."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, BinaryIO, TypeVar

T = TypeVar("T")


async def until_closed(work: Coroutine[Any, Any, T], files: Sequence[BinaryIO]) -> T:
    """Run work on files; when it is cancelled, close them, and wait until the work has ended by that.

    A thread cannot be cancelled, and would go on to its end and commit; but nothing can be read from a file that was closed.
    """
    running = asyncio.get_running_loop().create_task(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        for file in files:
            file.close()
        await asyncio.wait([running])
        if not running.cancelled():
            running.exception()  # it was told by the cancellation
        raise
