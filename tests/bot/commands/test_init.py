"""`shiproom init`, against a local Slack and on a real terminal: what it writes is right, and it writes all or nothing."""

import asyncio
import os
import re
import shlex
import stat
import subprocess
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.arguments import init
from bot.ci import KINDS
from bot.cli import run_command
from bot.policy import read_policy
from bot.setup.ci_kinds import KINDS_OF_CI
from bot.setup.interview import Given
from bot.setup.setup import Setup
from bot.setup.terminal import SetupError, Terminal
from handlers.sign_off_rule import SignOffRule
from tests.bot.commands.offices import SHIPROOM, newcomer, office_slack
from tests.bot.commands.terminal_user import CTRL_C, on_a_terminal
from tests.house.test_manifest import as_http
from tests.house.tree import ROOT
from tests.world import APP_TOKEN, BOT_TOKEN, free_port

WRITTEN = {"shiproom.yml", "manifest.yml", ".env", "deploy.sh"}
BY_ID = (
    *("--service", "website", "--channel", "C1RELEASES", "--starter", "U1ANDY Andy"),
    *("--tester", "U1AMITA", "--operator", "U1TIM,U1MARA"),
)
BY_NAME = (
    *("--service", "website", "--channel", "#releases", "--starter", "Andy,mara"),
    *("--tester", "Amita", "--operator", "U1TIM, @ops", "--time-zone", "Europe/Berlin"),
)
Offline = Callable[..., tuple[int, str, str]]
OFFLINE = ("--offline", "--no-input", *BY_ID)


@pytest.fixture
def offline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Offline]:
    """Run `shiproom init` in this process, in a folder and an environment of its own."""
    before = {**os.environ}
    os.environ.clear()
    os.environ.update(newcomer(None))

    def said(*words: str) -> tuple[int, str, str]:
        status = run_command(["init", "--directory", str(tmp_path), *words])
        out, err = capsys.readouterr()
        return status, out, err

    try:
        yield said
    finally:
        os.environ.clear()
        os.environ.update(before)


