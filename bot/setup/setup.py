"""Asks for everything that a first service needs, and writes its files, all or none."""

import os
import stat
from pathlib import Path

from bot.clock import SystemClock
from bot.manifest import manifest
from bot.policy import read_written
from bot.settings import SLACK_API, malformed
from bot.setup.answers import Answers
from bot.setup.ci_kinds import DEPLOY_SCRIPT, KINDS_OF_CI
from bot.setup.environment_text import (
    can_be_written,
    environment_text,
    read_environment,
    slack_secrets,
    unquoted,
)
from bot.setup.files import NewFile, write_files
from bot.setup.interview import Given, ask_all, read_public_url
from bot.setup.names import Names, Runner
from bot.setup.next_steps import BEFORE_SLACK, WELCOME
from bot.setup.policy_text import policy_text
from bot.setup.terminal import Question, SetupError, Terminal
from bot.slack_client.directory import WorkspaceDirectory
from bot.slack_client.web import SlackWeb

POLICY, MANIFEST, ENVIRONMENT, SCRIPT = "shiproom.yml", "manifest.yml", ".env", "deploy.sh"
OURS = 0o600
API_TOKEN = "SHIPROOM_API_TOKEN"  # noqa: S105 - the name of a variable

_SCRIPT = """\
#!/bin/sh
# Brings the commit $SHIPROOM_SHA to the environment $1. Exit status 0 says that it is live there; of a failure the card shows
# the last line of the output. SHIPROOM_VERSION, SHIPROOM_SERVICE and SHIPROOM_RELEASE are set, too.
echo "deploy.sh deploys nothing yet: write it"
exit 1
"""


