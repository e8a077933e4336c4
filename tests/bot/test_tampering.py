"""`shiproom audit verify` on a database that somebody has written into."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest
import pytest_asyncio

from bot.cli import run_command
from tests.bot.inside import inside


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database in which a release has gone to staging and waits."""
    folder = tmp_path_factory.mktemp("history")
    async with inside(folder) as bot:
        await bot.world.build("2.4.0")
        await bot.world.says("Andy", "staging")
        await bot.world.until(1, "waiting", "production")
    return folder / "shiproom.db"


@pytest.fixture
def copied(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "copied.db"
    copyfile(history, path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    return path


def test_nobody_wrote_into_it(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["audit", "verify"]) == 0
    assert "The history holds" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        ("UPDATE history SET actor = 'U0MARA' WHERE event = 'started'", "altered: started of U0MARA"),
        ("UPDATE history SET at = at + 1 WHERE event = 'started'", "altered: started of U0ANDY"),
        (
            "UPDATE history SET outcome = replace(outcome, 'started', 'refused') WHERE event = 'started'",
            "altered",
        ),
        ("DELETE FROM history WHERE event = 'started'", "are missing"),
        ("DELETE FROM history WHERE row = (SELECT max(row) FROM history)", "the chain ends at row"),
        ("UPDATE release SET body = replace(body, 'U0ANDY', 'U0MARA')", "release r1: altered"),
        ("DELETE FROM release", "release r1: it is gone"),
        ("UPDATE release SET number = 9", "release r9: no history row vouches for it"),
        ("UPDATE release SET state = 'done'", "release r1: altered: its state is not what history website:"),
        ("UPDATE plan SET body = replace(body, '\"ops\"', '\"testers\"')", "its body is not the plan"),
        ("DELETE FROM plan", "it is gone, although history website:"),
        ("UPDATE success SET environment = 'production'", "success 1: altered: its environment is not"),
        ("DELETE FROM success", "success 1: it is gone"),
        (
            (
                "INSERT INTO success (service, environment, release, at, branch, body) "
                "SELECT service, 'production', release, at, branch, body FROM success"
            ),
            "success 2: no history row vouches for it",
        ),
        ("UPDATE build SET sha = 'c0ffee'", "build website 2.4.0: altered: its sha is not"),
        ("UPDATE service SET body = replace(body, 'staging', 'production')", "service website: altered"),
        ("UPDATE holding SET left_at = 1", "holding 1: altered: its left_at"),
        ("DELETE FROM granted", "it is gone, although"),
        ("UPDATE counter SET value = 7", "counter release: altered: the newest release is r1"),
        ("UPDATE counter SET value = 7 WHERE name = 'database'", "counter database: altered: its value"),
        ("DELETE FROM counter WHERE name = 'database'", "counter database: it is gone, although history"),
        (
            (
                "INSERT INTO effect (destination, kind, release, body, due_at, tries) "
                "VALUES ('run:x', 'trigger', 1, '{\"release\":1,\"correlation\":\"x\"}', 0, 0)"
            ),
            "no history row vouches for it",
        ),
        ("UPDATE effect SET done_at = NULL WHERE kind = 'trigger'", "no worker ended it like this"),
    ],
)
def test_what_was_written_is_found(
    copied: Path, tamper: str, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(copied)) as database:
        assert database.execute(tamper).rowcount > 0
        database.commit()
    assert run_command(["audit", "verify"]) == 1
    said = capsys.readouterr()
    assert found in said.out
    assert "The history does not hold" in said.err
