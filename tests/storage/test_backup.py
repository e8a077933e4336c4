"""A backup holds every row of one moment, for either database; what was cut, altered or is no backup is noticed."""

import asyncio
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import func, select, text
from sqlmodel import SQLModel

from handlers.effects import ShowCard
from storage import audit, effects, schema
from storage.backup import back_up, write_backup
from storage.backup_format import AWAY, BackupError, BackupWriter, Header
from storage.database import Connection, Database, Work
from storage.opening import connect, open_for_reading
from storage.tables import EffectRow, HistoryRow, SuccessRow, table
from tests import databases
from tests.handlers.builders import NOW
from tests.house.tree import ROOT
from tests.profile import size
from tests.storage import transactions
from tests.storage.backups import (
    backup_of,
    lines_of,
    loaded,
    packed,
    read,
    restored,
    rows_of,
    with_header,
)

_effect, _history, _success = table(EffectRow), table(HistoryRow), table(SuccessRow)
NOT_WHOLE = "x.backup is not whole: it ends early"
ALTERED = "x.backup was altered or damaged"
NO_BACKUP = "x.backup is no backup of Shiproom"


def newest_id(connection: Connection) -> int:
    return connection.execute(select(func.max(_effect.c.id))).scalar_one()


async def test_every_row_goes_to_the_other_database_and_back(
    full: Database, postgres_server: str, tmp_path: Path
) -> None:
    """And no id is given twice there, even if its row was deleted before the backup."""
    last = await full.read(newest_id)
    await full.write(lambda connection: connection.execute(_effect.delete().where(_effect.c.id == last)))
    before = await full.read(rows_of)
    assert set(before) == {each.name for each in SQLModel.metadata.sorted_tables}
    assert not [name for name, rows in before.items() if not rows]
    post = await loaded(await databases.copied_postgres(postgres_server), await backup_of(full))
    assert await post.read(rows_of) == before
    back = await loaded(f"sqlite:///{tmp_path / 'back.db'}", await backup_of(post))
    assert await back.read(rows_of) == before
    for each in (post, back):
        await each.write(partial(effects.add, effects=(ShowCard(99),), now=NOW))
        assert await each.read(newest_id) == last + 1
        await each.write(lambda connection: connection.execute(_success.insert().values(SUCCESS)))
        await each.close()


SUCCESS = {
    "service": "website",
    "environment": "staging",
    "release": 1,
    "at": 1,
    "branch": "main",
    "body": "{}",
}
"""A row without an id: the database gives one that no other row has."""


async def test_the_header_says_what_is_in_it(full: Database) -> None:
    data = await backup_of(full)
    header = read(data).header
    found = await full.read(audit.verify)
    rows = await full.read(rows_of)
    assert header.heads == found.heads
    assert header.counts == {name: len(rows) for name, rows in rows.items()}
    assert (header.schema, header.at, header.shiproom) == (schema.NEWEST, NOW, "0.1.0")


STEP = size(59, 59, 7)
"""Of how many bytes in the middle one is tried; all at the beginning and the end are."""


def places(data: bytes) -> list[int]:
    return sorted({*range(40), *range(0, len(data), STEP), *range(len(data) - 40, len(data))})


def test_a_file_that_ends_early_is_noticed(whole: bytes) -> None:
    read(whole)
    for length in places(whole):
        with pytest.raises(BackupError, match=rf"{NOT_WHOLE}|x.backup is empty|{NO_BACKUP}"):
            read(whole[:length])


def test_an_altered_byte_is_noticed(whole: bytes) -> None:
    """Or changes nothing that is read: gzip says in its first bytes when a file was made, and fills its last one up."""
    silent = 0
    for place in places(whole):
        altered = bytearray(whole)
        altered[place] ^= 1 << place % 8
        try:
            read(bytes(altered))
        except BackupError:
            continue
        assert gzip.decompress(bytes(altered)) == gzip.decompress(whole)
        silent += 1
    assert silent < 10


