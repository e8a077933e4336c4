"""Databases of every released schema, with rows that the code of that schema wrote: `REVISION.KIND.sql`.

A file is written once, before the first release that has its schema, and never changed: `python -m tests.storage.released`.
"""

import sqlite3
from pathlib import Path
from typing import Any, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none
from sqlalchemy.engine import make_url

SERVICES = ("search", "mail", "docs", "stats")
"""What the policy of a released database has besides the services of `tests.storage.transactions.story`."""

HERE = Path(__file__).parent
COMMITS = {
    "0003": "b055d88912e5873484bc84203e8589d48adf8614",
    "0004": "1aa5daa1e5f0843b186f4d8807ff313c944b61e0",
    "0005": "b548ff63d0765c1d9a29c888b1dbe111ec4fd949",
}
"""The last commit before the first release with each schema: its wheel is upgraded by the present one, under load."""

REVISIONS = tuple(sorted({path.name.split(".")[0] for path in HERE.glob("*.sql")}))


def file_of(revision: str, kind: str) -> Path:
    """Return where the rows of a revision are kept."""
    return HERE / f"{revision}.{kind}.sql"


async def load(url: str, revision: str, kind: str) -> None:
    """Fill an empty database with a released schema and its rows."""
    script = file_of(revision, kind).read_text(encoding="utf-8")
    if kind == "sqlite":
        file = sqlite3.connect(str(make_url(url).database))
        file.executescript(script)
        file.close()
        return
    connection = await cast("Any", asyncpg).connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()
