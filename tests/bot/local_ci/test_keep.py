"""The log keeps the end of an output, and nothing keeps the command waiting."""

import os
from pathlib import Path

import pytest

from bot.ci.local import log_capture
from bot.ci.local.files import LOG, OLDER_LOG
from bot.ci.local.log_capture import Log


def written(tmp_path: Path, chunks: list[bytes], monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(log_capture, "HALF_LOG", 100)
    log = Log()
    for chunk in chunks:
        reading, writing = os.pipe()
        os.write(writing, chunk)
        os.close(writing)
        assert not log.take(reading)
        os.close(reading)
    log.close()
    older = tmp_path / OLDER_LOG
    return older.read_bytes() if older.exists() else b"", (tmp_path / LOG).read_bytes()


def test_a_short_output_is_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(tmp_path, [b"a\n", b"b\n"], monkeypatch) == (b"", b"a\nb\n")


def test_of_a_long_one_the_end_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older, log = written(
        tmp_path, [letter * 39 + b"\n" for letter in (b"a", b"b", b"c", b"d", b"e")], monkeypatch
    )
    assert b"a" * 39 not in older + log
    assert log.endswith(b"e" * 39 + b"\n")
    assert len(older) <= 100
    assert len(log) <= 100


def test_what_cannot_be_written_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / LOG).symlink_to("/dev/full")
    log = Log()
    reading, writing = os.pipe()
    os.write(writing, b"x" * 100)
    os.set_blocking(reading, False)
    assert log.take(reading)
    os.close(writing)
    assert not log.take(reading)
    os.close(reading)
    log.close()
