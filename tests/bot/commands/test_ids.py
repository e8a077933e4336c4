"""`shiproom ids`, `shiproom version` and `shiproom completion`."""

import asyncio
import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from bot import VERSION
from bot.arguments.completion import SHELLS
from bot.cli import COMMANDS, run_command
from storage import schema
from tests.bot.commands.offices import newcomer, office_slack
from tests.local_slack.slack import SlackForTests
from tests.world import BOT_TOKEN, installed_scopes


async def run(
    slack: SlackForTests, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    for name, value in newcomer(slack, SLACK_BOT_TOKEN=BOT_TOKEN).items():
        monkeypatch.setenv(name, value)
    status = await asyncio.to_thread(run_command, ["ids", *words])
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("releases",), "C1RELEASES  # #releases\n"),
        (("TIM", "#ops"), "C1OPS  # #ops-room (private)\nU1TIM  # Tim\nU2TIM  # Tim\nS1OPS  # @ops\n"),
    ],
)
async def test_ids_can_be_pasted(
    words: tuple[str, ...],
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with office_slack() as slack:
        assert await run(slack, monkeypatch, capsys, *words) == (0, expected, "")


async def test_without_words_there_are_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with office_slack() as slack:
        status, out, err = await run(slack, monkeypatch, capsys)
    assert (status, len(out.splitlines()), err) == (0, 9, "")


async def test_what_is_not_there_and_what_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with office_slack() as slack:
        nothing = "Nothing in Slack is called Bert: write less of the name.\n"
        assert await run(slack, monkeypatch, capsys, "Bert") == (1, "", nothing)
    async with office_slack(installed_scopes() - {"usergroups:read"}) as slack:
        status, out, err = await run(slack, monkeypatch, capsys, "ops")
    assert (status, out) == (1, "C1OPS  # #ops-room (private)\n")
    assert err.startswith("Slack: the app lacks the scope usergroups:read: add it under OAuth & Permissions")


@pytest.mark.parametrize(
    ("token", "said"),
    [("", "SLACK_BOT_TOKEN is not set: copy it"), ("xapp-1", "SLACK_BOT_TOKEN does not begin with xoxb-")],
)
def test_a_token_is_needed(
    token: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", token)
    assert run_command(["ids"]) == 1
    assert capsys.readouterr().err.startswith(said)


def test_the_version_says_what_a_report_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["version"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"shiproom {VERSION}", f"database schema {schema.NEWEST}"]
    assert platform.python_version() in lines[2]
    assert lines[3] == platform.platform()


ASK = {
    "bash": """\
. "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
$(complete -p shiproom | sed 's/.*-F \\([^ ]*\\).*/\\1/') shiproom "${@: -1}"
printf '%s\\n' "${COMPREPLY[@]}"
""",
    "fish": 'source "$argv[1]"; complete --do-complete "$argv[2..]"',
}
"""How each shell is asked what it would complete; zsh completes only on a terminal, and is made to read the script."""

EXPECTED: dict[tuple[str, ...], set[str]] = {
    ("shiproom", "che"): {"check"},
    ("shiproom", "audit", ""): {"verify", "export"},
    ("shiproom", "check", "--onl"): {"--online"},
    ("shiproom", "init", "--ci", "g"): {"github", "gitlab", "generic"},
    ("shiproom", "completion", "z"): {"zsh"},
    ("shiproom", "check", "--config", "poli"): {"policy.yml"},
    ("shiproom", "init", "--directory", "fol"): {"folder"},
}


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert run_command(["completion", shell]) == 0
    path = folder / f"shiproom.{shell}"
    path.write_text(capsys.readouterr().out)
    return path


@pytest.mark.parametrize("words", EXPECTED, ids=" ".join)
@pytest.mark.parametrize("shell", [each for each in ASK if shutil.which(each)])
def test_a_shell_completes(
    shell: str, words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = script(shell, tmp_path, capsys)
    (tmp_path / "policy.yml").touch()
    (tmp_path / "folder").mkdir()
    asked = [*words] if shell == "bash" else [" ".join(words)]
    command = {
        "bash": ["bash", "-c", ASK["bash"], "bash", str(path), *asked],
        "fish": ["fish", "-c", ASK["fish"], str(path), *asked],
    }
    done = subprocess.run(
        command[shell],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert {line.split("\t")[0].strip().rstrip("/") for line in done.stdout.splitlines()} >= EXPECTED[words]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_knows_every_command(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = script(shell, tmp_path, capsys).read_text()
    assert not [each.__name__ for each in COMMANDS if each.__name__.rpartition(".")[2] not in written]


@pytest.mark.parametrize("shell", [each for each in SHELLS if shutil.which(each)])
def test_the_script_can_be_read(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script(shell, tmp_path, capsys)
    subprocess.run([shell, "-n", str(path)], check=True)
