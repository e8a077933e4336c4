"""SQLite: waiting jobs share a commit, each for itself; a full disk undoes, and is over when there is space again."""

import asyncio
import os
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import audit
from storage.database import Connection, Database, StorageError
from storage.opening import open_database
from storage.sqlite import MOST_SHARED, READERS, SQLite
from storage.tables import FactRow, table
from tests import databases
from tests.storage import transactions

_fact = table(FactRow)
MEGABYTES = 2
LARGEST_CACHES = 8_000
"""KiB that the caches of all connections may have together."""


def put(connection: Connection, key: str, body: str = "") -> str:
    connection.execute(insert(_fact).values(key=key, as_of=0, body=body))
    return key


async def keys(database: Database) -> list[str]:
    return await database.read(
        lambda connection: list(connection.execute(select(_fact.c.key).order_by(_fact.c.key)).scalars())
    )


@pytest.fixture
async def lite(migrated_sqlite: str, tmp_path: Path) -> AsyncIterator[SQLite]:
    database = await open_database(databases.copied_sqlite(migrated_sqlite, tmp_path), alone=True)
    assert isinstance(database, SQLite)
    yield database
    await database.close()


async def held(database: Database) -> tuple[asyncio.Future[tuple[None]], threading.Event]:
    """Keep the writer busy, so that jobs gather behind it."""
    going, started = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        started.set()
        going.wait(10)

    holding = asyncio.gather(database.write(hold))
    await asyncio.to_thread(started.wait, 10)
    return holding, going


async def test_failing_job_leaves_the_others_of_its_commit(lite: SQLite) -> None:
    holding, going = await held(lite)

    def fail(connection: Connection) -> None:
        put(connection, "half")
        message = "on purpose"
        raise RuntimeError(message)

    jobs = [lite.write(partial(put, key=key)) for key in ("a", "b", "a", "c")]
    waiting = asyncio.gather(
        *jobs, lite.write(fail), lite.write(partial(put, key="d")), return_exceptions=True
    )
    await asyncio.sleep(0)
    going.set()
    await holding
    *named, failed, last = await waiting
    assert [named[0], named[1], named[3], last] == ["a", "b", "c", "d"]
    assert isinstance(named[2], IntegrityError)
    assert isinstance(failed, RuntimeError)
    assert await keys(lite) == ["a", "b", "c", "d"]


async def test_jobs_share_commits(lite: SQLite) -> None:
    holding, going = await held(lite)

    def version(connection: Connection) -> int:
        put(connection, f"{id(object())}-{len(seen)}")
        seen.append(int(connection.execute(text("SELECT total_changes()")).scalar_one()))
        return len(seen)

    seen: list[int] = []
    waiting = asyncio.gather(*(lite.write(version) for _ in range(2 * MOST_SHARED + 1)))
    await asyncio.sleep(0)
    going.set()
    await holding
    assert sorted(await waiting) == list(range(1, 2 * MOST_SHARED + 2))


async def test_write_of_a_cancelled_task_is_completed(lite: SQLite) -> None:
    holding, going = await held(lite)
    waiting = asyncio.gather(lite.write(partial(put, key="kept")))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    going.set()
    await holding
    await lite.write(partial(put, key="later"))
    assert await keys(lite) == ["kept", "later"]


async def test_failing_write_of_a_cancelled_task_disturbs_nobody(lite: SQLite) -> None:
    holding, going = await held(lite)
    waiting = asyncio.gather(lite.write(partial(put, key=None)))  # pyright: ignore[reportArgumentType]
    await asyncio.sleep(0)
    waiting.cancel()
    going.set()
    await holding
    assert await keys(lite) == []


async def test_lock_of_somebody_else_is_an_error_and_then_over(lite: SQLite, tmp_path: Path) -> None:
    """A tool beside the bot holds the file for longer than the writer waits."""
    import sqlite3  # noqa: PLC0415 - the tool

    beside = sqlite3.connect(tmp_path / "shiproom.db", isolation_level=None)
    beside.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await lite.write(partial(put, key="refused"))
    beside.execute("ROLLBACK")
    beside.close()
    assert await lite.write(partial(put, key="again")) == "again"
    assert await keys(lite) == ["again"]


async def test_reader_sees_one_moment_and_changes_nothing(lite: SQLite) -> None:
    await lite.read(partial(put, key="only read"))
    assert await keys(lite) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(disk)]
    if subprocess.run(mounting, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    # Lazily, so that a test that failed with the file open does not fail twice.
    subprocess.run(["umount", "--lazy", str(disk)], check=True)  # noqa: S607


async def fill(database: Database, written: list[str]) -> None:
    for number in range(100):
        written += [await database.write(partial(put, key=f"{number:02}", body="x" * 8192))]


async def test_full_disk_undoes_and_is_over_when_there_is_space(
    migrated_sqlite: str, small_disk: Path
) -> None:
    database = await open_database(databases.copied_sqlite(migrated_sqlite, small_disk), alone=True)
    await transactions.story(database)
    filler = small_disk / "filler"
    free = os.statvfs(small_disk)
    filler.write_bytes(b"x" * (free.f_bavail * free.f_bsize - 64 * 1024))
    written: list[str] = []
    with pytest.raises(OperationalError, match="full"):
        await fill(database, written)
    refused = await asyncio.gather(
        *(database.write(partial(put, key=f"shared {n}", body="x" * 20_000)) for n in range(5)),
        return_exceptions=True,
    )
    assert all(isinstance(each, OperationalError) for each in refused)
    assert [key for key in await keys(database) if key[0].isdigit()] == written
    filler.unlink()
    assert await database.write(partial(put, key="after")) == "after"
    assert (await database.read(audit.verify)).findings == ()
    integrity = await database.read(
        lambda connection: connection.execute(text("PRAGMA integrity_check")).scalar()
    )
    assert integrity == "ok"
    await database.close()


async def test_read_only_disk_is_refused_with_a_sentence(migrated_sqlite: str, small_disk: Path) -> None:
    url = databases.copied_sqlite(migrated_sqlite, small_disk)
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    subprocess.run(remount, check=True)  # noqa: ASYNC221
    with pytest.raises(Exception, match="Read-only file system") as caught:
        await open_database(url, alone=True)
    assert isinstance(caught.value, StorageError)


async def test_pragmas_keep_what_is_committed(lite: SQLite) -> None:
    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await lite.read(pragmas) == ["wal", 2, 1]
    assert await lite.write(pragmas) == ["wal", 2, 1]


async def test_nothing_is_kept_in_temporary_files(lite: SQLite) -> None:
    """tests/deploy/test_image.py runs a bot that can write to no other directory than that of its database."""

    def place(connection: Connection) -> object:
        return connection.execute(text("PRAGMA temp_store")).scalar()

    memory = 2
    assert (await lite.read(place), await lite.write(place)) == (memory, memory)


async def test_count_is_right_after_many_writers(lite: SQLite) -> None:
    await asyncio.gather(*(lite.write(partial(put, key=f"{number:03}")) for number in range(300)))
    count = select(func.count()).select_from(_fact)
    assert await lite.read(lambda connection: connection.execute(count).scalar_one()) == 300


async def test_caches_of_all_connections_are_small(lite: SQLite) -> None:
    """As the file grows, each cache grows to its limit: five of 8 MB made memory rise for hundreds of releases."""

    def size(connection: Connection) -> int:
        return -int(connection.exec_driver_sql("PRAGMA cache_size").scalar_one())

    readers = await asyncio.gather(*(lite.read(size) for _ in range(READERS)))
    assert READERS * max(readers) + await lite.write(size) <= LARGEST_CACHES
