"""The command line as an operator meets it: what is wrong is said in clear sentences, exit status 1, nothing half-started."""

import asyncio
import contextlib
import logging
import re
import socket
import sqlite3
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import run_command
from storage import schema
from storage.schema import NEWEST
from storage.sqlite import SQLite
from tests.world import DEPLOY, POLICY, free_port

SENTENCE = re.compile(r"[A-Z`/].*[.]\Z")
PLACED = re.compile(r"(\S+\.yml):(\d+):(\d+): .+")
KEPT_BY_SQLITE = re.compile(r"shiproom\.db(-wal|-shm|-journal|\.lock)?\Z")


@dataclass
class Shell:
    """A folder with a policy in it, an environment, and what the last command said."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    port: int
    out: str = ""
    err: str = ""

    def export(self, **variables: str) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def unset(self, *names: str) -> None:
        for name in names:
            self.monkeypatch.delenv(name, raising=False)

    def run(self, *words: str) -> int:
        try:
            status = run_command(words)
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        self.out, self.err = self.capsys.readouterr()
        return status

    def files(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}

    def policy(self, text: str) -> None:
        (self.folder / "shiproom.yml").write_text(text)

    @property
    def database(self) -> Path:
        return self.folder / "shiproom.db"


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "deploy.sh").write_text(DEPLOY)
    (tmp_path / "deploy" / "deploy.sh").chmod(0o755)
    (tmp_path / "shiproom.yml").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    made = Shell(tmp_path, monkeypatch, capsys, free_port())
    made.unset("SLACK_APP_TOKEN", "DATABASE_URL", "SHIPROOM_CONFIG", "SHIPROOM_LOG", "SHIPROOM_API_TOKEN")
    made.export(
        SLACK_BOT_TOKEN="xoxb-test",
        SLACK_SIGNING_SECRET="signing-test",
        SLACK_API_URL="http://127.0.0.1:9/api/",
        SHIPROOM_HOST="127.0.0.1",
        SHIPROOM_PORT=str(made.port),
        DEPLOY_KEY="key",
    )
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield made
    root.handlers[:] = handlers
    root.setLevel(level)


@contextlib.contextmanager
def listening(port: int) -> Generator[None]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


def garbage(shell: Shell) -> None:
    shell.database.write_bytes(b"this is no database at all, but a text that somebody saved there\n" * 100)


def cut(shell: Shell) -> None:
    assert shell.run("migrate") == 0
    whole = shell.database.read_bytes()
    shell.database.write_bytes(whole[: len(whole) // 2])


def directory(shell: Shell) -> None:
    shell.database.mkdir()


def newer(shell: Shell) -> None:
    assert shell.run("migrate") == 0
    with contextlib.closing(sqlite3.connect(shell.database)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("UPDATE schema_support SET lowest = '9999'")
        database.commit()


def setting(**variables: str) -> Callable[[Shell], None]:
    return lambda shell: shell.export(**variables)


def lacking(*names: str) -> Callable[[Shell], None]:
    return lambda shell: shell.unset(*names)


def policy(*changes: tuple[str, str]) -> Callable[[Shell], None]:
    text = POLICY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return lambda shell: shell.policy(text)


def no_policy(shell: Shell) -> None:
    (shell.folder / "shiproom.yml").unlink()


CASES: list[tuple[str, Callable[[Shell], None], tuple[str, ...]]] = [
    ("no bot token", lacking("SLACK_BOT_TOKEN"), ("SLACK_BOT_TOKEN is not set", "xoxb-")),
    (
        "neither way to Slack",
        lacking("SLACK_SIGNING_SECRET"),
        ("Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET",),
    ),
    ("a port in words", setting(SHIPROOM_PORT="http"), ("SHIPROOM_PORT is 'http'",)),
    ("a port too high", setting(SHIPROOM_PORT="70000"), ("SHIPROOM_PORT is '70000'", "65535")),
    ("a way to log that is none", setting(SHIPROOM_LOG="xml"), ("SHIPROOM_LOG must be text or json",)),
    ("an address that is none", setting(SLACK_API_URL="slack.com"), ("SLACK_API_URL is 'slack.com'",)),
    ("swapped tokens", setting(SLACK_BOT_TOKEN="xapp-1", SLACK_APP_TOKEN="xoxb-1"), ("are swapped",)),
    ("a token in quotes", setting(SLACK_BOT_TOKEN='"xoxb-hidden-word"'), ("SLACK_BOT_TOKEN is in quotes",)),
    ("a weak token of the API", setting(SHIPROOM_API_TOKEN="hidden-word"), ("SHIPROOM_API_TOKEN is too",)),
    ("no policy", no_policy, ("shiproom.yml",)),
    ("another policy that is not there", setting(SHIPROOM_CONFIG="other.yml"), ("other.yml",)),
    ("a policy that is empty", lambda shell: shell.policy(""), ("shiproom.yml:1:1",)),
    (
        "a policy with two faults",
        policy(("operators: [ops]", "operators: [pos]"), ("version: 1", "version: 2")),
        ("shiproom.yml:1:", "pos"),
    ),
    (
        "a secret that is missing",
        policy(("directory: deploy", "directory: '${NOT_THERE}'")),
        ("NOT_THERE", "shiproom.yml:"),
    ),
    (
        "a database that is none",
        garbage,
        ("The database shiproom.db cannot be used: file is not a database",),
    ),
    ("a database cut in half", cut, ("The database", "malformed")),
    ("a folder for a database", directory, ("The database", "Is a directory")),
    ("a database from the future", newer, ("schema 9999", "newer")),
    ("a database of another kind", setting(DATABASE_URL="mysql://u:p@h/n"), ("DATABASE_URL is not under",)),
    ("no address of a database", setting(DATABASE_URL="shiproom"), ("DATABASE_URL is not understood",)),
    ("a database in memory", setting(DATABASE_URL="sqlite://"), ("DATABASE_URL names no file",)),
    ("a database in no folder", setting(DATABASE_URL="sqlite:///no/where.db"), ("no/where.db",)),
    (
        "no PostgreSQL there",
        setting(DATABASE_URL="postgresql://u:hidden-word@127.0.0.1:9/n"),
        ("PostgreSQL cannot be reached",),
    ),
]


@pytest.mark.parametrize(("spoil", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_wrong_is_said_and_nothing_starts(
    shell: Shell, spoil: Callable[[Shell], None], words: tuple[str, ...]
) -> None:
    spoil(shell)
    before = shell.files()
    assert shell.run("run") == 1
    assert not shell.out
    for word in words:
        assert word in shell.err
    for line in (each for each in shell.err.splitlines() if " WARNING " not in each):
        assert PLACED.match(line) or SENTENCE.match(line), line
    assert "hidden-word" not in shell.err
    assert all(KEPT_BY_SQLITE.match(name) for name in shell.files() - before)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", shell.port)) != 0


def test_check_finds_what_is_wrong_in_the_environment(shell: Shell) -> None:
    shell.export(SLACK_BOT_TOKEN="xapp-1", SLACK_APP_TOKEN="xoxb-1", SHIPROOM_API_TOKEN="a" * 16)
    assert shell.run("check") == 1
    said = [line.split()[0] for line in shell.out.splitlines() if not line.startswith("warning:")]
    assert said == ["SLACK_BOT_TOKEN", "SHIPROOM_API_TOKEN"]
    assert shell.err == "The environment has 2 errors.\n"
    assert shell.run("check", "--without-secrets") == 0


def test_all_faults_of_the_environment_are_said_at_once(shell: Shell) -> None:
    shell.unset("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
    shell.export(SHIPROOM_PORT="x", SHIPROOM_LOG="xml")
    assert shell.run("run") == 1
    assert len(shell.err.splitlines()) == 4


def test_a_port_in_use(shell: Shell) -> None:
    with listening(shell.port):
        assert shell.run("run") == 1
    assert f"Port {shell.port} on 127.0.0.1 cannot be opened" in shell.err
    assert "SHIPROOM_PORT" in shell.err
    assert shell.run("audit", "verify") == 0, "the database was let go"


def test_check_says_what_is_fine_and_what_may_hurt(shell: Shell) -> None:
    assert shell.run("check") == 0
    assert "shiproom.yml is fine: website." in shell.out
    assert "warning: " in shell.out
    assert "only U0TIM can sign" in shell.out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("./deploy.sh", ""),
        ("./gone.sh", "there is no `./gone.sh` in {}/deploy: put it there, or name another command"),
        ("./plain.sh", "`./plain.sh` is not executable: run `chmod +x {}/deploy/plain.sh`"),
        ("../deploy", "`../deploy` is a directory, not a command: name what is to be run"),
        ("sh", ""),
        (
            "deployit",
            "there is no command `deployit` on PATH ({}): install it, or write where it is, like `./deployit`",
        ),
        (
            "/nowhere/deploy",
            "there is no `/nowhere/deploy` in {}/deploy: put it there, or name another command",
        ),
    ],
)
def test_check_looks_for_the_commands(shell: Shell, command: str, said: str) -> None:
    (shell.folder / "deploy" / "plain.sh").write_text(DEPLOY)
    shell.export(PATH="/usr/bin:/bin")
    shell.policy(POLICY.replace("./deploy.sh, production", f"{command}, production"))
    assert shell.run("check") == (1 if said else 0)
    where = "/usr/bin:/bin" if "PATH" in said else str(shell.folder)
    found = [line for line in shell.out.splitlines() if not line.startswith("warning:")]
    assert found[: -1 if not said else None] == (
        [f"shiproom.yml:29:37: {said.format(where)}"] if said else []
    )
    assert shell.run("check", "--without-secrets") == 0, "another machine is the bot's"
    assert not said or f"warning: shiproom.yml:29:37: {said.format(where)}\n" in shell.out


def test_check_says_what_only_slack_and_the_cis_know(shell: Shell) -> None:
    assert shell.run("check") == 0
    *before, last = shell.out.splitlines()
    assert last.startswith(
        "shiproom.yml is fine: website. Only `shiproom check --online` can tell whether Slack has"
    )
    warned = [line for line in before if "is a placeholder of the example" in line]
    assert warned[0].startswith(
        "warning: shiproom.yml:4:26: `U0ANDY` is a placeholder of the example: write the id of"
    )
    assert len(warned) == 6


def test_without_a_policy_there_is_one_to_begin_with(shell: Shell) -> None:
    no_policy(shell)
    assert shell.run("check") == 1
    assert "let `shiproom init` write one" in shell.out


@pytest.mark.parametrize("given", [("--config", "other.yml"), ()])
def test_check_names_every_fault_with_its_place(shell: Shell, given: tuple[str, ...]) -> None:
    (shell.folder / "other.yml").write_text(
        POLICY.replace("operators: [ops]", "operators: [pos]").replace("timeout: 1m", "timeout: soon")
    )
    if not given:
        shell.export(SHIPROOM_CONFIG="other.yml")
    assert shell.run("check", *given) == 1
    assert len([line for line in shell.out.splitlines() if PLACED.match(line)]) == 2
    assert shell.err == "other.yml has 2 errors.\n"


def test_check_without_secrets_looks_none_up(shell: Shell) -> None:
    shell.policy(POLICY.replace("directory: deploy", "directory: '${DEPLOY_FOLDER}'"))
    assert shell.run("check") == 1
    assert "DEPLOY_FOLDER" in shell.out
    assert shell.run("check", "--without-secrets") == 0
    shell.export(DEPLOY_FOLDER="deploy")
    assert shell.run("check") == 0


def test_check_needs_no_environment(shell: Shell) -> None:
    shell.unset("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL")
    assert shell.run("check") == 0
    assert shell.files() == {"shiproom.yml", "deploy/deploy.sh"}


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "Where to begin: `shiproom demo`"),
        (("--help",), 0, "release go/no-go meeting"),
        (("run", "--help"), 0, "--config"),
        (("fly",), 2, "fly"),
        (("audit",), 2, "audit"),
        (("audit", "export", "--release", "all"), 2, "--release"),
        (("audit", "export", "--release", "0"), 2, "'0' is not the number of a release"),
        (("audit", "export", "--release", "9" * 30), 2, "is not the number of a release"),
        (("demo", "--port", "99999"), 2, "'99999' is not a port"),
        (("run", "--port", "1"), 2, "--port"),
    ],
)
def test_words(shell: Shell, words: tuple[str, ...], status: int, said: str) -> None:
    assert shell.run(*words) == status
    assert said in shell.out + shell.err


def test_migrate_says_what_it_did_and_does_nothing_twice(shell: Shell) -> None:
    assert shell.run("migrate") == 0
    assert shell.out == f"The database was empty: its tables were made, at schema {NEWEST}.\n"
    before = shell.database.read_bytes()
    assert shell.run("migrate") == 0
    assert shell.out == f"The database is at schema {NEWEST} already: nothing was changed.\n"
    assert shell.database.read_bytes() == before


def test_migrate_says_from_where(shell: Shell) -> None:
    async def make() -> None:
        database = SQLite(shell.database)
        await database.write(lambda connection: schema.migrate(connection, "0001"))
        await database.close()

    asyncio.run(make())
    assert shell.run("migrate") == 0
    assert shell.out == f"The database was brought from schema 0001 to {NEWEST}.\n"


@pytest.mark.parametrize("words", [("audit", "verify"), ("audit", "export")])
def test_audit_makes_no_database(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell.run(*words) == 1
    assert shell.err == "There is no database shiproom.db. Name the right one in DATABASE_URL.\n"
    assert not shell.database.exists()


def test_audit_of_an_old_database(shell: Shell) -> None:
    shell.database.touch()
    assert shell.run("audit", "verify") == 1
    assert "run `shiproom migrate` first" in shell.err


@pytest.mark.parametrize("anchor", ["website", "website:1", "website:one:abc", ":1:abc", ""])
def test_an_anchor_that_is_none(shell: Shell, anchor: str) -> None:
    assert shell.run("migrate") == 0
    assert shell.run("audit", "verify", "--anchor", anchor) == 1
    assert "SERVICE:ROW:HASH" in shell.err
