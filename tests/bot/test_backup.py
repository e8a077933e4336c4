"""`shiproom backup` and `shiproom restore` as operators meet them: files, sentences, exit statuses, what a kill leaves."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from configparser import RawConfigParser
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import Connection, inspect, text

from bot.commands.backup_file import source
from bot.commands.new_file import new_file
from bot.commands.output import CommandError
from bot.known_database import FILE
from storage import schema
from storage.backup_format import AWAY, BackupError
from storage.kept_connection import RUNNING_KEY
from storage.opening import connect
from storage.restore import FORGOTTEN, NOT_RESTORED
from storage.tables import HistoryRow, table
from tests.bot.test_cli import Shell, listening
from tests.bot.test_cli import shell as shell  # noqa: PLC0414 - a fixture
from tests.house.tree import ROOT
from tests.profile import size
from tests.storage import transactions
from tests.storage.backups import SOME_KINDS, read

PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
SAID = re.compile(
    r"taken at [0-9T:-]+Z by Shiproom [0-9.]+, database [0-9a-f]{16}, schema \d+; 2 services, 3 releases, 29 history rows[.]"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file with a story in it."""
    path = tmp_path_factory.mktemp("told") / "shiproom.db"

    async def tell() -> None:
        database = await connect(f"sqlite:///{path}", alone=True)
        await database.write(schema.migrate)
        await transactions.story(database)
        await database.close()

    asyncio.run(tell())
    return path


@pytest.fixture
def filled(shell: Shell, told: Path) -> Shell:
    shutil.copyfile(told, shell.database)
    return shell


def process(
    shell: Shell, *words: str, stdout: BinaryIO | int = subprocess.PIPE, largest: int = 0
) -> subprocess.Popen[bytes]:
    """Start a command; it may write files of `largest` bytes only, as if the disk were full then."""
    limit = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest})); "
        if largest
        else ""
    )
    script = f"{limit}import sys; from bot.cli import main; sys.exit(main({list(words)!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=shell.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


def test_a_backup_is_a_file_of_ones_own_that_says_what_is_in_it(filled: Shell) -> None:
    before = filled.files()
    assert filled.run("backup", "x.backup") == 0
    first, *others = filled.out.splitlines()
    assert SAID.search(first)
    assert first.startswith("The backup is in x.backup: ")
    anchors = [line.removeprefix("anchor ") for line in others if line.startswith("anchor ")]
    path = filled.folder / "x.backup"
    assert tuple(anchors) == read(path.read_bytes()).header.heads
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = {name for name in filled.files() - before if not name.startswith("shiproom.db-")}
    assert made == {"x.backup"}
    assert "no secret" in others[-1]
    assert filled.run("audit", "verify", *(word for each in anchors for word in ("--anchor", each))) == 0
    assert filled.run("backup", "--verify", "x.backup") == 0
    assert filled.out.splitlines()[0] == first.replace("The backup is in x.backup", "x.backup is whole")


def test_a_file_is_replaced_only_with_force_and_whole(filled: Shell) -> None:
    path = filled.folder / "x.backup"
    path.write_text("precious")
    assert filled.run("backup", "x.backup") == 1
    assert filled.err == "x.backup is there already: name another file, or replace it with --force.\n"
    assert path.read_text() == "precious"
    filled.export(DATABASE_URL="sqlite:///none.db")
    assert filled.run("backup", "--force", "x.backup") == 1
    assert filled.err.startswith("There is no database none.db.")
    assert path.read_text() == "precious"
    filled.unset("DATABASE_URL")
    assert filled.run("backup", "--force", "x.backup") == 0
    read(path.read_bytes())
    assert not list(filled.folder.glob(".x.backup*"))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none/x.backup", "none/x.backup cannot be written: No such file or directory."),
        ("shiproom.yml/x.backup", "shiproom.yml/x.backup cannot be written: Not a directory."),
        ("deploy", "deploy is no file: name one that is not there yet."),
    ],
)
def test_a_place_where_nothing_can_be_written_is_a_sentence(filled: Shell, name: str, says: str) -> None:
    assert filled.run("backup", "--force", name) == 1
    assert filled.err.startswith(says)
    assert filled.err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "x.backup cannot be read: No such file or directory."),
        (b"", "x.backup is empty."),
        (b"x", "is no backup"),
    ],
)
def test_what_is_no_backup_makes_no_database(shell: Shell, content: bytes | None, says: str) -> None:
    if content is not None:
        (shell.folder / "x.backup").write_bytes(content)
    before = shell.files()
    for words in (("backup", "--verify"), ("restore",)):
        assert shell.run(*words, "x.backup") == 1
        assert says in shell.err
        assert shell.err.count("\n") == 1
    assert shell.files() == before


