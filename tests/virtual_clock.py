"""Clocks and event loops that tests control.

- `ManualClock`: the machine's time, advanced or stopped by hand. Timers keep real time.
- `VirtualClock` with `VirtualLoop`: time stands still while anything is busy, and leaps to the next timer when all is idle.
  Half an hour takes seconds. Everything has to run in one loop; what threads do for it counts as work, other processes do not.
- `ScaledClock` with `ScaledLoop`: real time, several times faster, for one process or several.
- `SharedClock` with `SharedLoop`: real time plus an offset in shared memory, which one process advances while others idle.

Nothing of the product is imported here before a loop runs: the fork server of tests/crash rewrites it first.
"""

import asyncio
import mmap
import secrets
import selectors
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Ready = list[tuple[selectors.SelectorKey, int]]


class _Ids:
    """A source of chance, as every clock of the bot is one."""

    def new_id(self) -> str:
        """Return 32 characters that nobody can guess."""
        return secrets.token_hex(16)


# Time that is advanced by hand.

STOPPED_AHEAD = timedelta(seconds=100)


@dataclass
class ManualClock(_Ids):
    """The machine's clock, advanced by hand; it stands still once it was stopped."""

    ahead: timedelta = field(default_factory=timedelta)
    stopped_at: datetime | None = None
    listeners: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    def now(self) -> datetime:
        """Return the time in UTC."""
        return (self.stopped_at or datetime.fromtimestamp(time.time(), UTC)) + self.ahead

    def monotonic(self) -> float:
        """Return the machine's seconds, which nobody advances."""
        return time.monotonic()

    def advance(self, seconds: float) -> None:
        """Move the time forward, and call the listeners."""
        self.ahead += timedelta(seconds=seconds)
        for listener in self.listeners:
            listener()

    def stop(self) -> None:
        """Stand still at a full second, for exact ages; it lies ahead, because bolt reads the machine's own clock."""
        now = datetime.fromtimestamp(time.time(), UTC)
        self.stopped_at = now.replace(microsecond=0) + STOPPED_AHEAD


# Time that leaps over sleeps.

IDLE = 0.0001
"""How many real seconds nothing may happen, three times in a row, before time leaps; loopback is faster."""

BUSY = 0.05
"""How many real seconds to wait for threads at a time; they wake the loop when they are done."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is only that of its timers. `busy` counts the threads that work for it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.busy = 0
        super().__init__(_VirtualSelector(self))

    def time(self) -> Any:  # noqa: ANN401 - a float, as the base class says
        return self.seconds

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # noqa: ANN401
        self.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: object) -> None:
        self.busy -= 1

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the base class
        """Wait for the threads without a limit, over which time would leap (Python 3.12 and newer have one of 300 s)."""
        del timeout
        await super().shutdown_default_executor()


class _VirtualSelector(selectors.DefaultSelector):
    """Waits really while there is work, and leaps when only timers are left."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Ready:
        ready = super().select(0)
        idle = 0
        while not ready and (timeout is None or timeout > 0):
            if self._loop.busy or timeout is None:
                ready, idle = super().select(BUSY), 0
            elif idle < 3:
                time.sleep(IDLE)
                ready, idle = super().select(0), idle + 1
            else:
                self._loop.seconds += timeout
                break
        return ready


@dataclass
class VirtualClock(ManualClock):
    """A clock that shows the loop's time, counted from a day in the past."""

    begins: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def now(self) -> datetime:
        """Return the time in UTC."""
        return self.begins + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return the loop's seconds."""
        return self.loop.time()


