"""A world whose clock is turned: what is due happens, in order, and nobody waits for it in real time."""

import asyncio
import signal
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Self

from sqlalchemy import text

from bot import state_directory
from bot.ci.local import orphans
from bot.ci.local.rundir import RunDirectory
from handlers.effects import EFFECT_NAMES, ShowCard
from handlers.release import Release
from handlers.step import StepState
from handlers.time_words import Ending, instant, read_ending
from storage import releases, wakes
from storage.codec import moment
from storage.database import Connection, Database
from storage.effect_statements import BLOCKED
from storage.opening import open_for_reading
from tests.scenarios.turned.bots import Bots, lives, send
from tests.scenarios.turned.dates import began
from tests.virtual_clock import SharedClock, SharedOffset
from tests.world import World, free_port, reached

STEP = 0.9
"""How many seconds the clock is turned at once while something is due: who is a second late in Slack has to wait again."""

SOON = timedelta(seconds=5)
"""What is due within that time belongs to what is due now, such as the next message in a channel; a backoff does not."""

EXACT = 12
"""So many times a turn stops exactly when something is due; after that at the next full GRAIN, if that comes later.

A release that somebody has signed is looked at every minute or every five, which takes long for a weekend.
"""

GRAIN, COARSE = timedelta(minutes=30), timedelta(hours=1)
"""The second one while there is more than half a day to go."""

PATIENCE = 120.0
"""How many real seconds it may take until everything that is due has happened."""

CARD = EFFECT_NAMES[ShowCard]
UNDONE = text(f"SELECT kind, lease_by, due_at FROM effect WHERE done_at IS NULL AND due_at < {BLOCKED}")  # noqa: S608 - a number

_LOOK_AGAIN = 0.002
_LOCAL = "runs"


