"""A restore is whole or did not happen: into an empty database or one that was named, and verified before it is committed."""

import asyncio
import io
import json
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.util import await_only

from bot.tasks import Tasks
from storage import audit, restoring, schema
from storage.backup_format import BackupError
from storage.database import Connection, Database, StorageError
from storage.database_id import database_id
from storage.kept_connection import RUNNING_KEY
from storage.opening import connect, open_database
from storage.restore import FORGOTTEN, NOT_RESTORED, UnverifiedError, Wanted, restore_into
from storage.tables import DeliveryRow, EffectRow, table
from tests import databases
from tests.handlers.builders import NOW
from tests.house.tree import ROOT
from tests.storage.backups import (
    SOME_KINDS,
    WANTED,
    backup_of,
    lines_of,
    packed,
    read,
    restored,
    rows_of,
    with_header,
    with_rows,
)

_effect = table(EffectRow)


@pytest.fixture
async def empty(database: str) -> AsyncIterator[Database]:
    """Give an empty database of each kind."""
    opened = await connect(database, alone=False)
    yield opened
    await opened.close()


@pytest.fixture
async def empty_lite(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await connect(databases.fresh_sqlite(tmp_path), alone=False)
    yield opened
    await opened.close()


@pytest.fixture
def mechanics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the rows, and leave out what that means, which tests/storage/test_restoring.py is about."""

    def nothing(*_: object) -> restoring.RestoreSummary:
        return restoring.RestoreSummary((), (), 0, 1)

    monkeypatch.setattr(restoring, "after_restore", nothing)


async def tables(database: Database) -> list[str]:
    return await database.read(lambda connection: inspect(connection).get_table_names())


@pytest.mark.usefixtures("mechanics")
async def test_what_is_restored_holds_and_forgets_the_moment(full: Database, empty: Database) -> None:
    leased = _effect.update().where(_effect.c.done_at.is_(None)).values(lease_by="old", lease_until=1)
    await full.write(lambda connection: connection.execute(leased))
    before = await full.read(rows_of)
    found = await restored(empty, await backup_of(full))
    assert found.findings == ()
    assert found.database == await full.read(database_id) == await empty.read(database_id)
    assert (await empty.read(audit.verify)).findings == ()
    await empty.read(schema.require_usable)
    after = await empty.read(rows_of)
    changed = {name for name, rows in before.items() if rows != after[name]}
    assert changed == {table(row).name for row in (*NOT_RESTORED, *FORGOTTEN)}
    assert not [row for row in NOT_RESTORED if after[table(row).name]]
    held = select(_effect.c.id).where(_effect.c.done_at.is_(None), _effect.c.lease_by.is_not(None))
    assert await empty.read(lambda connection: connection.execute(held).all()) == []
    for row, columns in FORGOTTEN.items():
        of = table(row)
        kept = [column.name for column in of.columns if column.name not in columns]
        chosen = {
            name: [
                tuple(each[index] for index, column in enumerate(of.columns) if column.name in kept)
                for each in rows
            ]
            for name, rows in (("before", before[of.name]), ("after", after[of.name]))
        }
        assert sorted(chosen["before"], key=repr) == sorted(chosen["after"], key=repr)


@pytest.mark.usefixtures("mechanics")
async def test_a_database_in_use_or_with_rows_is_refused(whole: bytes, empty: Database) -> None:
    await restored(empty, whole)
    name = await empty.read(database_id)
    before = await empty.read(rows_of)
    for wrong in ("", name[:7], f"{name}0"):
        with pytest.raises(
            StorageError, match=rf"not empty: it is the one with the id {name}.*`--replace {name}`[.]$"
        ):
            await restored(empty, whole, Wanted(NOW, "shiproom", wrong))
    assert await empty.read(rows_of) == before
    await empty.write(lambda connection: connection.execute(table(DeliveryRow).delete()))
    await restored(empty, whole, Wanted(NOW, "shiproom", name[:8]))
    assert await empty.read(rows_of) == before


@pytest.mark.parametrize("database_kind", SOME_KINDS)
async def test_a_database_that_was_only_made_is_empty(full: Database, opened: Database) -> None:
    assert (await restored(opened, await backup_of(full))).findings == ()
    assert await opened.read(database_id) == await full.read(database_id)


async def test_a_running_bot_keeps_a_restore_out_and_a_restore_a_bot(
    whole: bytes, postgres_server: str, migrated_postgresql: str
) -> None:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    for alone in (False, True):
        bot, target = await open_database(url, alone=alone), await connect(url, alone=False)
        if not alone:
            await bot.listen(lambda: None)
        with pytest.raises(StorageError, match="A Shiproom uses this database"):
            await restored(target, whole)
        await bot.close()
        await target.close()


async def test_a_bot_does_not_start_during_a_restore(postgres_server: str, migrated_postgresql: str) -> None:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    bot, restoring_one = await open_database(url, alone=False), await connect(url, alone=False)

    async def start() -> None:
        with pytest.raises(StorageError, match="A backup is being restored into this database"):
            await bot.listen(lambda: None)

    def hold(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": RUNNING_KEY})
        await_only(start())

    await restoring_one.write(hold)
    await bot.listen(lambda: None)
    await bot.close()
    await restoring_one.close()


async def test_a_file_in_use_is_refused(tmp_path: Path) -> None:
    url = databases.fresh_sqlite(tmp_path)
    bot = await connect(url, alone=True)
    with pytest.raises(StorageError, match="Another Shiproom uses the database"):
        await connect(url, alone=False)
    await bot.close()


@pytest.mark.usefixtures("mechanics")
async def test_a_history_that_does_not_hold_is_refused_until_that_is_accepted(
    full: Database, empty_lite: Database
) -> None:
    statement = text("UPDATE release SET state = 'done' WHERE number = 2")
    await full.write(lambda connection: connection.execute(statement))
    data = await backup_of(full)
    with pytest.raises(UnverifiedError) as refused:
        await restored(empty_lite, data)
    assert [each.place for each in refused.value.findings] == ["release r2"]
    assert await tables(empty_lite) == []
    accepted = await restored(empty_lite, data, Wanted(NOW, "shiproom", unverified="r2 was mended by hand"))
    assert accepted.findings == refused.value.findings
    assert (await empty_lite.read(audit.verify)).findings == accepted.findings


async def test_a_history_that_is_not_the_one_of_the_header_is_refused(
    whole: bytes, empty_lite: Database
) -> None:
    """Whoever writes a file anew with another history has to write its heads anew, which were printed and kept elsewhere."""
    heads = read(whole).header.heads
    forged = with_header(whole, heads=[*heads[:-1], heads[-1][:-1] + "x"])
    with pytest.raises(UnverifiedError) as refused:
        await restored(empty_lite, forged)
    assert "the anchor says another hash" in str(refused.value.findings[0])
    assert await tables(empty_lite) == []


def renamed(data: bytes, old: str, new: str) -> bytes:
    """Call a table or a column otherwise, wherever it is named."""
    text = json.dumps(lines_of(data)).replace(f'"{old}"', f'"{new}"')
    return packed(json.loads(text))


BAD: list[tuple[str, Callable[[bytes], bytes], str]] = [
    (
        "a row twice",
        lambda data: with_rows(data, "build", lambda rows: [*rows, rows[0]]),
        "cannot be restored: UNIQUE",
    ),
    (
        "a list as a value",
        lambda data: with_rows(data, "fact", lambda _: [[["x"], 1, ""]]),
        "cannot be restored: ",
    ),
    (
        "a huge number",
        lambda data: with_rows(data, "fact", lambda _: [["x", 1 << 70, ""]]),
        "cannot be restored: ",
    ),
    (
        "half a character",
        lambda data: with_rows(data, "fact", lambda _: [["\ud800", 1, ""]]),
        "cannot be restored: ",
    ),
    ("an unknown table", lambda data: renamed(data, "fact", "gossip"), "holds a table gossip"),
    ("another column", lambda data: renamed(data, "as_of", "since"), "holds a table fact"),
]


@pytest.mark.parametrize(("make", "says"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
async def test_rows_that_do_not_fit_change_nothing(
    make: Callable[[bytes], bytes], says: str, whole: bytes, empty_lite: Database
) -> None:
    data = make(whole)
    with pytest.raises(BackupError, match=rf"{says}.*[.]$"):
        await restored(empty_lite, data)
    assert await tables(empty_lite) == []


async def test_text_that_only_sqlite_keeps_is_a_sentence(whole: bytes, postgres_server: str) -> None:
    data = with_rows(whole, "fact", lambda _: [["a\0b", 1, ""]])
    target = await connect(await databases.copied_postgres(postgres_server), alone=False)
    with pytest.raises(BackupError, match=r"x\.backup cannot be restored: .*Nothing was changed[.]$"):
        await restored(target, data)
    assert await tables(target) == []
    await target.close()


@pytest.mark.parametrize("database_kind", SOME_KINDS)
async def test_what_fails_at_the_end_changes_nothing(
    whole: bytes, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("It is not wanted.")

    monkeypatch.setattr(restoring, "after_restore", fail)
    with pytest.raises(StorageError, match="It is not wanted"):
        await restored(empty, whole)
    assert await tables(empty) == []


async def test_what_a_restore_means_is_asked_in_its_transaction(
    whole: bytes, empty_lite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    def after(connection: Connection, *rest: object) -> restoring.RestoreSummary:
        schema.require_usable(connection)
        asked.append(rest)
        return restoring.RestoreSummary((), (), 0, 1)

    monkeypatch.setattr(restoring, "after_restore", after)
    await restored(empty_lite, whole, Wanted(NOW, "U0TIM"))
    assert asked == [(NOW, NOW, "U0TIM", restoring.HOLDS)]


NEXT = '''"""What comes next."""

import sqlalchemy as sa
from alembic import op

revision = "9998"
down_revision = "REVISION"


def upgrade() -> None:
    """Upgrade."""
    op.create_table("note", sa.Column("key", sa.String, primary_key=True))
'''


@pytest.mark.parametrize("database_kind", SOME_KINDS)
async def test_a_backup_of_an_older_schema_is_brought_to_the_newest(
    full: Database, empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = await backup_of(full)
    shutil.copytree(ROOT / "storage" / "migrations", tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "v9998.py").write_text(NEXT.replace("REVISION", schema.NEWEST))
    monkeypatch.setattr(schema, "__file__", str(tmp_path / "schema.py"))
    monkeypatch.setattr(schema, "NEWEST", "9998")
    assert read(await backup_of(full)).header.schema == read(data).header.schema < "9998"
    assert (await restored(empty, data)).findings == ()
    assert await empty.read(schema.version) == "9998"
    assert "note" in await tables(empty)


async def test_a_newer_or_a_foreign_database_is_left_alone(full: Database, empty_lite: Database) -> None:
    data = await backup_of(full)
    await empty_lite.write(lambda connection: connection.execute(text("CREATE TABLE release (name TEXT)")))
    with pytest.raises(BackupError, match="cannot be restored: table release already exists"):
        await restored(empty_lite, data)
    assert await tables(empty_lite) == ["release"]
    await full.write(
        lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    before = await full.read(rows_of)
    with pytest.raises(StorageError, match=r"at schema 9999, which this Shiproom .* does not know"):
        await restored(full, data, Wanted(NOW, "shiproom", await full.read(database_id)))
    assert await full.read(rows_of) == before


class Slow(io.BytesIO):
    """A file that is read only once it was closed, while whoever waits for it is cancelled."""

    def __init__(self, cancel: Callable[[], object]) -> None:
        super().__init__()
        self._cancel = cancel
        self._closed = threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self._cancel()
        assert self._closed.wait(30)
        return super().read(size)

    def close(self) -> None:
        super().close()
        self._closed.set()


async def test_an_interrupted_restore_is_rolled_back(empty_lite: Database) -> None:
    """The thread that writes goes on after Ctrl-C; it finds its file closed, and does not commit."""
    loop, tasks = asyncio.get_running_loop(), Tasks()
    cancelled = asyncio.Event()

    async def run() -> None:
        try:
            slow = partial(Slow, lambda: loop.call_soon_threadsafe(running.cancel))
            await restore_into(empty_lite, slow, "x.backup", WANTED)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    running = tasks.start(run(), "restore")
    await cancelled.wait()
    await empty_lite.write(lambda _: None)
    assert await tables(empty_lite) == []