def test_a_file_that_was_named_meanwhile_is_not_replaced(filled: Shell) -> None:
    """The name is taken only at the end, and by a link, which never replaces a file."""
    path = filled.folder / "x.backup"

    def write() -> None:
        with new_file(path, force=False) as file:
            file.write(b"mine")
            path.write_text("theirs")

    with pytest.raises(CommandError, match="is there already"):
        write()
    assert path.read_text() == "theirs"
    assert not list(filled.folder.glob(".x.backup*"))


def test_a_disk_that_is_full_leaves_nothing(filled: Shell) -> None:
    lengthen(filled.database)
    with process(filled, "backup", "x.backup", largest=100_000) as running:
        _, err = running.communicate()
    assert running.returncode == 1
    assert err.decode().startswith("x.backup cannot be written: File too large.")
    assert not list(filled.folder.glob("*x.backup*"))
    with Path("/dev/full").open("wb") as full, process(filled, "backup", "-", stdout=full) as running:
        _, err = running.communicate()
    assert (running.returncode, err) == (1, b"The output cannot be written: No space left on device.\n")


def test_a_restore_on_a_full_disk_changes_nothing(filled: Shell) -> None:
    assert filled.run("backup", "x.backup") == 0
    filled.export(DATABASE_URL="sqlite:///new.db")
    with process(filled, "restore", "x.backup", largest=60_000) as running:
        _, err = running.communicate()
    assert running.returncode == 1
    assert re.fullmatch(r"x\.backup cannot be restored: .*\. Nothing was changed\.\n", err.decode())
    assert names_in(filled.folder / "new.db") == []
    assert filled.run("restore", "x.backup") == 0


