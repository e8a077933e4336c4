"""One long story through HTTP and through Socket Mode: what everybody is told and what becomes of it is the same."""

import asyncio
import re
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bot.inside import Inside, inside
from tests.github.engines import Scripted
from tests.github.hooks import Hook
from tests.github.hub import TOKEN
from tests.github.model import Run
from tests.github.server import local_github
from tests.local_slack.chat_user import ChatUser
from tests.scenarios.on_github import BUILD, DEPLOY, LIVE, REPOSITORY, WEBHOOK_SECRET, Remote, policy
from tests.scenarios.test_commands import USAGE_ERRORS
from tests.virtual_clock import VirtualClock, run_virtually
from tests.world import CHANNEL

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40
VARIES = re.compile(r"(?<=audit website:)\S+|\d\d:\d\d(:\d\d)?|\b\d+ ?(m|s|min|h)\b|http://127\S+")
"""Times, addresses and hashes."""

ASKED = ["help", "status", "where", "why", "builds", "history 5", "whoami", "status r1", "why r1"]


def plain(words: str) -> str:
    """Leave out what varies."""
    return VARIES.sub("~", words)


@dataclass
class Story:
    """The story as it is told, and what was heard of it."""

    hub: Remote
    bot: Inside
    heard: list[str] = field(default_factory=list[str])

    async def note(self, name: str, release_action: Awaitable[Any]) -> None:
        """Note what somebody is told when he does something: by Slack, in a message for him alone, in a form."""
        person = self.bot.world.person(name)
        before = len(private(person))
        came = await release_action
        await asyncio.sleep(0.5)  # virtual: what follows a click is told a moment after it
        said = [plain(words) for words in private(person)[before:]]
        asked = getattr(came, "confirm", None)
        self.heard.append(
            f"{name}: {getattr(came, 'error', '')} {asked and plain(asked.text)} {said} {plain(person.reads_modal())}"
        )

    async def types(self, name: str, words: str) -> None:
        await self.note(name, self.bot.world.person(name).command("/release", words, CHANNEL))

    async def presses(self, name: str, label: str, about: str) -> None:
        await self.note(name, self.bot.world.press(name, label, about))

    async def sends(self, name: str, **values: Any) -> None:  # noqa: ANN401 - texts or ticks
        person = self.bot.world.person(name)
        await self.note(name, person.fill(person.modal, values).submit())

    async def tell(self) -> None:
        """Ship one build, refuse and reject another, fail with a third, roll back, lock and unlock."""
        world = self.bot.world
        await self._builds(ONE, "Faster leaderboard", "2.4.1")
        await self.presses("Andy", "Release to staging", "2.4.1 *is ready")
        await world.until(1, "waiting", "production")
        await self._called("Sign off r1")
        await self.presses("Amita", "Start testing", "r1 website")
        for name in ("Andy", "Irwin", "Guest", "Stranger"):
            await self.types(name, "approve r1")
        await self.presses("Amita", "Sign off for testers", "r1 website")
        await self.sends("Amita", Checked=["Log in works"])
        await self.sends("Amita", Checked=True, Note="all <fine> & well")
        await self.presses("Tim", "Sign off for ops", "r1 website")
        await world.until(1, "done")
        await self._builds(TWO, "Safari log-in", "2.4.2")
        await self.types("Mara", "2.4.2 to staging")
        await world.until(2, "waiting", "production")
        await self._called("Sign off r2")
        await self.types("Tim", "reject r2 too slow")
        await world.until(2, "rejected")
        await self._builds(THREE, "Footer", "2.4.3")
        self.hub.github.engine = Scripted(lambda run: "fails" if run.file == "deploy.yml" else "succeeds")
        await self.types("Mara", "staging")
        await world.until(3, "failed", "staging")
        self.hub.github.engine = Scripted()
        await self._called("Decide on r3")
        await self.presses("Mara", "Retry", "r3 website")
        await world.until(3, "waiting", "production")
        await self._called("Sign off r3")
        await self._ask()

    async def _builds(self, sha: str, message: str, version: str) -> None:
        await self.hub.build(sha, message)
        await self.bot.world.person("Irwin").until_sees(CHANNEL, f"{version} *is ready", within=60)

    async def _called(self, words: str) -> None:
        """Wait until people are called; nobody is if what they are wanted for is over before the call leaves."""
        await self.bot.world.person("Irwin").until_sees(CHANNEL, words, within=60)

    async def _ask(self) -> None:
        await self.types("Mara", "")
        await self.note("Mara", self._closes("Mara"))
        await self.types("Tim", "lock production for 2h the shop is <open>")
        for words in ASKED:
            await self.types("Irwin", words)
        for words, _ in USAGE_ERRORS:
            await self.types("Tim", words)
        await self.types("Tim", "unlock production")

    async def _closes(self, name: str) -> None:
        person = self.bot.world.person(name)
        if person.modal:
            await person.close(person.modal)

    async def outcome(self) -> dict[str, Any]:
        """Give what became of it all."""
        irwin = self.bot.world.person("Irwin")
        _, releases = await self.bot.world.api("GET", "/api/v1/releases?limit=50")
        workspace = self.bot.world.slack.workspace
        return {
            "heard": self.heard,
            "releases": [(each["number"], each["kind"], each["state"], steps(each)) for each in releases],
            "channel": lines(seen.text for seen in irwin.sees(CHANNEL) if not seen.private),
            "threads": lines(said.text for said in workspace.messages(CHANNEL) if said.thread_ts),
            "runs": [inputs(run) for run in self.hub.deployments()],
            "history": [
                (row["event"], row["actor"], row["outcome"].get("refused", ""))
                for row in await self.bot.rows()
                if row["actor"] != "shiproom"
            ],
        }


