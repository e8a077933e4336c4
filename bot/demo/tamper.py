"""Alters a sign-off in the bot's database, and runs `shiproom audit verify`."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bot
from bot.demo.cast import AMITA, MARA, PEOPLE
from bot.demo.folder import DemoFolder
from bot.demo.programs import minimal_environment, run

SQL = "UPDATE history SET actor = '{actor}' WHERE service = '{service}' AND row = {row}"
WRITE = (
    "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], timeout=20); d.execute(sys.argv[2]); d.commit()"
)
"""A program of its own, because the bot's code has no way to change a row of the history."""


@dataclass(frozen=True, slots=True)
class StoredSignOff:
    """A sign-off as it is stored: its row and its actor."""

    service: str
    row: int
    actor: str

    @property
    def forged_actor(self) -> str:
        """Return the actor that a forgery names instead."""
        return MARA.id if self.actor != MARA.id else AMITA.id


@dataclass(slots=True)
class Tampering:
    """At most one altered sign-off.

    `report` is the output of the verification, `caught` tells whether it named the row.
    """

    folder: DemoFolder
    altered: StoredSignOff | None = None
    caught: bool = False
    report: str = ""
    _names: dict[str, str] = field(default_factory=lambda: {person.id: person.name for person in PEOPLE})

    async def alter(self, releases: Sequence[dict[str, Any]]) -> str:
        """Give the newest sign-off to another user and verify; return the outcome."""
        sign_off = self.altered or newest_sign_off(releases)
        if sign_off is None:
            return "Nobody has signed yet: there is nothing to alter."
        sql = SQL.format(actor=sign_off.forged_actor, service=sign_off.service, row=sign_off.row)
        await self._write(sql)
        found = await self._verify(sql)
        self.altered, self.caught = (
            sign_off,
            found and f"history {sign_off.service}:{sign_off.row}: " in self.report,
        )
        forged_actor = (
            f"{self._names[sign_off.actor]}'s sign-off says {self._names[sign_off.forged_actor]} now."
        )
        return f"{forged_actor} {'Caught: see below.' if self.caught else 'Nobody noticed.'}"

    async def restore(self) -> str:
        """Write the original actor back and verify again."""
        if self.altered is None:
            return "Nothing is altered."
        sign_off = self.altered
        sql = SQL.format(actor=sign_off.actor, service=sign_off.service, row=sign_off.row)
        await self._write(sql)
        await self._verify(sql)
        self.altered = None
        return "It is as it was, and the history holds again."

    async def _write(self, sql: str) -> None:
        file = self.folder.database.removeprefix("sqlite:///")
        await run((sys.executable, "-c", WRITE, file, sql), self.folder.root, minimal_environment())

    async def _verify(self, sql: str) -> bool:
        """Run the verification; tell whether it found something."""
        environment = {
            **minimal_environment(),
            "DATABASE_URL": self.folder.database,
            "PYTHONPATH": os.fspath(Path(bot.__file__).parents[1]),
        }
        words = (sys.executable, "-P", "-m", "bot", "audit", "verify")
        ran = await run(words, self.folder.root, environment)
        self.report = f"{sql};\n\n$ shiproom audit verify\n{ran.output.strip()}\n(exit status {ran.status})"
        return ran.status != 0


def newest_sign_off(releases: Sequence[dict[str, Any]]) -> StoredSignOff | None:
    """Find the newest sign-off that was not refused."""
    found = [
        StoredSignOff(release["service"], line["row"], line["actor"])
        for release in releases
        for line in release["history"]
        if line["event"] == "signed_off" and not line["refused"]
    ]
    return max(found, key=lambda sign_off: sign_off.row, default=None)
