"""A start on an empty or another database than the one that this installation used: it is refused, and nothing is written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.known_database import FILE, KnownDatabase
from bot.state_directory import StateDirectory
from storage.database import StorageError
from tests.bot.test_cli import Shell, listening
from tests.bot.test_cli import shell as shell  # noqa: PLC0414 - a fixture

STARTED = "cannot be opened"
"""What a start says that gets as far as its port, which is in use: the database was open by then."""


def start(shell: Shell, *words: str) -> str:
    """Start the bot on a port that is in use; return what it said."""
    with listening(shell.port):
        assert shell.run("run", *words) == 1
    assert "Traceback" not in shell.err
    return shell.err


def remembered(shell: Shell) -> str:
    return (shell.folder / ".shiproom" / FILE).read_text()


def deleted(shell: Shell) -> None:
    for path in shell.folder.glob("shiproom.db*"):
        path.unlink()


def truncated(shell: Shell) -> None:
    deleted(shell)
    shell.database.touch()


def renamed(shell: Shell) -> None:
    shell.export(DATABASE_URL="sqlite:///other.db")


def another(shell: Shell) -> None:
    shell.export(DATABASE_URL="sqlite:///other.db")
    assert shell.run("migrate") == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (deleted, "The database shiproom.db is empty"),
        (truncated, "The database shiproom.db is empty"),
        (renamed, "The database other.db is empty"),
        (another, "The database other.db is another one (id "),
    ],
)
def test_a_database_that_is_not_the_one_before(
    shell: Shell, change: Callable[[Shell], None], says: str
) -> None:
    assert STARTED in start(shell)
    before = remembered(shell)
    assert STARTED in start(shell)
    change(shell)
    found = {path: path.read_bytes() for path in shell.folder.glob("*.db")}
    for _ in range(2):
        said = start(shell)
        assert len([line for line in said.splitlines() if " WARNING " not in line]) == 1
        assert says in said
        assert str(shell.folder / ".shiproom" / FILE) in said
        assert "DATABASE_URL" in said
        assert "`shiproom run --new-database`" in said
        assert remembered(shell) == before
        assert {path: path.read_bytes() for path in shell.folder.glob("*.db")} == found
    assert STARTED in start(shell, "--new-database")
    assert remembered(shell) != before
    assert STARTED in start(shell)


def test_a_restored_copy_is_the_same_database(shell: Shell) -> None:
    assert STARTED in start(shell)
    shutil.copy(shell.database, shell.folder / "copy.db")
    shell.export(DATABASE_URL="sqlite:///copy.db")
    assert STARTED in start(shell)


def test_another_directory_can_be_named(shell: Shell) -> None:
    shell.export(SHIPROOM_STATE="elsewhere")
    assert STARTED in start(shell)
    assert (shell.folder / "elsewhere" / FILE).exists()
    assert not (shell.folder / ".shiproom").exists()
    deleted(shell)
    assert f"elsewhere/{FILE} says so" in start(shell)


def test_where_nothing_can_be_remembered_it_runs_and_check_says_so(shell: Shell) -> None:
    shell.export(SHIPROOM_STATE="shiproom.yml/state")
    assert STARTED in start(shell)
    assert "will not be noticed" in shell.err
    assert "SHIPROOM_STATE" in shell.err
    assert shell.run("check") == 0
    (said,) = (line for line in shell.out.splitlines() if "SHIPROOM_STATE" in line)
    assert said.startswith("warning: an empty or another database would not be noticed")
    assert shell.run("check", "--without-secrets") == 0
    assert "SHIPROOM_STATE" not in shell.out


def test_a_torn_file_is_a_sentence_and_a_new_database_replaces_it(shell: Shell) -> None:
    assert STARTED in start(shell)
    (shell.folder / ".shiproom" / FILE).write_text('{"database_id": "12')
    said = start(shell)
    assert f"{FILE} is damaged" in said
    assert STARTED not in said
    assert STARTED in start(shell, "--new-database")
    assert STARTED in start(shell)


def test_replicas_that_start_at_once_write_the_same(tmp_path: Path) -> None:
    first, second = (KnownDatabase(StateDirectory(tmp_path)) for _ in range(2))
    for each in (first, second):
        each.admit("on PostgreSQL", "0123456789abcdef")
    assert [each.remember("0123456789abcdef") for each in (first, second)] == ["", ""]
    first.admit("on PostgreSQL", "0123456789abcdef")
    for found in ("", None, "fedcba9876543210"):
        with pytest.raises(StorageError, match=r"on PostgreSQL is .* id 01234567 "):
            first.admit("on PostgreSQL", found)
