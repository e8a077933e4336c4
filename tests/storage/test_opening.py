"""How a database is opened: one clear sentence for everything that may be wrong with it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Connection, Database, StorageError
from storage.opening import connect, open_database, open_for_reading, sqlite_path
from tests import databases
from tests.house.tree import ROOT

OPEN = """
import asyncio, sys
from storage.database import StorageError
from storage.opening import open_database
async def go():
    try:
        database = await open_database(sys.argv[1], alone=True)
    except StorageError as error:
        print(error)
        return 1
    await database.close()
    return 0
sys.exit(asyncio.run(go()))
"""


Opening = Callable[[str], Awaitable[Database]]


for_work: Opening = partial(open_database, alone=False)


async def refusal(url: str, opening: Opening = for_work) -> str:
    with pytest.raises(StorageError) as caught:
        await opening(url)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is not understood"),
        ("shiproom.db", "is not understood"),
        ("mysql://user@localhost/name", "is not understood"),
        ("postgres://user@localhost/name?colour=red", "is not understood at 'colour'"),
        ("postgresql://user@localhost:port/name", "is not understood"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("postgresql://nobody@127.0.0.1:1/none", "PostgreSQL cannot be reached"),
        ("postgresql:///none?host=/nowhere", "PostgreSQL cannot be reached"),
        ("sqlite:////nowhere/at/all/shiproom.db", "cannot be used"),
    ],
)
async def test_wrong_address_is_refused_with_a_sentence(url: str, words: str) -> None:
    assert words in await refusal(url)


async def test_unknown_name_on_a_server_that_is_there(postgres_server: str) -> None:
    assert "PostgreSQL cannot be reached" in await refusal(postgres_server.replace("/postgres", "/nothere"))


@pytest.mark.parametrize(
    "content", [b"this is no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000]
)
async def test_broken_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shiproom.db"
    path.write_bytes(content)
    assert "cannot be" in await refusal(f"sqlite:///{path}")
    assert path.read_bytes() == content


async def test_broken_file_is_refused_by_readers_too(tmp_path: Path) -> None:
    path = tmp_path / "shiproom.db"
    path.write_bytes(b"no database")
    assert "cannot be" in await refusal(f"sqlite:///{path}", open_for_reading)


async def test_directory_is_no_database(tmp_path: Path) -> None:
    assert "cannot be" in await refusal(f"sqlite:///{tmp_path}")


async def second_start(url: str) -> tuple[int, str]:
    starting = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OPEN, url, cwd=ROOT, stdout=subprocess.PIPE
    )
    said, _ = await starting.communicate()
    assert starting.returncode is not None
    return starting.returncode, said.decode()


@pytest.mark.parametrize("alias", ["", "link.db", "inner/../shiproom.db"])
async def test_second_process_on_one_file_is_refused(tmp_path: Path, alias: str) -> None:
    url = databases.fresh_sqlite(tmp_path)
    (tmp_path / "link.db").symlink_to(tmp_path / "shiproom.db")
    (tmp_path / "inner").mkdir()
    database = await open_database(url, alone=True)
    status, said = await second_start(f"sqlite:///{tmp_path / (alias or 'shiproom.db')}")
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("Another Shiproom uses the database")
    reader = await open_for_reading(url)
    await reader.close()
    await database.close()
    assert await second_start(url) == (0, "")


async def test_second_process_with_a_local_ci_is_refused(
    migrated_postgresql: str, postgres_server: str
) -> None:
    url = await databases.copied_postgres(postgres_server, migrated_postgresql)
    database = await open_database(url, alone=True)
    status, said = await second_start(url)
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("Another Shiproom that uses this database is running.")
    beside = await open_database(url, alone=False)
    await beside.close()
    await database.close()
    assert await second_start(url) == (0, "")


async def test_reading_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="There is no database"):
        await open_for_reading(f"sqlite:///{tmp_path / 'none.db'}")
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_reading_works_on_both(migrated_database: str) -> None:
    database = await open_for_reading(migrated_database)
    count = text("SELECT count(*) FROM release")
    assert await database.read(lambda connection: connection.execute(count).scalar_one()) == 0
    await database.close()


async def test_closed_after_a_refused_start(migrated_sqlite: str, tmp_path: Path) -> None:
    url = databases.copied_sqlite(migrated_sqlite, tmp_path)

    def age(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("UPDATE schema_support SET lowest = '9999'"))

    database = await connect(url, alone=True)
    await database.write(age)
    await database.close()
    for _ in range(2):
        assert "newer than this Shiproom" in await refusal(url)


def test_path_of_an_address() -> None:
    assert sqlite_path("sqlite:///some/file.db") == Path("some/file.db")
    assert sqlite_path("sqlite:////some/file.db") == Path("/some/file.db")
