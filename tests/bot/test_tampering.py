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