def names_in(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [name for (name,) in database.execute("SELECT name FROM sqlite_master")]


def test_from_a_backup_to_a_bot_on_an_empty_machine(
    filled: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert filled.run("backup", "x.backup") == 0
    kept = tmp_path_factory.mktemp("kept") / "x.backup"
    shutil.move(filled.folder / "x.backup", kept)
    for path in filled.folder.glob("shiproom.db*"):
        path.unlink()
    assert filled.run("restore", str(kept)) == 0
    assert SAID.search(filled.out)
    assert "The history holds." in filled.out
    assert filled.out.splitlines()[-5:][0].startswith("1. See that no other Shiproom")
    assert stat.S_IMODE(filled.database.stat().st_mode) == 0o600
    name = read(kept.read_bytes()).header.database
    assert name in (filled.folder / ".shiproom" / FILE).read_text()
    assert filled.run("audit", "verify") == 0
    with listening(filled.port):
        assert filled.run("run") == 1
    assert "cannot be opened" in filled.err  # the port: the database was accepted by then
    assert filled.run("restore", str(kept)) == 1
    assert f"`--replace {name}`" in filled.err
    assert filled.run("restore", "--replace", name, str(kept)) == 0


def test_what_does_not_hold_is_named_and_needs_a_reason(filled: Shell) -> None:
    with contextlib.closing(sqlite3.connect(filled.database)) as database:
        database.execute("UPDATE release SET state = 'done' WHERE number = 1")
        database.commit()
    assert filled.run("backup", "x.backup") == 0
    filled.export(DATABASE_URL="sqlite:///new.db")
    assert filled.run("restore", "x.backup") == 1
    assert filled.out.startswith("release r1: altered: its state is not what")
    assert filled.err.startswith(
        "The history in the backup does not hold (1 problem), so nothing was restored."
    )
    assert not (filled.folder / ".shiproom").exists()
    assert filled.run("restore", "--unverified", "mended by hand", "x.backup") == 0
    assert "The history does not hold, which was accepted: mended by hand." in filled.out
    assert filled.run("audit", "export") == 0
    kept = [json.loads(line)["outcome"] for line in filled.out.splitlines() if "database_restored" in line]
    assert {each["accepted"] for each in kept} == {"mended by hand"}
    assert "r1" in kept[0]["findings"][0]


def test_a_backup_goes_through_a_pipe(filled: Shell) -> None:
    with process(filled, "backup", "-") as running:
        out, err = running.communicate()
    assert running.returncode == 0
    header = read(out).header
    assert [line[7:] for line in err.decode().splitlines() if line.startswith("anchor ")] == list(
        header.heads
    )
    filled.export(DATABASE_URL="sqlite:///new.db")
    with process(filled, "restore", "-") as running:
        _, err = running.communicate(out)
    assert (running.returncode, err) == (0, b"")
    assert filled.run("audit", "verify") == 0


def test_what_a_shell_decrypts_is_read_once(filled: Shell) -> None:
    """`<(...)` is a pipe with a name."""
    assert filled.run("backup", "x.backup") == 0
    data = (filled.folder / "x.backup").read_bytes()
    pipe = filled.folder / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_bytes, args=(data,))
    writing.start()
    filled.export(DATABASE_URL="sqlite:///new.db")
    opened = source("pipe")
    with opened() as file:
        assert read(file.read()).header.heads
    with pytest.raises(BackupError, match=AWAY):
        opened()
    writing.join()
    writing = threading.Thread(target=pipe.write_bytes, args=(data,))
    writing.start()
    assert filled.run("restore", "pipe") == 0
    writing.join()
    assert filled.run("audit", "verify") == 0


def size_of(path: Path) -> int:
    """Return the size of a file, which may be gone."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def interrupted(shell: Shell, name: signal.Signals) -> tuple[int, bytes]:
    """Send a signal to a backup as soon as something is written; return its exit status, and what it said."""
    with process(shell, "backup", "x.backup") as running:
        while running.poll() is None and not any(map(size_of, shell.folder.glob(".x.backup.*.partial"))):
            time.sleep(0.001)
        running.send_signal(name)
        _, err = running.communicate()
    return running.returncode, err


@pytest.mark.parametrize("name", size([signal.SIGTERM], [signal.SIGTERM], [signal.SIGTERM, signal.SIGINT]))
def test_an_interrupted_backup_leaves_nothing(filled: Shell, name: signal.Signals) -> None:
    lengthen(filled.database)
    status, said = interrupted(filled, name)
    while status == 0:  # it was ready before the signal came
        (filled.folder / "x.backup").unlink()
        status, said = interrupted(filled, name)
    assert (status, said) == (1, b"The backup was interrupted: nothing was written.\n")
    assert not list(filled.folder.glob("*x.backup*"))


ROWS = 6000
"""So many that a pipe holds no half of a backup of them, whose hashes cannot be packed."""


def long_history(connection: Connection) -> None:
    row = {
        "service": "long",
        "at": 1,
        "actor": "",
        "event": "built",
        "release": 7,
        "body": "{}",
        "outcome": "{}",
    }
    lines = [{**row, "row": number, "hash": os.urandom(32).hex()} for number in range(1, ROWS)]
    connection.execute(table(HistoryRow).insert(), lines)


def lengthen(path: Path) -> None:
    async def fill() -> None:
        database = await connect(f"sqlite:///{path}", alone=True)
        await database.write(long_history)
        await database.close()

    asyncio.run(fill())


@pytest.mark.parametrize("database_kind", SOME_KINDS)
def test_a_killed_restore_leaves_the_database_empty(filled: Shell, database: str) -> None:
    """It is killed in the middle of its transaction, in which it waits for the second half of the backup."""
    lengthen(filled.database)
    assert filled.run("backup", "x.backup") == 0
    data = (filled.folder / "x.backup").read_bytes()
    url = database.replace("shiproom.db", "new.db")
    filled.export(DATABASE_URL=url)
    with process(filled, "restore", "-") as running:
        assert running.stdin is not None
        half = len(data) // 2
        assert half > 80_000, "a pipe takes 64 KiB"
        running.stdin.write(data[:half])
        running.stdin.flush()
        assert is_restoring(url)
        running.kill()
        running.communicate()
    assert running.returncode == -signal.SIGKILL
    assert asked(url, schema.version) == ""
    assert asked(url, lambda connection: inspect(connection).get_table_names()) == []
    assert not (filled.folder / ".shiproom").exists()


def asked(url: str, question: Callable[[Connection], object]) -> object:
    async def ask() -> object:
        opened = await connect(url, alone=False)
        try:
            return await opened.read(question)
        finally:
            await opened.close()

    return asyncio.run(ask())


def is_restoring(url: str) -> bool:
    """Return whether a transaction is open that may write."""
    if url.startswith("postgresql"):
        held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key")
        return bool(asked(url, lambda connection: connection.execute(held, {"key": RUNNING_KEY}).scalar()))
    path = url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        return False


def block(mark: str) -> str:
    """Return the example on the page behind a mark."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_of_every_night_works(filled: Shell) -> None:
    """As cron runs it: from the line on the page, but for where everything lies."""
    kept = filled.folder / "kept"
    kept.mkdir()
    old = kept / "20200101T000000Z.backup"
    old.touch()
    os.utime(old, (0, 0))
    program, script, variables = (
        filled.folder / name for name in ("shiproom", "shiproom-nightly", "shiproom.env")
    )
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    script.write_text(f"#!/bin/sh\n{block('nightly')}")
    for path in (program, script):
        path.chmod(0o755)
    variables.write_text(f"SHIPROOM={program}\nPYTHONPATH={ROOT}\nSHIPROOM_BACKUPS={kept}\n")
    line = block("cron").removeprefix("10 3 * * * ")
    for written, there in (
        ("/etc/shiproom/shiproom.env", variables),
        ("/srv/shiproom", filled.folder),
        ("/usr/local/bin/shiproom-nightly", script),
    ):
        assert written in line
        line = line.replace(written, str(there))
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    anchors, made = sorted(kept.iterdir(), key=lambda path: path.suffix)
    assert anchors.name == f"{made.name}.anchors"
    header = read(made.read_bytes()).header
    assert all(f"anchor {head}\n" in anchors.read_text() for head in header.heads)


def test_the_units_start_the_example() -> None:
    service, timer = RawConfigParser(strict=True), RawConfigParser(strict=True)
    service.read_string(block("service"))
    timer.read_string(block("timer"))
    assert f"`{service['Service']['ExecStart']}`" in PAGE
    named = service["Service"]["Environment"].partition("=")
    assert named[0] in block("nightly")
    assert named[2] == f"/var/lib/{service['Service']['StateDirectory']}"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_page_names_what_is_not_restored() -> None:
    written = PAGE.partition("<!-- not restored -->")[2].partition("<!-- end of not restored -->")[0]
    rows = dict(re.findall(r"^\| (`[^|]*`) \| ([^|]*) \|$", written, re.MULTILINE))
    whole = {f"`{table(row).name}`": why for row, why in NOT_RESTORED.items()}
    columns = {
        f"`{name}` of `{table(row).name}`": why
        for row, left in FORGOTTEN.items()
        for name, why in left.items()
    }
    assert rows == {**whole, **columns}
