"""The stage of the gates: on a Monday in November, shortly before the windows of that day close."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import text

from bot import state_directory
from bot.local_slack.model import Channel, User
from storage.database import Database
from storage.opening import open_for_reading
from tests.crash.stage import Stage
from tests.virtual_clock import ScaledClock

BEGINS = datetime(2026, 11, 30, 15, 53, tzinfo=UTC)
CLOSES, CLOSED = BEGINS.replace(hour=16, minute=0), BEGINS.replace(hour=16, minute=0, second=5)
OPENS = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OPENS_SOON = OPENS - timedelta(seconds=5)
"""When the windows of that Monday close, a moment later; when those of Tuesday open, and a moment before."""

AWAY = timedelta(seconds=30)
"""How long a bot stays away that has died: nobody waits any more for what it had begun."""

EXTRAS = (User("U0OLGA", "Olga"), User("U0KIM", "Kim"), User("U0LENA", "Lena"))


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A row of the history, and what came of it: the code of the reply or of the refusal, and the release's state."""

    at: datetime
    actor: str
    event: str
    release: int
    code: str
    refused: bool
    to: str


@dataclass
class GatesStage(Stage):
    """A stage that is turned on while its bot is away; each service has a channel."""

    services: Sequence[str] = field(kw_only=True)
    comes_back: datetime | None = None
    """When the next bot that dies is started again, if not a moment later."""

    begun: set[str] = field(default_factory=set[str])
    """The runs that the CI had begun when a bot died last."""

    _read: Database | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        workspace = self.slack.workspace
        workspace.clock = self._now
        for user in EXTRAS:
            workspace.put_user(user)
        for name in self.services:
            workspace.put_channel(Channel(channel_of(name), name, tuple(workspace.users)))
        self.died = self._stay_away
        return self

    async def __aexit__(self, *raised: object) -> None:
        if self._read is not None:
            await self._read.close()
        await super().__aexit__(*raised)

    def order(self) -> dict[str, Any]:
        return {**super().order(), "another_day": True}

    def _now(self) -> datetime:
        return self.clock.now()

    def _stay_away(self) -> None:
        self.begun = self.run_ids()
        self.turn_to(self.comes_back or self.clock.now() + AWAY)
        self.comes_back = None

    def turn_to(self, moment: datetime) -> None:
        """Turn the clock on, while there is no bot."""
        clock = self.clock
        assert isinstance(clock, ScaledClock)
        self.clock = replace(clock, wall=clock.wall + (moment - clock.now()).total_seconds())

    def run_ids(self) -> set[str]:
        """Return the ids of the runs that the CI has begun, by what is on its disk."""
        runs = self.directory / state_directory.NAME / "runs"
        return {each.name for each in runs.glob("[!.]*")}

    async def rows(self, statement: str) -> list[Any]:
        """Read from the bot's database, whether there is a bot or not."""
        if self._read is None:
            self._read = await open_for_reading(self.database)
        return await self._read.read(lambda connection: list(connection.execute(text(statement)).all()))

    async def history(self, service: str) -> list[HistoryRow]:
        """Read the history of a service, oldest first."""
        rows = await self.rows(
            f"SELECT at, actor, event, release, outcome FROM history WHERE service = '{service}' ORDER BY row"  # noqa: S608
        )
        return [_history_row(*row) for row in rows]


def _history_row(at: int, actor: str, event: str, release: int, outcome: str) -> HistoryRow:
    came = json.loads(outcome)
    code = came.get("refused") or came.get("reply") or ""
    moment = datetime.fromtimestamp(at / 1_000_000, UTC)
    return HistoryRow(moment, actor, event, release, code, "refused" in came, came.get("to", ""))


def begin() -> ScaledClock:
    """Return the clock of a story that begins on that Monday."""
    return ScaledClock(BEGINS.timestamp(), time.monotonic())


def channel_of(service: str) -> str:
    return f"C0{service.upper()}"