def test_what_stands_behind_the_end_is_noticed(whole: bytes) -> None:
    for more in (gzip.compress(b"{}\n"), b"more", b"\n"):
        with pytest.raises(BackupError, match=ALTERED):
            read(whole + more)


PNG = (ROOT / "docs" / "desk_why.png").read_bytes()
WRONG: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("a picture", lambda _: PNG, NO_BACKUP),
    ("nothing", lambda _: b"", "x.backup is empty"),
    ("a text", lambda _: b"version: 1\n", NO_BACKUP),
    ("a packed text", lambda _: gzip.compress(b"version: 1\n"), NO_BACKUP),
    ("packed JSON", lambda _: gzip.compress(b'{"format":"other"}\n'), NO_BACKUP),
    ("a packed list", lambda _: gzip.compress(b"[1]\n"), NO_BACKUP),
    ("a newer format", lambda whole: with_header(whole, version=2), "written by a newer Shiproom"),
    (
        "a newer schema",
        lambda whole: with_header(whole, schema="9999", shiproom="7.1.0"),
        r"is at schema 9999, newer than this Shiproom \(\d+\): install Shiproom 7.1.0 or a newer one",
    ),
    ("a schema before the first", lambda whole: with_header(whole, schema="0002"), "no released Shiproom"),
    ("a header that lacks something", lambda whole: with_header(whole, heads=None), ALTERED),
    ("a time without a zone", lambda whole: with_header(whole, taken_at="2026-03-02T10:00:00"), ALTERED),
    ("a head that is none", lambda whole: with_header(whole, heads=["website:x:1"]), ALTERED),
    ("words for a terminal", lambda whole: with_header(whole, shiproom="\x1b[31m"), ALTERED),
    ("other counts", lambda whole: with_header(whole, counts={"release": 1}), ALTERED),
    ("another digest", lambda whole: packed(lines_of(whole), sha256="0" * 64), ALTERED),
    ("a table twice", lambda whole: packed([*lines_of(whole), lines_of(whole)[1]]), ALTERED),
    ("a row too short", lambda whole: packed([*lines_of(whole), []]), ALTERED),
    ("a row before its table", lambda whole: packed([lines_of(whole)[0], [1]]), ALTERED),
    ("a line that is no row", lambda whole: packed([*lines_of(whole), {"x": 1}]), ALTERED),
    ("a deep line", lambda _: gzip.compress(b"[" * 100_000 + b"\n"), NO_BACKUP),
]


@pytest.mark.parametrize(
    ("make", "says"), [(make, says) for _, make, says in WRONG], ids=[each[0] for each in WRONG]
)
def test_what_is_no_backup_is_a_sentence(make: Callable[[bytes], bytes], says: str, whole: bytes) -> None:
    with pytest.raises(BackupError, match=rf"{says}.*[.]$"):
        read(make(whole))


def test_a_database_is_no_backup(migrated_sqlite: str) -> None:
    data = Path(migrated_sqlite.removeprefix("sqlite:///")).read_bytes()
    with pytest.raises(BackupError, match=NO_BACKUP):
        read(data)


@pytest.mark.parametrize("value", [b"bytes", float("nan")])
def test_a_value_that_no_column_has_is_a_sentence(value: object) -> None:
    header = Header("0.1.0", "0003", "0" * 16, NOW.isoformat(), {}, (), {})
    writer = BackupWriter(io.BytesIO(), header)
    writer.table("fact", ["key"])
    with pytest.raises(BackupError, match="The table fact holds a value that is neither text nor a number"):
        writer.rows([[value]])


