"""`shiproom audit export` and `verify --anchor-file` as an operator types them."""

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.test_cli import Shell, listening
from tests.bot.test_cli import shell as shell  # noqa: PLC0414 - a fixture


@pytest.fixture
def history(shell: Shell) -> Shell:
    """Return a shell beside a database with one row: a start brings its policy into force before it needs a port."""
    with listening(shell.port):
        assert shell.run("run") == 1
    return shell


def test_into_a_directory_and_once_only(history: Shell, tmp_path: Path) -> None:
    assert history.run("audit", "export", "--to", "exported") == 0
    assert history.err == "1 row exported to exported.\n"
    [path] = (tmp_path / "exported" / "website").glob("*.jsonl")
    assert json.loads(path.read_text())["event"] == "policy_loaded"
    assert path.stat().st_mode & 0o077 == 0
    assert history.run("audit", "export", "--to", "exported") == 0
    assert history.err == "0 rows exported to exported: nothing is new.\n"
    assert history.run("audit", "verify", "--anchor-file", "exported/heads.txt") == 0
    assert "1 anchor of exported/heads.txt" in history.out


@pytest.mark.parametrize(
    "place", [("--to", "exported"), ("--state", "cursors.json")], ids=["directory", "state"]
)
def test_an_older_copy_is_no_news(history: Shell, tmp_path: Path, place: tuple[str, str]) -> None:
    assert history.run("audit", "export", *place) == 0
    database = tmp_path / "shiproom.db"
    older = tmp_path / "older.db"
    shutil.copy(database, older)
    with closing(sqlite3.connect(older)) as copy:
        copy.execute("UPDATE history SET hash = ?", ("f" * 64,))
        copy.commit()
    history.export(DATABASE_URL=f"sqlite:///{older}")
    assert history.run("audit", "export", *place) == 1
    assert "does not hold row 1 as it was exported" in history.err


def test_a_file_that_was_altered_gets_no_new_checksum(history: Shell, tmp_path: Path) -> None:
    assert history.run("audit", "export", "--to", "exported") == 0
    [path] = (tmp_path / "exported" / "website").glob("*.jsonl")
    whole = path.read_text()
    path.write_text(whole.replace("policy_taken", "policy_forged"))
    assert history.run("audit", "export", "--to", "exported") == 1
    assert "is not what was exported: its checksum in SHA256SUMS differs" in history.err
    # What an export had added before it crashed, and wrote no checksum of, is no alteration.
    path.write_text(whole + whole)
    assert history.run("audit", "export", "--to", "exported") == 0


def test_the_output_with_a_state(history: Shell) -> None:
    assert history.run("audit", "export", "--state", "cursors.json") == 0
    assert json.loads(history.out)["row"] == 1
    assert history.run("audit", "export", "--state", "cursors.json") == 0
    assert (history.out, history.err) == ("", "")


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (("--since", "2026-01-01T00:00:00Z"), 1),
        (("--since", "yesterday"), 1),
        (("--since", "3 days"), 1),
        (("--since", "today", "--until", "today"), 1),
        (("--until", "yesterday"), 0),
        (("--until", "2026-01-01T00:00:00+02:00"), 0),
        (("--after", "website:0"), 1),
        (("--after", "website:1"), 0),
    ],
)
def test_from_when_to_when(history: Shell, words: tuple[str, ...], rows: int) -> None:
    assert history.run("audit", "export", *words) == 0
    assert len(history.out.splitlines()) == rows
    assert history.err == ("" if rows else "Nothing of the history is within that.\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "2026-01-01T00:00:00"), "--since '2026-01-01T00:00:00' is not understood"),
        (("--since", "whenever"), "write a time with its zone"),
        (("--until", "soon"), "--until 'soon' is not understood"),
        (("--after", "website"), "write SERVICE:ROW, such as website:120"),
        (("--after", "shop:1"), "There is no history of a service called 'shop'"),
        (("--after", "website:7"), "There is no row 7 of website to go on after"),
        (("--service", "shop", "--since", "today"), "There is one of: website"),
        (("--to", "x", "--state", "y"), "leave --state out"),
        (("--to", "x", "--release", "1"), "--release is of a whole export"),
        (("--to", "x", "--endpoint", "http://127.0.0.1"), "are of a bucket: add --to s3://"),
        (("--to", "s3://b/c", "--retain-days", "-1"), "--retain-days -1 is no number of days"),
        (("--to", "shiproom.yml"), "The export cannot be written to shiproom.yml"),
        (("--state", "deploy"), "cannot be read"),
        (("--to", "gs://bucket/x"), "neither a directory nor an address like s3://BUCKET/PREFIX"),
        (("--to", "S3://bucket"), "neither a directory nor an address like s3://BUCKET/PREFIX"),
    ],
)
def test_what_cannot_be_done_is_said(history: Shell, words: tuple[str, ...], says: str) -> None:
    assert history.run("audit", "export", *words) == 1
    assert says in history.err
    assert "Traceback" not in history.err
    assert history.out == ""


def test_without_the_library(history: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert history.run("audit", "export", "--to", "s3://audit/shiproom") == 1
    assert "pip install 'shiproom[s3]'" in history.err


def test_every_anchor_of_a_file_is_checked(history: Shell, tmp_path: Path) -> None:
    assert history.run("audit", "verify") == 0
    [head] = [line for line in history.out.splitlines() if line.startswith("head ")]
    service, row, digest = head.removeprefix("head ").split(":")
    file = tmp_path / "anchors.txt"
    file.write_text(f"# of the wiki\n{head}\n{service}:{row}:{digest[:12]} 2026-11-20T09:00:00Z\n{service}:4")
    assert history.run("audit", "verify", "--anchor-file", "anchors.txt") == 0
    assert "Line 4 of anchors.txt is no anchor" in history.err
    # Of two anchors of one row the wrong one is found, whichever comes last.
    file.write_text(f"{service}:{row}:{'0' * 64}\n{head}\n{service}:{int(row) + 5}:{digest}\n")
    assert history.run("audit", "verify", "--anchor-file", "anchors.txt") == 1
    assert "this row or one before it was rewritten" in history.out
    assert "the tail was cut off" in history.out
    file.write_text("nothing\n")
    assert history.run("audit", "verify", "--anchor-file", "anchors.txt") == 1
    assert "There is no anchor in anchors.txt" in history.err
    assert history.run("audit", "verify", "--anchor-file", "none.txt") == 1
    assert "cannot be read: No such file" in history.err
