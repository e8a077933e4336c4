"""What rewritten code calls at each point: counts the passage in memory shared with the test, and dies there if told to."""

import mmap
import os
import signal
import types
from collections.abc import Generator, Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

MOST_POINTS = 4000
_ARMED, _COUNTDOWN, _FATAL, _GATE, _HEAD = 0, 1, 2, 3, 4


class Moment(IntEnum):
    """Where in an await: it has not begun; it is suspended; it has ended. A statement has only its beginning."""

    BEFORE = 0
    SUSPENDED = 1
    AFTER = 2


@dataclass(frozen=True, slots=True)
class Point:
    """An await, or a statement on another thread."""

    number: int
    file: str
    line: int
    function: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}: {self.text}"

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point and a moment of it."""

    point: int
    moment: int

    @property
    def code(self) -> int:
        return self.point * len(Moment) + self.moment

    @classmethod
    def of(cls, code: int) -> "Place":
        return cls(*divmod(code, len(Moment)))


_PLACES = MOST_POINTS * len(Moment)
_DEADLY = _HEAD + _PLACES
"""From here on, by its code: whether a place is deadly."""


class Failpoints:
    """Shared memory of a run: how often each place was passed, and where the bot shall die."""

    def __init__(self, path: Path) -> None:
        size = (_DEADLY + _PLACES) * 4
        if not path.exists():
            path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self.cells = memoryview(mmap.mmap(file.fileno(), size)).cast("I")

    def arm(self, place: Place, passage: int) -> None:
        """Have the bot die at the n-th passage of a place from now on."""
        self.arm_any([place], passage)

    def arm_any(self, places: Iterable[Place], passage: int = 1, behind: Place | None = None) -> None:
        """Have it die at the n-th passage of any of several places, counted from the next passage of `behind`."""
        self.disarm()
        self.cells[_COUNTDOWN] = passage
        self.cells[_GATE] = behind.code + 1 if behind is not None else 0
        for place in places:
            self.cells[_DEADLY + place.code] = 1
        self.cells[_ARMED] = 1

    def disarm(self) -> None:
        """Let the bot live."""
        if self.cells[_ARMED]:
            self.cells[_ARMED] = 0
            self.cells[_DEADLY:] = memoryview(bytes(_PLACES * 4)).cast("I")

    @property
    def armed(self) -> bool:
        return bool(self.cells[_ARMED])

    def death(self) -> Place | None:
        """Give where the bot has died by our hand, once."""
        fatal = self.cells[_FATAL]
        self.cells[_FATAL] = 0
        return Place.of(fatal - 1) if fatal else None

    def counts(self) -> list[int]:
        """Give how often each place was passed since the beginning, by its code."""
        return self.cells[_HEAD:_DEADLY].tolist()

    def passed(self, code: int) -> None:
        """Count a passage, and die of it if that was wanted."""
        cells = self.cells
        cells[_HEAD + code] += 1
        if not cells[_ARMED]:
            return
        if cells[_GATE]:
            if cells[_GATE] == code + 1:
                cells[_GATE] = 0
            return
        if not cells[_DEADLY + code]:
            return
        if cells[_COUNTDOWN] > 1:
            cells[_COUNTDOWN] -= 1
            return
        self.disarm()
        cells[_FATAL] = code + 1
        os.kill(os.getpid(), signal.SIGKILL)


class Probe:
    """The one that rewritten modules know. Without failpoints nothing is counted."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.failpoints: Failpoints | None = None
        self._stepped = False

    def hit(self, number: int, moment: Moment) -> None:
        if self.failpoints is not None:
            self.failpoints.passed(number * len(Moment) + moment)

    def step(self, number: int) -> None:
        """Stand before a statement."""
        self.hit(number, Moment.BEFORE)

    @types.coroutine
    def watch(self, number: int, awaited: Any) -> Generator[Any, Any, Any]:  # noqa: ANN401 - whatever is awaited
        """Stand for what is awaited, and see it begin, be suspended and end.

        A suspension counts at the innermost await only: it is one moment, however many awaits wait for each other.
        """
        self.hit(number, Moment.BEFORE)
        steps = awaited.__await__()
        step, value = steps.send, None
        while True:
            self._stepped = True
            try:
                yielded = step(value)
            except StopIteration as end:
                self.hit(number, Moment.AFTER)
                return end.value
            if self._stepped:
                self._stepped = False
                self.hit(number, Moment.SUSPENDED)
            try:
                step, value = steps.send, (yield yielded)
            except GeneratorExit:
                steps.close()
                raise
            except BaseException as error:  # noqa: BLE001 - handed on to whoever is awaited
                step, value = steps.throw, error

    def within(self, number: int, manager: Any) -> "Within":  # noqa: ANN401 - any asynchronous context manager
        """Stand for an asynchronous context manager; its end is the point after its beginning."""
        return Within(self, number, manager)


class Within:
    """The awaits that `async with` makes."""

    def __init__(self, probe: Probe, number: int, manager: Any) -> None:  # noqa: ANN401
        self._probe = probe
        self._number = number
        self._manager = manager

    async def __aenter__(self) -> Any:  # noqa: ANN401
        return await self._probe.watch(self._number, self._manager.__aenter__())

    async def __aexit__(self, *raised: object) -> Any:  # noqa: ANN401
        return await self._probe.watch(self._number + 1, self._manager.__aexit__(*raised))
