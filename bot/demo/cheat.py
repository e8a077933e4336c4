"""An honest attempt at cheating: writes into the bot's database behind its back, and lets `shiproom audit verify` look."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bot
from bot.demo.cast import AMITA, MARA, PEOPLE
from bot.demo.place import Place, least_environment, run

SQL = "UPDATE history SET actor = '{actor}' WHERE service = '{service}' AND row = {row}"
WRITE = (
    "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], timeout=20); d.execute(sys.argv[2]); d.commit()"
)
"""A program of its own, as a cheat would use: the bot's own code has no way to change a row of the history."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A sign-off as it is stored: its row, and who gave it."""

    service: str
    row: int
    actor: str

    @property
    def swapped(self) -> str:
        """Who shall have given it instead."""
        return MARA.id if self.actor != MARA.id else AMITA.id


@dataclass(slots=True)
class Cheat:
    """One altered sign-off at most; `told` is what the history had to say, `caught` that it named the row."""

    place: Place
    altered: Kept | None = None
    caught: bool = False
    told: str = ""
    _names: dict[str, str] = field(default_factory=lambda: {person.id: person.name for person in PEOPLE})

    async def alter(self, releases: Sequence[dict[str, Any]]) -> str:
        """Give the newest sign-off to somebody else and verify; says in one sentence what was done."""
        kept = self.altered or newest_sign_off(releases)
        if kept is None:
            return "Nobody has signed yet: there is nothing to alter."
        sql = SQL.format(actor=kept.swapped, service=kept.service, row=kept.row)
        await self._write(sql)
        found = await self._verify(sql)
        self.altered, self.caught = kept, found and f"history {kept.service}:{kept.row}: " in self.told
        swapped = f"{self._names[kept.actor]}'s sign-off says {self._names[kept.swapped]} now."
        return f"{swapped} {'Caught: see below.' if self.caught else 'Nobody noticed.'}"

    async def put_back(self) -> str:
        """Write what stood there before and verify again."""
        if self.altered is None:
            return "Nothing is altered."
        kept = self.altered
        sql = SQL.format(actor=kept.actor, service=kept.service, row=kept.row)
        await self._write(sql)
        await self._verify(sql)
        self.altered = None
        return "It is as it was, and the history holds again."

    async def _write(self, sql: str) -> None:
        file = self.place.database.removeprefix("sqlite:///")
        await run((sys.executable, "-c", WRITE, file, sql), self.place.root, least_environment())

    async def _verify(self, sql: str) -> bool:
        """Let the command look; tells whether it found something."""
        environment = {
            **least_environment(),
            "DATABASE_URL": self.place.database,
            "PYTHONPATH": os.fspath(Path(bot.__file__).parents[1]),
        }
        words = (sys.executable, "-m", "bot", "audit", "verify")
        ran = await run(words, self.place.root, environment)
        self.told = f"{sql};\n\n$ shiproom audit verify\n{ran.output.strip()}\n(exit status {ran.status})"
        return ran.status != 0


def newest_sign_off(releases: Sequence[dict[str, Any]]) -> Kept | None:
    """Find the newest sign-off that counted."""
    found = [
        Kept(release["service"], line["row"], line["actor"])
        for release in releases
        for line in release["history"]
        if line["event"] == "SignedOff" and not line["refused"]
    ]
    return max(found, key=lambda kept: kept.row, default=None)
