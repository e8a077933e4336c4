"""A clock turned by hand, for a bot's clock and its event loop alike: limits of minutes pass while only milliseconds do.

The hands are shared memory. The bot says in them that it rests and for how long it wants to, so that whoever turns them
never does so while it is at work, and turns just as far as the bot would have slept.
"""

import asyncio
import mmap
import secrets
import selectors
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_FORWARD, _SEEN, _RESTS, _RESTS_FOR, _BEATS, _JOBS, _CELLS = 0, 1, 2, 3, 4, 5, 6
_LOOK = 0.002
"""How many real seconds a resting bot leaves between two looks at the hands and at what came for it."""

_ENOUGH = 2
"""So many looks of the bot make a while in which it has seen what was sent to it before; so many of these have to pass."""

FOR_EVER = 3600.0


class Hands:
    """The hands of the clock of one telling."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_CELLS * 8))
        with path.open("r+b") as file:
            self._cells = memoryview(mmap.mmap(file.fileno(), _CELLS * 8)).cast("d")
        self._rest, self._noted, self._whiles = 0.0, 0.0, 0

    @property
    def forward(self) -> float:
        """By how many seconds the clock was turned forward so far."""
        return self._cells[_FORWARD]

    def turn(self, seconds: float) -> None:
        """Turn it on."""
        self._cells[_FORWARD] += seconds

    def rest(self, seconds: float | None) -> None:
        """Say that the bot rests as of now, for so many seconds."""
        self._cells[_BEATS] = 0
        self._cells[_RESTS_FOR] = FOR_EVER if seconds is None else seconds
        self._cells[_SEEN] = self._cells[_FORWARD]
        self._cells[_RESTS] += 1

    def beat(self) -> None:
        """Say that it has looked, and that nothing has come."""
        self._cells[_BEATS] += 1

    @asynccontextmanager
    async def job(self) -> AsyncGenerator[None]:
        """Say that a thread of the bot is at work, though its loop may rest."""
        self._cells[_JOBS] += 1
        try:
            yield
        finally:
            self._cells[_JOBS] -= 1

    def begin(self) -> None:
        """Forget what a bot before this one was at."""
        self._cells[_JOBS] = 0

    def wake(self) -> None:
        """Say that it is at work."""
        self._cells[_BEATS] = 0

    def rests(self) -> float | None:
        """Give for how long the bot wants to rest, once it surely has nothing to read; to be asked again and again.

        What was sent to it in one while it has seen in the next, however busy the machine is.
        """
        cells = self._cells
        works = cells[_JOBS] or cells[_SEEN] != cells[_FORWARD]
        if works or cells[_RESTS] != self._rest or cells[_BEATS] < self._noted:
            self._rest, self._noted, self._whiles = cells[_RESTS], cells[_BEATS], 0
        elif cells[_BEATS] >= self._noted + _ENOUGH:
            self._noted, self._whiles = cells[_BEATS], self._whiles + 1
        return cells[_RESTS_FOR] if self._whiles >= _ENOUGH else None


@dataclass(frozen=True, slots=True)
class TurnedClock:
    """A clock for bots, people, Slack and CIs of a telling; it began at `wall` (since 1970) and monotonic `origin` seconds."""

    wall: float
    origin: float
    hands: Hands

    @classmethod
    def beginning(cls, hands: Hands) -> "TurnedClock":
        """Begin now."""
        return cls(time.time(), time.monotonic(), hands)

    def now(self) -> datetime:
        """Give the time in UTC."""
        return datetime.fromtimestamp(self.wall - self.origin + self.monotonic(), UTC)

    def monotonic(self) -> float:
        """Give seconds that only go forward, turned like the rest."""
        return time.monotonic() + self.hands.forward

    def new_id(self) -> str:
        """Give 32 characters that nobody can guess."""
        return secrets.token_hex(16)


class _Selector(selectors.DefaultSelector):
    """Waits until something happens or somebody turns the clock."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        turned, end = self._hands.forward, time.monotonic() + (FOR_EVER if timeout is None else timeout)
        self._hands.rest(timeout)
        ready: list[tuple[selectors.SelectorKey, int]] = []
        while not ready and self._hands.forward == turned and (left := end - time.monotonic()) > 0:
            ready = super().select(min(left, _LOOK))
            if not ready:
                self._hands.beat()
        self._hands.wake()
        return ready


class TurnedLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers go by the turned clock."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        hands.begin()
        super().__init__(_Selector(hands))

    def time(self) -> Any:  # noqa: ANN401 - a float, as the base class says
        return time.monotonic() + self._hands.forward