async def test_an_empty_or_an_older_database_is_a_sentence(tmp_path: Path) -> None:
    opened = await connect(databases.fresh_sqlite(tmp_path), alone=False)
    with pytest.raises(BackupError, match="The database is empty"):
        await backup_of(opened)
    await opened.write(lambda connection: schema.migrate(connection, "0002"))
    with pytest.raises(BackupError, match="at schema 0002: run `shiproom migrate` first"):
        await backup_of(opened)
    statement = text("UPDATE alembic_version SET version_num = '9999'")
    await opened.write(lambda connection: connection.execute(statement))
    with pytest.raises(BackupError, match="at schema 9999, newer than this Shiproom"):
        await backup_of(opened)
    await opened.close()


async def test_a_backup_while_others_write_is_a_prefix_of_the_history(
    opened: Database, migrated_database: str, database: str
) -> None:
    await transactions.story(opened)
    reading = await open_for_reading(migrated_database)
    taken: list[bytes] = []

    async def write() -> None:
        for order in count(3):
            await transactions.ship(opened, order)
            if len(taken) >= size(2, 2, 6):
                return

    async def take() -> None:
        while len(taken) < size(2, 2, 6):
            taken.append(await backup_of(reading))

    await asyncio.gather(write(), take())
    if opened.name == "postgresql":
        assert await reading.read(transaction_of_a_backup) == ["on", "repeatable read"]
    await reading.close()
    rows = select(_history.c.service, _history.c.row, _history.c.hash)
    history = {":".join(map(str, row)) for row in await opened.read(lambda each: each.execute(rows).all())}
    heads = [set(read(each).header.heads) for each in taken]
    assert all(each <= history for each in heads)
    assert heads[0] != heads[-1]
    target = await connect(f"{database}.other" if opened.name == "sqlite" else database, alone=False)
    assert (await restored(target, taken[0])).findings == ()
    await target.close()


def transaction_of_a_backup(connection: Connection) -> list[str]:
    """Return what PostgreSQL says of the transaction: nothing is written, and all is of one moment."""
    write_backup(connection, io.BytesIO(), "0.1.0", lambda: NOW)
    named = ("transaction_read_only", "transaction_isolation")
    return [str(connection.execute(text(f"SHOW {name}")).scalar()) for name in named]


@dataclass
class Away:
    """A database whose server goes away once, in the middle of a backup."""

    inner: Database

    async def read(self, work: Work[Any]) -> Any:  # noqa: ANN401 - as the database has it
        await self.inner.read(work)
        return await self.inner.read(work)


class Pipe(io.BytesIO):
    """Bytes that cannot begin again."""

    def seekable(self) -> bool:
        return False


async def test_a_server_that_was_away_for_a_moment_is_asked_again(full: Database) -> None:
    away: Any = Away(full)

    async def take(out: BinaryIO) -> None:
        await back_up(away, out, "0.1.0", lambda: NOW)

    out = io.BytesIO()
    await take(out)
    read(out.getvalue())
    with pytest.raises(BackupError, match=AWAY):
        await take(Pipe())


async def test_a_broken_database_is_a_sentence(full: Database) -> None:
    drop = text("ALTER TABLE history RENAME COLUMN row TO other")
    await full.write(lambda connection: connection.execute(drop))
    await full.write(lambda connection: connection.execute(text("DROP TABLE service")))
    with pytest.raises(BackupError, match=r"^The database cannot be backed up: .*service.*[.]$"):
        await back_up(full, io.BytesIO(), "0.1.0", lambda: NOW)


def test_lines_are_what_the_page_says(whole: bytes) -> None:
    first, *others = gzip.decompress(whole).decode().splitlines()
    header = json.loads(first)
    assert [*header] == [
        "format",
        "version",
        "shiproom",
        "schema",
        "database",
        "taken_at",
        "counts",
        "heads",
        "sequences",
    ]
    assert [*json.loads(others[-1])["end"]] == ["counts", "sha256"]
    assert all(json.loads(line)["columns"] for line in others[:-1] if line.startswith("{"))
    page = (ROOT / "docs" / "backup.md").read_text()
    assert not [key for key in (*header, "table", "columns", "end", "sha256") if f"`{key}`" not in page]
