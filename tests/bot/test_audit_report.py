"""`shiproom audit report` as an auditor types it."""

import csv
import io
import json
import sqlite3
from contextlib import closing

import pytest

from bot.reports.audit_table import COLUMNS
from tests.bot.reports.audit_story import tell_file
from tests.bot.test_cli import Shell, listening
from tests.bot.test_cli import shell as shell  # noqa: PLC0414 - a fixture
from tests.world import POLICY


@pytest.fixture
def told(shell: Shell) -> Shell:
    """Return a shell beside a database to which the story was told, in March 2026."""
    assert shell.run("migrate") == 0

    tell_file(shell.database)
    return shell


MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


def test_csv_with_a_header(told: Shell) -> None:
    assert told.run("audit", "report", *MARCH) == 0
    header, *rows = csv.reader(io.StringIO(told.out, newline=""), strict=True)
    assert header == list(COLUMNS)
    assert [row[header.index("kind")] for row in rows] == [
        "normal",
        "normal",
        "normal",
        "rollback",
        "emergency",
        "outside",
    ]
    assert told.out.endswith("\r\n")
    assert told.err == "6 deployments from 2026-03-01 00:00 to 2026-04-01 00:00 (UTC).\n"


def test_json_lines(told: Shell) -> None:
    assert told.run("audit", "report", *MARCH, "--format", "json", "--service", "website") == 0
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [row["release"] for row in rows] == [1, 2, 2, 3, 4, 0]
    assert told.run("audit", "verify", "--anchor", rows[0]["head"]) == 0


def test_without_a_beginning_it_tells_ninety_days(told: Shell) -> None:
    assert told.run("audit", "report", "--to", "2026-06-15") == 0
    assert told.err.startswith("0 deployments from 2026-03-18 00:00 to 2026-06-16 00:00")
    assert told.run("audit", "report", "--to", "2026-05-01") == 0
    assert told.err.startswith("6 deployments from")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--service", "webiste"),
            "There is no history of a service called 'webiste': there is one of website.",
        ),
        (("--environment", "prod"), "There is no environment called 'prod': there is production, staging."),
        (
            ("--service", "website", "--environment", "prod"),
            "There is no environment of website called 'prod': there is production, staging.",
        ),
        (
            ("--from", "2026-04-01", "--to", "2026-03-01"),
            "--from '2026-04-01' is not before --to '2026-03-01'.",
        ),
        (("--from", "lately"), "--from 'lately' is not understood: write a time with its zone"),
        (
            ("--to", "2026-03-01T10:00"),
            "--to '2026-03-01T10:00' is not understood: write a time with its zone",
        ),
    ],
)
def test_what_is_not_known_is_said(told: Shell, words: tuple[str, ...], said: str) -> None:
    assert told.run("audit", "report", *words) == 1
    assert said in told.err
    assert told.out == ""


def test_days_are_those_of_the_policy_in_force(shell: Shell) -> None:
    shell.policy(POLICY.replace("time_zone: Europe/Berlin", "time_zone: Asia/Tokyo"))
    with listening(shell.port):
        assert shell.run("run") == 1
    assert shell.run("audit", "report", "--from", "2026-03-01", "--to", "2026-03-02") == 0
    assert shell.err == "0 deployments from 2026-03-01 00:00 to 2026-03-03 00:00 (Asia/Tokyo).\n"


def test_an_empty_history(shell: Shell) -> None:
    assert shell.run("migrate") == 0
    assert shell.run("audit", "report", "--service", "website") == 1
    assert "There is no history of a service called 'website': the history is empty." in shell.err
    assert shell.run("audit", "report", "--environment", "production") == 1
    assert "There is no environment called 'production': no policy has named any." in shell.err
    assert shell.run("audit", "report") == 0


def test_a_row_that_cannot_be_read(told: Shell) -> None:
    with closing(sqlite3.connect(told.database)) as database:
        database.execute("UPDATE history SET body = 'x' WHERE event = 'rollback_started'")
        database.commit()
    assert told.run("audit", "report", *MARCH) == 1
    assert "Run `shiproom audit verify`." in told.err


def test_what_an_older_version_wrote_is_not_passed_over_in_silence(told: Shell) -> None:
    """Such rows do not tell how deployments ended, and these not that they are in a protected environment."""
    with closing(sqlite3.connect(told.database)) as database:
        for name in ("waits", "attempt_ended", "granted"):
            database.execute(
                "UPDATE history SET outcome = json_remove(outcome, ?) WHERE release IN (1, 3)", (f"$.{name}",)
            )
        database.execute(
            "UPDATE history SET outcome = json_remove(outcome, '$.granted', '$.protected') WHERE release IN (0, 2)"
        )
        database.commit()
    assert told.run("audit", "report", *MARCH, "--format", "json") == 0
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [(row["release"], row["requesters"], row["sign_offs"]) for row in rows[:2]] == [
        (2, ["U0ANDY"], [])
    ] * 2
    assert [row["release"] for row in rows] == [2, 2, 4, 0]
    assert all(row["began"] for row in rows)
    assert "2 releases of that time were started by an older version" in told.err