async def run(folder: Path, environ: Mapping[str, str], *words: str) -> tuple[int, str, str]:
    """Run `shiproom init` with options, without a terminal, in a process beside the local Slack."""
    running = await asyncio.create_subprocess_exec(
        *SHIPROOM,
        "init",
        *words,
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await running.communicate()
    return running.returncode or 0, out.decode(), err.decode()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_options_say_everything(tmp_path: Path) -> None:
    """Names become ids with the names beside them, and in the end Slack is asked whether all of it is right."""
    async with office_slack() as slack:
        environ = newcomer(slack, SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_APP_TOKEN=APP_TOKEN)
        status, out, err = await run(tmp_path, environ, *BY_NAME)
    assert (status, err) == (0, "")
    assert "Slack and here have all that is needed.\n" in out
    assert names(tmp_path) == WRITTEN
    assert (mode(tmp_path / ".env"), mode(tmp_path / "deploy.sh")) == (0o600, 0o755)
    policy = (tmp_path / "shiproom.yml").read_text()
    for line in (
        "channel: C1RELEASES   # #releases",
        "- U1ANDY   # Andy",
        "- U1TIM   # Tim",
        "usergroup: S1OPS   # @ops",
        "time_zone: Europe/Berlin",
    ):
        assert line in policy
    result = read_policy(tmp_path / "shiproom.yml", {})
    assert result.policy is not None
    assert result.policy.directory.teams["developers"].members == ("U1ANDY", "U1MARA")
    written = (tmp_path / ".env").read_text()
    assert f"SLACK_BOT_TOKEN={BOT_TOKEN}\n" in written
    assert re.search(r"^SHIPROOM_API_TOKEN=[0-9a-f]{32}$", written, re.MULTILINE)
    assert (tmp_path / "manifest.yml").read_text() == (ROOT / "manifest.yml").read_text()


@pytest.mark.parametrize("kind", KINDS_OF_CI)
def test_each_kind_of_ci_makes_a_policy_without_errors(kind: str, tmp_path: Path, offline: Offline) -> None:
    more = {
        "local": ("--command", "./deploy.sh --to {environment} 'two words'"),
        "github": ("--repository", "tailspin/space-game-web"),
        "gitlab": ("--repository", "tailspin/space-game-web", "--ci-url", "https://gitlab.example.org"),
        "jenkins": ("--ci-url", "https://jenkins.example.org/"),
        "buildbot": ("--ci-url", "https://buildbot.example.org"),
        "generic": ("--ci-url", "deploy.example.org"),
    }
    status, out, err = offline(*OFFLINE, "--ci", kind, *more[kind])
    assert (status, err) == (0, "")
    assert "shiproom.yml is fine: website." in out
    written = (tmp_path / ".env").read_text()
    for name, place in KINDS_OF_CI[kind].secrets.items():
        assert f"# Missing. {place}\n# {name}=\n" in written
    result = read_policy(tmp_path / "shiproom.yml", dict.fromkeys(KINDS_OF_CI[kind].secrets, "x" * 20))
    assert result.policy is not None
    (environment, production) = result.policy.plans["website"].environments
    assert production.gates == (SignOffRule("testers"), SignOffRule("ops"))
    assert environment.deploy.ci == ("here" if kind == "local" else kind)


@pytest.mark.parametrize(
    "url",
    [
        *("git@github.com:tailspin/space-game-web.git", "https://github.com/tailspin/space-game-web"),
        *(
            "ssh://git@git.example.org:22/tailspin/space-game-web.git",
            "https://git.example.org/tailspin/space-game-web/",
        ),
    ],
)
def test_the_repository_is_that_of_the_clone(url: str, tmp_path: Path, offline: Offline) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n')
    assert offline(*OFFLINE, "--ci", "github")[0] == 0
    assert "repository: tailspin/space-game-web\n" in (tmp_path / "shiproom.yml").read_text()


def test_every_kind_of_ci_can_be_set_up() -> None:
    assert set(KINDS_OF_CI) == set(KINDS) == set(init.KINDS)


def test_the_manifest_for_http_has_the_address(tmp_path: Path, offline: Offline) -> None:
    status, _, err = offline(*OFFLINE, "--public-url", "https://shiproom.example.org/")
    assert (status, err) == (0, "")
    expected = as_http((ROOT / "manifest.yml").read_text())
    assert yaml.safe_load((tmp_path / "manifest.yml").read_text()) == expected
    assert "# SLACK_SIGNING_SECRET=" in (tmp_path / ".env").read_text()
    assert "SLACK_APP_TOKEN" not in (tmp_path / ".env").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--service", "Web Site"), "--service: 'Web Site' is not a name of lowercase letters"),
        (("--service", "status"), "--service: status is a word of /release: choose another name."),
        (("--channel", "#nowhere"), "--channel: Without Slack an id is needed, and '#nowhere' is none"),
        (("--operator", ""), "--operator: Somebody has to: name one person at least."),
        (("--environment", "one,one"), "--environment: Each environment has a name of its own"),
        (("--time-zone", "Mars"), "--time-zone: 'Mars' is no time zone"),
        (("--public-url", "http://example.org"), "--public-url: Slack calls only addresses that begin with"),
        (("--ci", "github"), "--repository is missing, and there is no terminal to ask on: The repository"),
        (("--directory", "/nowhere"), "There is no directory /nowhere: make it, or name another"),
    ],
)
def test_a_wrong_option_is_said_and_nothing_is_written(
    words: tuple[str, ...], said: str, tmp_path: Path, offline: Offline
) -> None:
    replaced = [*OFFLINE]
    if words[0] in replaced:
        at = replaced.index(words[0])
        del replaced[at : at + 2]
    status, out, err = offline(*replaced, *words)
    assert (status, out) == (1, "")
    assert err.startswith(said)
    assert names(tmp_path) == set()


def test_what_is_there_stays_unless_force_is_said(tmp_path: Path, offline: Offline) -> None:
    """With it, what `.env` sets is used, and what is not Shiproom's is kept as it was written."""
    (tmp_path / "shiproom.yml").write_text("mine")
    kept = 'OTHER="it\'s"\n'
    (tmp_path / ".env").write_text(f"# mine\n{kept}SHIPROOM_API_TOKEN='0123456789abcdef'\n")
    status, out, err = offline(*OFFLINE)
    assert (status, out) == (1, "")
    assert err.startswith(f"{tmp_path}/shiproom.yml is there already, and nothing was changed: say --force")
    assert (tmp_path / "shiproom.yml").read_text() == "mine"
    status, _, err = offline(*OFFLINE, "--force")
    assert (status, err) == (0, "")
    written = (tmp_path / ".env").read_text()
    assert "SHIPROOM_API_TOKEN=0123456789abcdef\n" in written
    assert kept in written
    assert mode(tmp_path / ".env") == 0o600


def test_a_folder_that_cannot_be_written_gets_nothing(tmp_path: Path, offline: Offline) -> None:
    """Not even those files that could be: one of their places is a directory."""
    (tmp_path / "deploy.sh").mkdir()
    (tmp_path / "manifest.yml").mkdir()
    status, _, err = offline(*OFFLINE, "--force")
    assert status == 1
    assert "cannot be written (Is a directory)" in err
    assert names(tmp_path) == {"deploy.sh", "manifest.yml"}