@dataclass
class TurnedWorld(World):
    """The world, with a bot in a process of its own that goes by the clock of the story."""

    bots: Bots = field(kw_only=True)
    begins: datetime = field(kw_only=True)
    pid: int = 0
    _read: Database | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        offset = SharedOffset(self.directory / "clock")
        self.clock = SharedClock(self.begins.timestamp(), time.monotonic(), offset)
        self.slack.workspace.clock = self.clock.now
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.close_reader()
        await super().__aexit__(*raised)

    async def close_reader(self) -> None:
        """Leave the database alone, for whoever wants to replace it."""
        if self._read is not None:
            await self._read.close()
            self._read = None

    @property
    def up(self) -> bool:
        """Whether there is a bot."""
        return self.pid != 0 and lives(self.pid)

    async def start(self) -> None:
        """Start the bot at the time that it is in the story, and wait until it rests."""
        if not self.port:
            self.port = free_port()
            await self.migrate()
        self.starts += 1
        order = {
            "environment": self.environment(),
            "log": str(self.directory / f"bot-{self.starts}.log"),
            "offset": str(self.directory / "clock"),
            "wall": self.clock.wall,
            "origin": self.clock.origin,
        }
        self.pid = self.bots.start(order)
        await self.ready()
        await self.settle()

    @property
    def has_ended(self) -> bool:
        return self.pid != 0 and not lives(self.pid)

    async def kill(self) -> None:
        """Kill the bot as a power cut would; what the local CI runs goes on."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask the bot to stop, and wait until it has."""
        await self._end(signal.SIGTERM)
        return 0

    async def _end(self, number: signal.Signals) -> None:
        if self.pid:
            send(self.pid, number)
            async with asyncio.timeout(PATIENCE):
                while lives(self.pid):  # noqa: ASYNC110 - it is another program's child
                    await asyncio.sleep(_LOOK_AGAIN)
        self.pid = 0

    async def power_cut(self) -> None:
        """Kill the bot and all that the local CI runs."""
        await self.kill()
        for run in self._runs():
            if wrapper := run.wrapper:
                send(int(wrapper.partition(" ")[0]), signal.SIGKILL)
            orphans.kill(run)

    # Time.

    def reads(self, to: datetime | timedelta | str, zone: tzinfo) -> datetime:
        """Read a time of the story: `mon 09:00`, `2026-12-01 08:00`, `18:00`, `for 2h`, or an object of datetime."""
        if isinstance(to, timedelta):
            return self.clock.now() + to
        if isinstance(to, datetime):
            return to if to.tzinfo else instant(to, zone)
        words = tuple(to.split())
        found = read_ending(words if words[0] == "for" else ("until", *words), self.clock.now(), zone)
        assert isinstance(found, Ending), found
        assert found.until is not None, found
        return found.until

    async def turn(self, target: datetime) -> None:
        """Turn the clock to a time; whatever is due before it happens then, and the rest when it is reached."""
        assert target >= self.clock.now(), f"{target} is past: it is {self.clock.now()}"
        await self.settle()
        stops = 0
        while self.up and (due := await self._due(stops, target)) < target:
            self._leap(due)
            await self.settle(cards=False)
            stops += 1
        self._leap(target)
        await self.settle()

    async def _due(self, stops: int, target: datetime) -> datetime:
        """Return when to stop next on the way."""
        now = self.clock.now()
        due = max(await self._next_due() or datetime.max.replace(tzinfo=now.tzinfo), now + SOON)
        grain = (COARSE if target - now > timedelta(hours=12) else GRAIN).total_seconds()
        full = datetime.fromtimestamp((now.timestamp() // grain + 1) * grain, now.tzinfo)
        return due if stops < EXACT else max(due, full)

    def _leap(self, target: datetime) -> None:
        self._advance(max(0.0, (target - self.clock.now()).total_seconds()))

    def _advance(self, seconds: float) -> None:
        for run in self._runs():
            began(run.path, self.clock)
        self.clock.offset.advance(seconds)

    async def settle(self, *, cards: bool = True) -> None:
        """Wait until the bot rests and nothing is due; the clock goes on by the seconds that it takes, not by more.

        Without `cards`, all that is to be said is said, and cards may follow: each shows the newest state when it is drawn.
        """
        until = time.monotonic() + PATIENCE
        while self.up:
            assert time.monotonic() < until, (
                f"it does not come to rest: {await self._left(cards=cards)}\n{self.log()[-6000:]}"
            )
            await asyncio.sleep(_LOOK_AGAIN)
            rest = self.clock.offset.idle_for()
            if rest is None or await self._commands_work():
                continue
            left = await self._left(cards=cards)
            if self.slack.serving or self.clock.offset.idle_for() is None:
                continue
            if not left:
                return
            self._advance(min(STEP, max(rest, 0.02)))

    async def _left(self, *, cards: bool) -> list[str]:
        """List what is due, or will be at once."""
        soon = self.clock.now() + SOON
        doing = [
            kind
            for kind, leased, due in await self._effects()
            if leased or (due <= soon and (cards or kind != CARD))
        ]
        wake = await self.read(wakes.earliest)
        waking = ["wake"] if wake is not None and wake <= self.clock.now() else []
        return [*doing, *waking, *(f"r{each.number}" for each in await self._in_flight() if self._ends(each))]

    async def _next_due(self) -> datetime | None:
        times = [due for kind, _, due in await self._effects() if kind != CARD]
        wake = await self.read(wakes.earliest)
        return min([*times, *([] if wake is None else [wake])], default=None)

    async def _effects(self) -> list[tuple[str, bool, datetime]]:
        """List the effects that nothing blocks: their kind, whether somebody performs them, and when they are due."""
        return [(kind, owner is not None, moment(due)) for kind, owner, due in await self.read(_undone)]

    # What runs at the local CI.

    def _runs(self) -> list[RunDirectory]:
        root = self.directory / state_directory.NAME / _LOCAL
        return [RunDirectory(path) for path in root.glob("[!.]*")]

    async def _in_flight(self) -> list[Release]:
        return await self.read(releases.in_flight)

    def _run_of(self, release: Release) -> RunDirectory | None:
        intent = release.step.intent
        return next((run for run in self._runs() if intent and run.id == intent.correlation), None)

    async def _commands_work(self) -> bool:
        """Whether a command runs that will end by itself: that takes real time."""
        return any(
            run is not None and run.wrapper and not self._is_held(each)
            for each in await self._in_flight()
            for run in [self._run_of(each)]
        )

    def _is_held(self, release: Release) -> bool:
        held = self.directory / "deploy" / f"hold-{release.service}-{release.step.environment}"
        return held.exists() and release.step.state is not StepState.CANCELLING

    def _ends(self, release: Release) -> bool:
        """Whether a deployment has ended, or begins, without the bot having seen it."""
        run, state = self._run_of(release), release.step.state
        begins = state is StepState.SENT and run is None
        return begins or (run is not None and state is not StepState.UNKNOWN and not run.wrapper)

    async def read(self, work: Any) -> Any:  # noqa: ANN401 - whatever is read
        """Read from the bot's database, whether there is a bot or not."""
        if self._read is None:
            self._read = await open_for_reading(self.database)
        return await self._read.read(work)

    async def until(
        self, number: int, state: str, environment: str = "", within: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait until the bot rests; a release, or its step in an environment, has to be in a state then."""
        del within
        await self.settle()
        shown = await self.release(number)
        assert reached(shown, state, environment), f"r{number} is not {state}: {shown}\n{self.log()[-6000:]}"
        return shown


def _undone(connection: Connection) -> list[Any]:
    return list(connection.execute(UNDONE).all())
