"""A run's directory: what the files in it mean, and who may still claim it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ci.local.files import EXIT_STATUS, LOG, OLDER_LOG, WRAPPER, write_file
from bot.ci.local.identity import identity_of
from bot.ci.local.rundir import ExitStatus, RunDirectory, Runs

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    made = Runs(tmp_path / "runs")
    made.make()
    return made


def the_run(runs: Runs, name: str = "k7f3q2") -> RunDirectory:
    run = runs.run(name)
    assert run is not None
    return run


def claimed(runs: Runs, name: str, days: float, wrapper: str = "1 1 -") -> RunDirectory:
    run = the_run(runs, name)
    run.path.mkdir()
    write_file(str(run.path / WRAPPER), wrapper)
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(run.path / WRAPPER, (then, then))
    return run


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/etc", ".prepared", "a.b", "a\n", "\u00fc", "a" * 129]
)
def test_what_is_no_runs_id(runs: Runs, name: str) -> None:
    assert runs.run(name) is None


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("0 " + " " * 62, ExitStatus(0, "")),
        ("-15 cancelled", ExitStatus(-15, "cancelled")),
        ("3 timed_out", ExitStatus(3, "timed_out")),
    ],
)
def test_endings(runs: Runs, text: str, ending: ExitStatus) -> None:
    run = claimed(runs, "k7f3q2", 0)
    assert run.exit_status is None
    write_file(str(run.path / EXIT_STATUS), text)
    assert run.exit_status == ending


def test_an_attempt_is_taken_away_or_claims_but_never_both(runs: Runs) -> None:
    run = the_run(runs)
    prepared = runs.prepare(run, "1")
    assert runs.void(prepared)
    assert not runs.void(prepared)
    with pytest.raises(FileNotFoundError):
        prepared.rename(run.path)
    prepared = runs.prepare(run, "1")
    write_file(str(prepared / WRAPPER), "1 1 -")
    prepared.rename(run.path)
    assert not runs.void(prepared)
    assert run.claimed


def test_only_one_attempt_can_claim(runs: Runs) -> None:
    run = the_run(runs)
    attempts = [runs.prepare(run, chance) for chance in "12"]
    for attempt in attempts:
        write_file(str(attempt / WRAPPER), "1 1 -")
    attempts[1].rename(run.path)
    with pytest.raises(OSError, match="not empty"):
        attempts[0].rename(run.path)


def test_a_search_takes_away_the_attempts_of_its_run_only(runs: Runs) -> None:
    mine, others = the_run(runs, "abc"), the_run(runs, "abcd")
    attempts = [runs.prepare(mine, "1"), runs.prepare(mine, "2"), runs.prepare(others, "1")]
    runs.void_all(mine)
    assert [attempt.exists() for attempt in attempts] == [False, False, True]


def test_a_wrapper_is_known_by_more_than_its_number(runs: Runs) -> None:
    mine = identity_of(os.getpid())
    number, ticks, boot = mine.split()
    others = [f"{number} {int(ticks) - 1} {boot}", f"{number} {ticks} another-boot", ""]
    assert claimed(runs, "mine", 0, mine).wrapper == mine
    assert [claimed(runs, f"other{index}", 0, other).wrapper for index, other in enumerate(others)] == [
        ""
    ] * 3


@pytest.mark.parametrize(
    ("older", "log", "output"),
    [
        (None, b"", b""),
        (None, b"a\nb\n", b"a\nb\n"),
        (b"a\n", b"b\n", b"a\nb\n"),
        (b"x" * 70_000 + b"\na\n", b"b\n", b"a\nb\n"),
        (b"lost\n", b"y" * 70_000 + b"\nb\n", b"b\n"),
    ],
)
def test_the_end_of_the_output(runs: Runs, older: bytes | None, log: bytes, output: bytes) -> None:
    run = claimed(runs, "k7f3q2", 0)
    (run.path / LOG).write_bytes(log)
    if older is not None:
        (run.path / OLDER_LOG).write_bytes(older)
    assert run.output() == output


def test_old_runs_that_have_ended_are_removed(runs: Runs) -> None:
    old, young = claimed(runs, "old", 31), claimed(runs, "young", 29)
    living = claimed(runs, "living", 31, identity_of(os.getpid()))
    leftover, fresh = runs.prepare(the_run(runs, "left"), "1"), runs.prepare(the_run(runs, "fresh"), "1")
    long_ago = (NOW - timedelta(days=31)).timestamp()
    os.utime(leftover, (long_ago, long_ago))
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    assert runs.prune(NOW - timedelta(days=30)) == 1
    assert [run.claimed for run in (old, young, living)] == [False, True, True]
    assert [leftover.exists(), fresh.exists()] == [False, True]
    assert runs.prune(NOW - timedelta(days=30)) == 0