async def test_from_nothing_to_the_first_card(tmp_path: Path) -> None:
    """A newcomer without anything: wrong answers get a sentence, namesakes are offered, and no secret is shown.

    What is written is then all that the bot needs.
    """
    async with office_slack() as slack:
        async with on_a_terminal((*SHIPROOM, "init"), tmp_path, newcomer(slack)) as user:
            await user.answers(
                ("The public https address of the bot?", ""),
                ("SLACK_BOT_TOKEN: ", "xapp-wrong"),
            )
            await user.sees("SLACK_BOT_TOKEN does not begin with xoxb-")
            await user.answers(
                ("SLACK_BOT_TOKEN: ", BOT_TOKEN),
                ("SLACK_APP_TOKEN: ", APP_TOKEN),
                ("The service's name?", "Website"),
                ("'Website' is not a name of lowercase letters", "website"),
                ("The Slack channel for its cards?", "releas"),
                ("No channel is called releas. Did you mean", ""),
                ("Write a number from 1 to 2.", "1"),
                ("Where does a build go", ""),
                ("Who starts releases?", "Andy, Mara"),
                ("Who tests, and signs?", "Amita"),
                ("Who operates it, and signs?", "Tim"),
                ("2 are called Tim:", "1"),
                ("Which one? [local]", "travis"),
                ("'travis' is none of them", ""),
                ("The command that deploys?", ""),
                ("The branch that is released? [main]", ""),
                ("The time zone of its people?", "Europe/Berlin"),
            )
            await user.sees("Slack and here have all that is needed.")
            assert await user.ends() == 0
        assert BOT_TOKEN not in user.shown
        assert APP_TOKEN not in user.shown
        assert names(tmp_path) == WRITTEN
        assert "- U1TIM   # Tim" in (tmp_path / "shiproom.yml").read_text()
        async with running_bot(tmp_path, newcomer(slack)) as url:
            await report_build(url, tmp_path)
            andy = slack.person("Andy")
            await andy.press(await andy.until_sees("C1RELEASES", "website 1.0.1 *is ready*"), "Release to")
            await andy.until_sees("C1RELEASES", "r1 website 1.0.1")
            await andy.until_sees("C1RELEASES", "⁠sh deploys nothing yet: write it")


@asynccontextmanager
async def running_bot(folder: Path, environ: Mapping[str, str]) -> AsyncGenerator[str]:
    """Run the bot as `shiproom init` says, and return where it listens."""
    port = free_port()
    start = f"set -a; . ./.env; set +a; exec {shlex.join((*SHIPROOM, 'run'))}"
    bot = await asyncio.create_subprocess_exec(
        "sh", "-c", start, cwd=folder, env={**environ, "SHIPROOM_PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session:
            await ready(session, url)
        yield url
    finally:
        bot.terminate()
        await bot.wait()


async def ready(session: aiohttp.ClientSession, url: str) -> None:
    """Wait until the bot says that it is ready."""
    async with asyncio.timeout(30):
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(f"{url}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.02)


async def report_build(url: str, folder: Path) -> None:
    """Report a first build with the token of `.env`."""
    (token,) = re.findall(r"^SHIPROOM_API_TOKEN=(.*)$", (folder / ".env").read_text(), re.MULTILINE)
    build = {"service": "website", "version": "1.0.1", "branch": "main", "sha": "4be1c9d" + "0" * 33}
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
        session.post(f"{url}/api/v1/builds", json={**build, "url": "https://ci.example.org/1"}) as answer,
    ):
        assert answer.status == 201, await answer.text()


async def test_ctrl_c_leaves_what_was_there(tmp_path: Path) -> None:
    """Even at the last question, when a file may be replaced and everything else is answered."""
    (tmp_path / "shiproom.yml").write_text("mine")
    words = (
        "init",
        "--offline",
        "--public-url",
        "",
        *BY_ID,
        "--ci",
        "github",
        "--repository",
        "tailspin/space-game-web",
    )
    async with on_a_terminal((*SHIPROOM, *words), tmp_path, newcomer(None)) as user:
        await user.answers(
            ("shiproom.yml is there already. Replace it? (y/N)", "y"),
            ("Where does a build go", ""),
            ("The workflow that deploys", ""),
            ("The workflow that builds", ""),
            ("The branch", ""),
            ("The time zone", ""),
            ("GITHUB_TOKEN: ", "it's"),
        )
        await user.sees("cannot stand in .env: leave GITHUB_TOKEN out")
        await user.sees("GITHUB_TOKEN: ")
        user.types(CTRL_C, end="")
        assert await user.ends() == 130
    assert "Stopped. Written: nothing." in user.shown
    assert names(tmp_path) == {"shiproom.yml"}
    assert (tmp_path / "shiproom.yml").read_text() == "mine"


def test_a_policy_that_is_to_stay_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shiproom.yml").write_text("mine")
    asked: list[str] = []

    def no(text: str) -> str:
        asked.append(text)
        return "n"

    monkeypatch.setattr("builtins.input", no)
    setup = Setup(Given(folder=tmp_path), Terminal(interactive=True))
    with (
        asyncio.Runner() as runner,
        pytest.raises(SetupError, match=r"stays as it is, and nothing was changed\."),
    ):
        setup.run(runner)
    assert asked == ["shiproom.yml is there already. Replace it? (y/N) "]
    assert names(tmp_path) == {"shiproom.yml"}