def lines(texts: Iterable[str]) -> list[str]:
    """Give all lines of texts in order of their words: which of them share a message is up to when they left."""
    return sorted(plain(line) for text in texts for line in text.split("\n"))


def private(person: ChatUser) -> list[str]:
    return [seen.text for seen in person.sees(CHANNEL) if seen.private]


def steps(release: dict[str, Any]) -> list[Any]:
    return [
        (
            step["environment"],
            step["state"],
            step["attempt"],
            [(gate["kind"], gate["verdict"]) for gate in step["gates"] if gate["kind"] != "turn"],
            [
                (signed["team"], signed["user"], signed["verdict"], signed["note"])
                for signed in step["sign_offs"]
            ],
        )
        for step in release["steps"]
    ]


def inputs(run: Run) -> dict[str, str]:
    return {name: value for name, value in run.inputs.items() if name != "shiproom_correlation_id"}


async def told(directory: Path, *, socket_mode: bool) -> dict[str, Any]:
    clock = VirtualClock()
    async with local_github(Scripted(), clock) as github:
        repository = github.repository(REPOSITORY, LIVE)
        repository.put("build.yml", BUILD)
        repository.put("deploy.yml", DEPLOY)
        running = inside(
            directory,
            policy(github.url, webhooks=True),
            socket_mode=socket_mode,
            clock=clock,
            HUB_TOKEN=TOKEN,
            HOOK_SECRET=WEBHOOK_SECRET,
        )
        async with running as bot:
            hook = Hook(f"{bot.world.url}/webhooks/hub", WEBHOOK_SECRET)
            github.hooks.append(hook)
            story = Story(Remote(bot.world, github, repository, hook), bot)
            await story.tell()
            await asyncio.sleep(30)
            return await story.outcome()


def test_the_story_is_the_same(tmp_path: Path) -> None:
    outcomes = list[dict[str, Any]]()
    for socket_mode in (False, True):
        directory = tmp_path / str(socket_mode)
        directory.mkdir()
        outcomes.append(run_virtually(told(directory, socket_mode=socket_mode)))
    http, socket = outcomes
    assert len(http["heard"]) > 40
    for part in http:
        assert http[part] == socket[part], part
