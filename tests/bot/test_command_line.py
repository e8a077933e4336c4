"""The command line as a program of its own: what it imports, what it does when nobody reads on, and names that are wrong."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot import VERSION
from bot.cli import NOBODY_READS, run_command
from storage import schema
from storage.database import Connection
from storage.sqlite import SQLite
from storage.tables import HistoryRow, table
from tests.house.tree import ROOT
from tests.world import POLICY

HEAVY = (
    "aiohttp",
    "alembic",
    "asyncpg",
    "bot.app",
    "pydantic",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "yaml",
)
ROWS = 2000
"""More than a pipe holds: whoever prints them all has to notice that nobody reads on."""


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which the folder is where everything lies."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "PYTHONDONTWRITEBYTECODE")
        if name in os.environ
    }
    database = f"sqlite:///{folder}/shiproom.db"
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database,
        "SHIPROOM_CONFIG": str(folder / "shiproom.yml"),
    }


def imported(folder: Path, words: Sequence[str]) -> set[str]:
    """Run a command in a process of its own, and return which of the heavy modules it imported."""
    script = (
        "import contextlib, json, os, sys\n"
        "from bot.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(open(os.devnull, 'w')):\n"
        f"    main({list(words)!r})\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment(folder), capture_output=True, text=True, check=True
    )
    return set(json.loads(told.stdout))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a long history that does not hold, and a policy with a thousand errors."""
    made = tmp_path_factory.mktemp("command-line")
    row = {"at": 1, "actor": "U0ANDY", "event": "built", "body": "{}", "outcome": "{}", "hash": "0" * 64}

    def fill(connection: Connection) -> None:
        schema.migrate(connection)
        rows = [{**row, "service": "website", "row": number, "release": 7} for number in range(1, ROWS)]
        connection.execute(
            table(HistoryRow).insert(), [*rows, {**row, "service": "api", "row": 1, "release": 8}]
        )

    database = SQLite(made / "shiproom.db")

    async def write() -> None:
        await database.write(fill)
        await database.close()

    asyncio.run(write())
    (made / "deploy").mkdir()
    wrong = "".join(f"  team-{number}: {{wrong: [U0TIM]}}\n" for number in range(ROWS))
    (made / "shiproom.yml").write_text(POLICY.replace("teams:\n", f"teams:\n{wrong}"))
    return made


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ((), set[str]()),
        (("--help",), set[str]()),
        (("--version",), set[str]()),
        (("fly",), set[str]()),
        (("completion", "bash"), set[str]()),
        (("version",), {"pydantic", "sqlalchemy"}),
        (("migrate",), {"alembic", "pydantic", "sqlalchemy"}),
        (("audit", "verify"), {"pydantic", "sqlalchemy"}),
        (("check",), {"pydantic", "sqlalchemy", "yaml"}),
        (("simulate", "website", "2.4.1"), {"pydantic", "sqlalchemy", "yaml"}),
        (("backup", "--verify", "none"), {"pydantic", "sqlalchemy"}),
    ],
)
def test_a_command_imports_what_it_needs(words: tuple[str, ...], needed: set[str], folder: Path) -> None:
    assert imported(folder, words) <= needed


@pytest.mark.parametrize("words", [("audit", "export"), ("audit", "verify"), ("check",)])
def test_a_reader_may_stop(words: tuple[str, ...], folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *words],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == NOBODY_READS


def test_what_cannot_be_written_is_said(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "bot", "audit", "export"],
            env=environment(folder),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (told.returncode, told.stderr) == (1, "The output cannot be written: No space left on device.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--release", "999"),
            "There is no release r999 in the history: `shiproom audit export` has all of it.",
        ),
        (
            ("--service", "nope"),
            "There is no history of a service called 'nope': there is one of api, website.",
        ),
        (("--service", ""), "There is no history of a service called '': there is one of api, website."),
        (
            ("--service", "api", "--release", "r7"),
            "Release r7 is one of website, not of api: name that service, or none.",
        ),
    ],
)
def test_an_unknown_name_is_a_fault(
    words: tuple[str, ...],
    said: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/shiproom.db")
    assert run_command(["audit", "export", *words]) == 1
    assert capsys.readouterr() == ("", said + "\n")


@pytest.mark.parametrize(("words", "count"), [(("--release", "r8"), 1), (("--service", "website"), ROWS - 1)])
def test_what_is_known_is_exported(
    words: tuple[str, ...],
    count: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/shiproom.db")
    assert run_command(["audit", "export", *words]) == 0
    assert len(capsys.readouterr().out.splitlines()) == count


def test_the_version_is_told() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == f"shiproom {VERSION}\n"