def run_virtually(story: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time; writes to SQLite count as work."""
    from storage.sqlite import SQLite  # noqa: PLC0415 - see above

    write = SQLite.write

    async def counted(self: SQLite, work: Any) -> Any:  # noqa: ANN401 - whatever is written
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            return await write(self, work)
        loop.busy += 1
        try:
            return await write(self, work)
        finally:
            loop.busy -= 1

    SQLite.write = counted
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(story)
    finally:
        SQLite.write = write


# Time that runs faster.

SPEED = 5.0
"""Fast enough to make half a second of three; slow enough for an answer within two seconds of patience."""


@dataclass(frozen=True, slots=True)
class ScaledClock(_Ids):
    """A clock that runs SPEED times faster since `wall` (seconds since 1970) and monotonic `origin`.

    All processes of one story share both numbers. Each story starts its own, because bolt reads the machine's clock and
    takes signatures that are off by five minutes at most.
    """

    wall: float
    origin: float

    @classmethod
    def start(cls) -> "ScaledClock":
        """Start at the machine's time."""
        return cls(time.time(), time.monotonic())

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.fromtimestamp(self.wall + (time.monotonic() - self.origin) * SPEED, UTC)

    def monotonic(self) -> float:
        """Return seconds that only go forward, at the same speed."""
        return time.monotonic() * SPEED


class _ScaledSelector(selectors.DefaultSelector):
    """Waits as much shorter as time runs faster."""

    def select(self, timeout: float | None = None) -> Ready:
        return super().select(None if timeout is None else timeout / SPEED)


class ScaledLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers run at the speed of a ScaledClock."""

    def __init__(self) -> None:
        super().__init__(_ScaledSelector())

    def time(self) -> Any:  # noqa: ANN401 - a float, as the base class says
        return time.monotonic() * SPEED


# Time that is advanced across processes.

_TOTAL, _SEEN, _IDLES, _IDLE_FOR, _POLLS, _BUSY, _CELLS = 0, 1, 2, 3, 4, 5, 6
_POLL = 0.002
"""How many real seconds an idle process leaves between two looks at the offset and at its sockets."""

_ENOUGH = 2
"""So many polls make a round in which the process has seen what was sent to it before; so many rounds have to pass."""

FOR_EVER = 3600.0


class SharedOffset:
    """Seconds to add to the machine's clock, in a file that several processes map into memory.

    A process also says there that it is idle and for how long, so that whoever advances the time never does so while it
    works, and advances just as far as it would have slept.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_CELLS * 8))
        with path.open("r+b") as file:
            self._cells = memoryview(mmap.mmap(file.fileno(), _CELLS * 8)).cast("d")
        self._idles, self._polls, self._rounds = 0.0, 0.0, 0

    @property
    def total(self) -> float:
        """Return by how many seconds the time was advanced so far."""
        return self._cells[_TOTAL]

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self._cells[_TOTAL] += seconds

    def start(self) -> None:
        """Forget the work of a process that was here before this one."""
        self._cells[_BUSY] = 0

    def idle(self, seconds: float | None) -> None:
        """Say that the process is idle from now on, for so many seconds."""
        self._cells[_POLLS] = 0
        self._cells[_IDLE_FOR] = FOR_EVER if seconds is None else seconds
        self._cells[_SEEN] = self._cells[_TOTAL]
        self._cells[_IDLES] += 1

    def polled(self) -> None:
        """Say that it has looked, and that nothing has come."""
        self._cells[_POLLS] += 1

    def wake(self) -> None:
        """Say that it works."""
        self._cells[_POLLS] = 0

    @asynccontextmanager
    async def busy(self) -> AsyncGenerator[None]:
        """Count as working although the loop may be idle: a thread is at work."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """Count one thing more that is at work."""
        self._cells[_BUSY] += 1

    def end(self) -> None:
        """Count one thing less."""
        self._cells[_BUSY] -= 1

    def idle_for(self) -> float | None:
        """Return for how long the process wants to sleep, once it surely has nothing to read; to be asked repeatedly.

        What was sent to it in one round it has seen in the next, however busy the machine is.
        """
        cells = self._cells
        works = cells[_BUSY] or cells[_SEEN] != cells[_TOTAL]
        if works or cells[_IDLES] != self._idles or cells[_POLLS] < self._polls:
            self._idles, self._polls, self._rounds = cells[_IDLES], cells[_POLLS], 0
        elif cells[_POLLS] >= self._polls + _ENOUGH:
            self._polls, self._rounds = cells[_POLLS], self._rounds + 1
        return cells[_IDLE_FOR] if self._rounds >= _ENOUGH else None


@dataclass(frozen=True, slots=True)
class SharedClock(_Ids):
    """The machine's clock plus a shared offset; it began at `wall` (since 1970) and monotonic `origin` seconds."""

    wall: float
    origin: float
    offset: SharedOffset

    @classmethod
    def start(cls, offset: SharedOffset) -> "SharedClock":
        """Start at the machine's time."""
        return cls(time.time(), time.monotonic(), offset)

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.fromtimestamp(self.wall - self.origin + self.monotonic(), UTC)

    def monotonic(self) -> float:
        """Return seconds that only go forward, the offset included."""
        return time.monotonic() + self.offset.total


class _SharedSelector(selectors.DefaultSelector):
    """Waits until something happens or somebody advances the time."""

    def __init__(self, offset: SharedOffset) -> None:
        super().__init__()
        self._offset = offset

    def select(self, timeout: float | None = None) -> Ready:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        total, end = self._offset.total, time.monotonic() + (FOR_EVER if timeout is None else timeout)
        self._offset.idle(timeout)
        ready: Ready = []
        while not ready and self._offset.total == total and (left := end - time.monotonic()) > 0:
            ready = super().select(min(left, _POLL))
            if not ready:
                self._offset.polled()
        self._offset.wake()
        return ready


class SharedLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers go by a SharedClock."""

    def __init__(self, offset: SharedOffset) -> None:
        self._offset = offset
        offset.start()
        super().__init__(_SharedSelector(offset))

    def time(self) -> Any:  # noqa: ANN401 - a float, as the base class says
        return time.monotonic() + self._offset.total

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # noqa: ANN401
        """Count what a thread does as work, such as the start of a command."""
        self._offset.begin()
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(lambda _: self._offset.end())
        return future