class Setup:
    """One run of `shiproom init`; `written` are its files, `missing` the variables that are to be filled in."""

    def __init__(self, given: Given, terminal: Terminal) -> None:
        self._given = given
        self._terminal = terminal
        self._before = read_environment(given.folder / ENVIRONMENT)
        self.values = {name: unquoted(written) for name, written in self._before.items()}
        self.values |= {name: value for name, value in os.environ.items() if value}
        self._kept: set[str] = set()
        self.written: list[str] = []
        self.missing: list[str] = []

    def run(self, runner: Runner) -> Answers:
        """Ask, write the files, and say what is next.

        Raises SetupError if an answer is missing, or a file cannot be written.
        """
        if not self._given.folder.is_dir():
            raise SetupError(
                f"There is no directory {self._given.folder}: make it, or name another with --directory."
            )
        for name in (POLICY, MANIFEST, ENVIRONMENT):
            self._may_replace(name)
        self._terminal.explain(WELCOME.format(folder=self._given.folder))
        question = (
            "The public https address of the bot? (Enter for none: it connects to Slack then, from anywhere)"
        )
        url = self._terminal.answer(
            Question("--public-url", question, read_public_url, ""), self._given.public_url
        )
        if not self._given.offline:
            self._ask_for_slack(url)
        answers = self._ask(runner, url)
        for name, place in KINDS_OF_CI[answers.ci.kind].secrets.items():
            self._ask_secret(name, place)
        self._write(answers)
        written = {name: self.values.get(name, "") for name in self._places(answers)}
        self.missing = [name for name, value in written.items() if not value or not can_be_written(value)]
        return answers

    def _may_replace(self, name: str) -> None:
        """Find out whether a file may be replaced, before anybody is asked anything else."""
        path = self._given.folder / name
        if not path.exists() or self._given.force or (name == MANIFEST and _is_unchanged(path)):
            return
        if not self._terminal.interactive:
            raise SetupError(
                f"{path} is there already, and nothing was changed: say --force to replace it (what .env sets is kept), or "
                "--directory to write somewhere else."
            )
        more = " (What it sets is kept.)" if name == ENVIRONMENT else ""
        if not self._terminal.agrees(f"{name} is there already. Replace it?{more}"):
            self._kept.add(name)
        if POLICY in self._kept:
            raise SetupError(f"{path} stays as it is, and nothing was changed.")

    def _ask_for_slack(self, url: str) -> None:
        """Ask for what Slack gives; whoever has no app yet gets its manifest first."""
        wanted = slack_secrets(http=bool(url))
        if self._terminal.interactive and not self.values.get("SLACK_BOT_TOKEN"):
            if MANIFEST not in self._kept:
                write_files([NewFile(self._given.folder / MANIFEST, manifest(url))], self.written)
            self._terminal.say(BEFORE_SLACK.format(path=self._given.folder / MANIFEST))
        for name, place in wanted.items():
            self._ask_secret(name, place)

    def _ask_secret(self, name: str, place: str) -> None:
        if not self.values.get(name):
            self.values[name] = self._terminal.secret(name, place, lambda typed: _fault(name, typed))

    def _ask(self, runner: Runner, url: str) -> Answers:
        slack = None if self._given.offline else self._slack()
        try:
            directory = None if slack is None else self._directory(slack)
            return ask_all(self._terminal, Names(self._terminal, runner, directory), self._given, url)
        finally:
            if slack is not None:
                runner.run(slack.close())

    def _slack(self) -> SlackWeb | None:
        """Return a client of Slack if there is a token, right or wrong."""
        token = self.values.get("SLACK_BOT_TOKEN", "")
        if not token:
            self._terminal.say("Without SLACK_BOT_TOKEN Slack is not asked: write ids instead of names.")
            return None
        if faults := [each for each in malformed(self.values) if each.startswith("SLACK_")]:
            raise SetupError("\n".join(faults))
        return SlackWeb(token, self._api, SystemClock().monotonic)

    @property
    def _api(self) -> str:
        url = self.values.get("SLACK_API_URL") or SLACK_API
        return url if url.endswith("/") else f"{url}/"

    def _directory(self, slack: SlackWeb) -> WorkspaceDirectory:
        return WorkspaceDirectory(
            slack, self._api, lambda seconds: self._terminal.say(f"Slack asks to wait {seconds:.0f} s ...")
        )

    def _write(self, answers: Answers) -> None:
        folder = self._given.folder
        text = policy_text(answers)
        script = NewFile(folder / SCRIPT, _SCRIPT, 0o755)
        brings_script = answers.ci.command.startswith(DEPLOY_SCRIPT) and not script.path.exists()
        if errors := read_written(text, folder / POLICY, None).errors:
            raise SetupError(
                "\n".join(["These answers make no policy, and nothing was written:", *map(str, errors)])
            )
        files = [
            *([script] if brings_script else []),
            NewFile(folder / MANIFEST, manifest(answers.url)),
            NewFile(folder / ENVIRONMENT, self._environment(answers), OURS),
            NewFile(folder / POLICY, text),
        ]
        kept = self._kept | set(self.written)
        write_files([file for file in files if file.path.name not in kept], self.written)
        self._tell()

    def _environment(self, answers: Answers) -> str:
        self.values[API_TOKEN] = self.values.get(API_TOKEN) or SystemClock().new_id()
        return environment_text(self._places(answers), self.values, self._before)

    def _places(self, answers: Answers) -> dict[str, str]:
        """Return the variables of this setup, each with the place to get it."""
        places = {
            **slack_secrets(http=bool(answers.url)),
            API_TOKEN: "With it a build reports itself: keep it among the secrets of your CI.",
            **KINDS_OF_CI[answers.ci.kind].secrets,
        }
        if "SLACK_API_URL" in self.values:
            places["SLACK_API_URL"] = "Another Slack than Slack's own."
        return places

    def _tell(self) -> None:
        say = self._terminal.say
        say(f"\nWritten into {self._given.folder}: {', '.join(self.written)}.")
        if ENVIRONMENT in self._kept and _others_can_read(self._given.folder / ENVIRONMENT):
            say(f"Others can read {ENVIRONMENT}: chmod 600 {ENVIRONMENT}")
        say("Keep shiproom.yml in source control, and .env, .shiproom/ and shiproom.db* out of it.\n")


def _fault(name: str, typed: str) -> str:
    """Return why a secret cannot be what is asked for; empty if it can."""
    if not can_be_written(typed):
        return f"A quote, a backslash or a control character cannot stand in .env: leave {name} out, and set it otherwise."
    return next((each for each in malformed({name: typed}) if each.startswith(name)), "")


def _is_unchanged(path: Path) -> bool:
    """Return whether a manifest is as an earlier run wrote it."""
    try:
        return path.read_text("utf-8") == manifest()
    except (OSError, UnicodeDecodeError):
        return False


def _others_can_read(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
