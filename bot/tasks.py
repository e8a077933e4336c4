"""The one place that starts tasks: keeps references, logs errors, starts again what has to go on, ends all at the stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.metrics import TASK_FAILURES

log = logging.getLogger("shiproom.tasks")

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds until a task that ended is started again; doubled each time up to the longest."""

STEADY = 60.0
"""Seconds that a task has to run until its earlier ends do not matter any more."""


class Tasks:
    """The bot's running tasks; one that fails is logged and does not stop the others."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._resting: dict[asyncio.Task[Any], str] = {}

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start a task and keep a reference to it until it ends."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep(self, work: Callable[[], Awaitable[object]], name: str) -> asyncio.Task[None]:
        """Start a task that is started again whenever it ends by an error; it is done once it returns."""
        # Prometheus sees no increase in a series that begins with its first event.
        TASK_FAILURES.labels(name)
        return self.start(self._keep(work, name), name)

    @property
    def failed(self) -> tuple[str, ...]:
        """What is not running now although it has to, each with the error that ended it."""
        return tuple(self._resting.values())

    async def _keep(self, work: Callable[[], Awaitable[object]], name: str) -> None:
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
        while True:
            began = loop.time()
            error = await self._error_of(work)
            if error is None:
                return
            pause = FIRST_PAUSE if loop.time() - began > STEADY else pause
            log.error("task %s ended; it is started again in %d s", name, pause, exc_info=error)
            TASK_FAILURES.labels(name).inc()
            await self._rest(pause, f"{name} ({type(error).__name__})")
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _rest(self, seconds: float, what: str) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._resting[task] = what
        try:
            await asyncio.sleep(seconds)
        finally:
            del self._resting[task]

    async def _error_of(self, work: Callable[[], Awaitable[object]]) -> BaseException | None:
        """Run a task; return what ended it, unless that was its own end or this one's cancellation."""
        try:
            await work()
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return error
        except Exception as error:  # noqa: BLE001 - logged by the caller
            return error
        return None

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task %s failed", task.get_name(), exc_info=error)

    async def drain(self, seconds: float) -> None:
        """Wait for the running tasks, at most so many seconds; then cancel them. One that is to be started again is not."""
        for task in list(self._resting):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in list(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running))
