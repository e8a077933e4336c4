"""`shiproom report` as somebody types it: on a story of 2 March 2026, which left a deployment of every kind."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.bot.reports.audit_story import tell_file
from tests.bot.test_cli import Shell, listening
from tests.bot.test_cli import shell as shell  # noqa: PLC0414 - a fixture

MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


@pytest.fixture
def old(shell: Shell) -> Shell:
    """Return a shell beside a database to which the story was told, by a policy that no version reads."""
    assert shell.run("migrate") == 0

    tell_file(shell.database)
    return shell


@pytest.fixture
def told(old: Shell) -> Shell:
    """Return the shell after the policy beside it came into force."""
    with listening(old.port):
        assert old.run("run") == 1
    return old


def test_text(told: Shell) -> None:
    assert told.run("report", *MARCH) == 0
    lines = told.out.splitlines()
    assert lines[:10] == [
        "Releases of website, Sun 1 Mar to Tue 31 Mar 2026 (Europe/Berlin)",
        "",
        "In short",
        "  3 changes went live.",
        "  2 of 4 changes failed or were taken back: 50 %.",
        "  Half of the 3 builds were live within 12m of being ready.",
        "  2 failures were put right, half of them within 3m 30s.",
        "  Nothing that failed in that time is still broken.",
        "",
        "Is it getting better?",
    ]
    assert "  1 rollback, 1 emergency and 1 deployment from outside Shiproom." in lines
    assert "  Emergency r4 website 2.3.0: reviewed Mon 2 Mar 11:42" in lines
    assert "<" not in told.out
    assert "*" not in told.out


def test_json(told: Shell) -> None:
    assert told.run("report", *MARCH, "--format", "json", "--service", "website") == 0
    said = json.loads(told.out)
    assert said["period"] == {"from": "2026-02-28T23:00:00+00:00", "to": "2026-03-31T22:00:00+00:00"}
    assert said["measures"] == said["by_service"]["website"]
    assert [(each["release"], each["kind"], each["outcome"]) for each in said["deployments"]] == [
        (1, "normal", "succeeded"),
        (2, "normal", "failed"),
        (2, "normal", "succeeded"),
        (3, "rollback", "succeeded"),
        (4, "emergency", "succeeded"),
        (None, "outside", "succeeded"),
    ]
    assert said["waited"][0] == {
        "on": "deployment",
        "clock_seconds": 1260,
        "working_seconds": 1260,
        "releases": 4,
    }
    assert [each["reviewed"] for each in said["emergencies"]] == ["2026-03-02T10:42:00+00:00"]


def test_without_times_it_tells_the_seven_days_before(told: Shell) -> None:
    assert told.run("report", "--format", "json") == 0
    assert json.loads(told.out)["deployments"] == []
    assert told.run("report", "--to", "2026-03-08", "--format", "json") == 0
    said = json.loads(told.out)
    assert said["period"]["from"] == "2026-03-01T23:00:00+00:00"
    assert len(said["deployments"]) == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--service", "webiste"),
            "There is no history of a service called 'webiste': there is website.",
        ),
        (
            ("--from", "2026-04-01", "--to", "2026-03-01"),
            "--from '2026-04-01' is not before --to '2026-03-01'.",
        ),
        (("--from", "2999-01-01"), "2999-01-01"),
        (("--from", "lately"), "--from 'lately' is not understood: write a time with its zone"),
        (("--to", "0001-01-01T00:00:00Z"), "--to '0001-01-01T00:00:00Z' is before anything was released."),
        (("--to", "2026-03-01T10:00"), "--to '2026-03-01T10:00' is not understood"),
    ],
)
def test_what_is_not_known_is_said(told: Shell, words: tuple[str, ...], said: str) -> None:
    assert told.run("report", *words) == 1
    assert said in told.err
    assert told.out == ""


def test_from_anywhere_it_counts_what_the_policy_in_force_says(
    told: Shell, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.export(DATABASE_URL=f"sqlite:///{told.database}")
    told.unset("DEPLOY_KEY")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert told.run("report", *MARCH) == 1, "no deployment would be counted"
    assert "cannot be read here, since there is no directory `deploy` beside" in told.err
    told.export(SHIPROOM_CONFIG=str(told.folder / "shiproom.yml"))
    assert told.run("report", *MARCH, "--format", "json") == 0
    assert json.loads(told.out)["measures"]["deployed"] == 3


def test_without_a_policy_that_can_be_read_nothing_is_counted_wrong(old: Shell) -> None:
    assert old.run("report", *MARCH) == 1
    assert "The policy in force cannot be read here, since " in old.err


def test_an_empty_history(shell: Shell) -> None:
    assert shell.run("migrate") == 0
    assert shell.run("report") == 0
    assert shell.out == "Nothing has been released yet.\n"
    assert shell.run("report", "--service", "website") == 1
    assert "There is no history of a service called 'website': there is none yet." in shell.err


def test_a_row_that_cannot_be_read(told: Shell) -> None:
    with closing(sqlite3.connect(told.database)) as database:
        database.execute("UPDATE history SET body = 'x' WHERE event = 'rollback_started'")
        database.commit()
    assert told.run("report", *MARCH) == 1
    assert "Run `shiproom audit verify`." in told.err
