"""`shiproom doctor`: each fault has its line with what to do, and none hides another."""

import asyncio
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.cli import run_command
from bot.doctor import database as database_examination
from bot.doctor import examinations
from bot.doctor import slack as slack_examination
from bot.doctor.finding import Finding, State
from bot.doctor.installation import Installation, examine
from bot.local_slack.tokens import Tokens
from storage import schema
from storage.sqlite import SQLite
from tests.bot.commands.offices import newcomer, office_slack
from tests.databases import fresh_postgres
from tests.local_slack.slack import SlackForTests
from tests.profile import PROFILE, Profile
from tests.world import APP_TOKEN, BOT_TOKEN, SECRET, World, free_port

POLICY = """\
version: 1
teams:
  developers: {members: [U1ANDY, U1MARA]}
  ops: {members: [U1TIM, U2TIM], usergroup: S1OPS}
ci:
  here: {kind: local, directory: .}
services:
  website:
    channel: C1RELEASES
    starters: [developers]
    operators: [ops]
    environments:
      - name: staging
        deploy: {ci: here, command: [./deploy.sh, staging]}
      - name: production
        gates: [{sign_off: ops}]
        deploy: {ci: here, command: [./deploy.sh, production]}
"""
SUBJECTS = {*examinations.EXAMINATIONS, "ci here"}
Report = list[tuple[str, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an installation without a fault, and an environment of its own."""
    (tmp_path / "shiproom.yml").write_text(POLICY)
    (tmp_path / "deploy.sh").write_text("#!/bin/sh\n")
    (tmp_path / "deploy.sh").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("SLACK_", "SHIPROOM_", "SSL_", "DATABASE_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return tmp_path


@dataclass
class Doctor:
    """Runs the command in an environment that a test changes."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def export(self, slack: SlackForTests, **more: str) -> None:
        port = {"SHIPROOM_PORT": str(free_port())}
        set_up = newcomer(slack, SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_APP_TOKEN=APP_TOKEN, **port)
        for name, value in {**set_up, **more}.items():
            self.monkeypatch.setenv(name, value)
            if not value:
                self.monkeypatch.delenv(name)

    async def report(self) -> tuple[int, Report]:
        """Run it in a thread of its own, and return its exit status and what it found."""
        status = await asyncio.to_thread(run_command, ["doctor", "--json"])
        said = json.loads(self.capsys.readouterr().out)
        assert said["ok"] is (status == 0)
        return status, [(each["subject"], each["state"], each["text"]) for each in said["findings"]]


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    return Doctor(monkeypatch, capsys)


def failures(found: Report) -> list[tuple[str, str]]:
    return [(subject, text) for subject, state, text in found if state == "failed"]


@pytest.mark.parametrize("http", [False, True])
async def test_nothing_is_wrong_where_all_is_well(
    http: bool, folder: Path, doctor: Doctor, capsys: pytest.CaptureFixture[str]
) -> None:
    async with office_slack() as slack:
        more = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET} if http else {}
        doctor.export(slack, **more)
        status, found = await doctor.report()
        assert (status, failures(found)) == (0, [])
        assert {subject for subject, _, _ in found} == SUBJECTS
        assert {state for _, state, text in found if "runs as root" not in text} == {"ok"}
        assert await asyncio.to_thread(run_command, ["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "ok    policy: shiproom.yml is fine: website." in lines
    assert lines[-1].startswith("0 failures, ")


async def test_one_broken_thing_hides_no_other(folder: Path, doctor: Doctor) -> None:
    """Nothing can be read, nothing answers, nothing is set: each is said, and all else is examined."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken.settimeout(0)
        async with office_slack() as slack:
            doctor.export(slack, DATABASE_URL="postgresql://tim:guess@127.0.0.1:9/shiproom")
        for name, value in {
            "SLACK_BOT_TOKEN": "xapp-1",
            "SHIPROOM_API_TOKEN": "aaaaaaaaaaaaaaaaaaaa",
            "SHIPROOM_STATE": str(folder / "shiproom.yml" / "state"),
            "SHIPROOM_HOST": "203.0.113.7",
            "SSL_CERT_FILE": "/nowhere.pem",
        }.items():
            doctor.monkeypatch.setenv(name, value)
        (folder / "shiproom.yml").write_text(POLICY.replace("operators: [ops]", "operators: [nobody]"))
        (folder / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")
        (folder / ".env").chmod(0o644)
        status, found = await doctor.report()
    assert status == 1
    said = dict(failures(found))
    assert set(said) == {*("policy", "environment", "files", "state", "database", "network", "slack", "port")}
    assert "SHIPROOM_API_TOKEN is made of too few different characters" in said["environment"]
    assert ".env can be read by other users of this machine: chmod 600" in said["files"]
    assert "guess" not in json.dumps(found)
    assert "/nowhere.pem, which cannot be read" in said["network"]
    assert "203.0.113.7" in said["port"]


def break_database(folder: Path) -> None:
    (folder / "shiproom.db").write_bytes(b"no database" * 1000)


def older_schema(folder: Path) -> None:
    database = SQLite(folder / "shiproom.db")

    async def make() -> None:
        await database.write(schema.migrate)
        await database.close()

    asyncio.run(make())
    with closing(sqlite3.connect(folder / "shiproom.db")) as made:
        made.execute("UPDATE alembic_version SET version_num = '0001'")
        made.commit()
    (folder / "shiproom.db").chmod(0o600)


def other_database(folder: Path) -> None:
    (folder / ".shiproom").mkdir(mode=0o700)
    (folder / ".shiproom" / "database.json").write_text('{"database_id": "0123456789abcdef"}')


def torn_state(folder: Path) -> None:
    (folder / ".shiproom").mkdir(mode=0o700)
    (folder / ".shiproom" / "database.json").write_text("{")


def no_command(folder: Path) -> None:
    (folder / "deploy.sh").unlink()


@pytest.mark.parametrize(
    ("damage", "subject", "said"),
    [
        (break_database, "database", "file is not a database"),
        (older_schema, "database", f"this Shiproom needs {schema.NEWEST}: run `shiproom migrate` first."),
        (other_database, "database", "is empty, but this installation used one with the id 01234567"),
        (torn_state, "state", "is damaged: it is not a JSON object of strings. Restore it, or delete it."),
        (no_command, "policy", "there is no `./deploy.sh` in"),
    ],
)
async def test_what_is_damaged_is_said(
    damage: Callable[[Path], None],
    subject: str,
    said: str,
    folder: Path,
    doctor: Doctor,
) -> None:
    await asyncio.to_thread(damage, folder)
    async with office_slack() as slack:
        doctor.export(slack)
        status, found = await doctor.report()
    assert status == 1
    assert [each for each in failures(found) if each[0] == subject and said in each[1]]


async def findings_of_the_database(url: str) -> list[tuple[str, str]]:
    installation = examine({"DATABASE_URL": url}, "")
    return [(each.state, each.text) async for each in database_examination.examine_database(installation)]


def test_a_database_is_examined_whatever_its_kind(
    migrated_database: str, database_kind: str, folder: Path
) -> None:
    found = asyncio.run(findings_of_the_database(migrated_database))
    assert found == [("ok", f"It answers, at schema {schema.NEWEST}."), ("ok", "It can be written.")]


def test_an_empty_database_has_to_be_made(database: str, database_kind: str, folder: Path) -> None:
    (found,) = asyncio.run(findings_of_the_database(database))
    state, said = {"sqlite": ("ok", "is not there yet"), "postgresql": ("failed", "`shiproom migrate`")}[
        database_kind
    ]
    assert (found[0], said in found[1]) == (state, True)


async def execute(url: str, statement: str) -> None:
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


if PROFILE is Profile.FULL:

    def test_a_database_that_cannot_be_written_is_said(
        migrated_postgresql: str, postgres_server: str, folder: Path
    ) -> None:
        """As on a standby that was not promoted: it answers, and is asked for eight seconds whether it takes something."""
        url = fresh_postgres(postgres_server, migrated_postgresql)
        name = make_url(url).database
        asyncio.run(
            execute(postgres_server, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        )
        found = asyncio.run(findings_of_the_database(url))
        assert [state for state, _ in found] == ["ok", "failed"]
        assert "cannot execute DELETE in a read-only transaction" in found[1][1]


@pytest.mark.parametrize(
    ("scopes", "policy", "said"),
    [
        ({"commands"}, POLICY, "the app lacks the scope usergroups:read: add it under OAuth & Permissions"),
        ({"channels:read"}, POLICY, "the app lacks the scope chat:write"),
        (None, POLICY.replace("C1RELEASES", "C1GENERAL"), "the bot is not in the channel general"),
        (None, POLICY.replace("U1MARA", "U1GONE"), "the account U1GONE is deactivated"),
        (None, POLICY.replace("S1OPS", "S9OPS"), "there is no user group S9OPS"),
    ],
)
async def test_what_slack_lacks_is_said(
    scopes: set[str] | None,
    policy: str,
    said: str,
    folder: Path,
    doctor: Doctor,
) -> None:
    (folder / "shiproom.yml").write_text(policy)
    async with office_slack() as slack:
        if scopes is not None:
            slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, frozenset(scopes))
        doctor.export(slack)
        _, found = await doctor.report()
    assert [text for subject, text in failures(found) if subject == "slack" and said in text]


async def test_what_stands_in_a_file_and_is_not_loaded_is_said(folder: Path, doctor: Doctor) -> None:
    (folder / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")
    (folder / ".env").chmod(0o600)
    async with office_slack() as slack:
        doctor.export(slack, SLACK_BOT_TOKEN="")
        _, found = await doctor.report()
    (said,) = [text for subject, text in failures(found) if subject == "environment"]
    assert said.endswith(".env has it: load it with `set -a; . .env; set +a`.")


async def test_two_modes_at_once_are_said(folder: Path, doctor: Doctor) -> None:
    async with office_slack() as slack:
        doctor.export(slack, SLACK_SIGNING_SECRET=SECRET)
        status, found = await doctor.report()
    assert status == 0
    warnings = [text for subject, state, text in found if (subject, state) == ("environment", "warning")]
    assert warnings == [
        "SLACK_SIGNING_SECRET is set but not used, because SLACK_APP_TOKEN asks for Socket Mode: unset one of them."
    ]


async def test_a_port_of_another_program_is_said(folder: Path, doctor: Doctor) -> None:
    async with office_slack() as slack:
        place = slack.url.rpartition(":")[2]
        doctor.export(slack, SHIPROOM_PORT=place)
        _, found = await doctor.report()
    assert (
        "port",
        f"127.0.0.1:{place} is used by another program: stop it, or set SHIPROOM_PORT.",
    ) in failures(found)


async def test_a_bot_that_runs_is_seen(tmp_path: Path, doctor: Doctor) -> None:
    """At its own port it is asked how it is; from elsewhere it is noticed at its database."""
    async with World(tmp_path, f"sqlite:///{tmp_path / 'shiproom.db'}", socket_mode=True) as world:
        await world.start()
        for name, value in world.environment().items():
            doctor.monkeypatch.setenv(name, value)
        _, found = await doctor.report()
        assert ("port", "ok", f"The bot at 127.0.0.1:{world.port} answers that it is ready.") in found
        assert ("database", "ok", "It can be written.") in found
        doctor.monkeypatch.setenv("SHIPROOM_PORT", str(free_port()))
        _, found = await doctor.report()
        assert [text for _, state, text in found if state == "warning" and "Another Shiproom works" in text]
        world.slack.sockets_away = True
        await world.slack.go_down()
        doctor.monkeypatch.setenv("SHIPROOM_PORT", str(world.port))
        async with asyncio.timeout(30):
            while not [
                text for _, text in failures(found) if "cannot work now: Slack is not connected" in text
            ]:
                _, found = await doctor.report()
        await world.slack.come_back()


@asynccontextmanager
async def late_slack(late: timedelta) -> AsyncGenerator[str]:
    """Serve answers that are dated by another clock."""

    async def answer(_: web.Request) -> web.Response:
        theirs = datetime.now(UTC) + late  # noqa: TID251 - the clock of somebody else
        return web.json_response({"ok": True}, headers={"Date": format_datetime(theirs, usegmt=True)})

    app = web.Application()
    app.router.add_get("/api.test", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("late", "http", "state", "said"),
    [
        (0, True, State.OK, "This clock agrees with Slack's."),
        (100, True, State.WARNING, "s behind Slack's: set it by NTP"),
        (-400, True, State.FAILED, "s ahead of Slack's, so requests of Slack are refused: set it by NTP."),
        (-400, False, State.WARNING, "s ahead of Slack's: set it by NTP"),
    ],
)
async def test_a_clock_that_is_wrong_is_said(
    late: int, http: bool, state: State, said: str, folder: Path
) -> None:
    async with late_slack(timedelta(seconds=late)) as url:
        mode = {"SLACK_SIGNING_SECRET": SECRET} if http else {"SLACK_APP_TOKEN": APP_TOKEN}
        installation = examine({"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": url, **mode}, "")
        (found,) = [each async for each in slack_examination.examine_clock(installation)]
    assert found.state is state
    assert said in found.text


async def test_an_examination_that_breaks_or_hangs_is_a_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(_: Installation) -> AsyncIterator[Finding]:
        yield Finding("first", State.OK, "found before")
        raise RuntimeError("no\nmore")

    async def hang(_: Installation) -> AsyncIterator[Finding]:
        await asyncio.Event().wait()
        yield Finding("second", State.OK, "never")

    monkeypatch.setattr(examinations, "EXAMINATIONS", {"first": break_down, "second": hang})
    monkeypatch.setattr(examinations, "PATIENCE", 0.01)
    found = [each async for each in examinations.examine_all(examine({}, str(folder / "none.yml")))]
    assert found == [
        Finding("first", State.OK, "found before"),
        Finding("first", State.FAILED, "It could not be examined (RuntimeError: no)."),
        Finding("second", State.FAILED, "No answer came within 0 s: look whether it can be reached."),
    ]


def test_an_old_python_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))

    async def first() -> Finding:
        installation = examine({}, "")
        return await anext(aiter(examinations.EXAMINATIONS["python"](installation)))

    found = asyncio.run(first())
    assert found.state is State.FAILED
    assert found.text.endswith("Shiproom needs Python 3.11 or newer: install it in a new .venv.")
