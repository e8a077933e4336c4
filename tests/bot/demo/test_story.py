"""The whole story with the real bot: to production, through a kill, and back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from bot.demo.cast import CHANNEL
from bot.demo.editor import Headline
from bot.demo.environment import DemoEnvironment, running_demo
from bot.demo.folder import DemoFolder
from bot.demo.sites import Site
from tests.local_slack.chat_user import ChatUser, Seen, chat_user

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
WITHIN = 90.0


async def until(happened: Callable[[], bool], within: float = WITHIN) -> None:
    async with asyncio.timeout(within):
        while not happened():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.05)


async def opens(person: ChatUser, ask: Callable[[], Awaitable[object]]) -> None:
    """Ask for a modal until it comes; on a busy machine Slack's 3 s may pass first."""
    async with asyncio.timeout(WITHIN):
        while person.modal is None:
            await ask()
            with suppress(TimeoutError):
                await until(lambda: person.modal is not None, within=4.0)


@dataclass(frozen=True, slots=True)
class Watched:
    """A running demo and a session to look at its sites."""

    demo: DemoEnvironment
    session: ClientSession

    @property
    def staging(self) -> Site:
        return self.demo.sites[0]

    @property
    def production(self) -> Site:
        return self.demo.sites[1]

    def person(self, name: str) -> ChatUser:
        return chat_user(self.demo.slack, name)

    async def press(self, name: str, words: str, label: str) -> None:
        """Click a button, or an entry of a menu, as soon as a message with these words has it."""
        person = self.person(name)

        def offered() -> list[Seen]:
            seen = person.sees(CHANNEL)
            return [
                each
                for each in seen
                if words in each.text and any(b.startswith(label) for b in (*each.buttons, *each.menu))
            ]

        await until(lambda: bool(offered()))
        assert not (await person.click(offered()[-1], label)).error

    async def page(self, site: Site) -> str:
        async with self.session.get(site.url) as answer:
            return await answer.text()

    async def released(self, number: int, state: str) -> dict[str, Any]:
        """Wait until a release has this state, also while the bot restarts."""
        headers = {"Authorization": f"Bearer {self.demo.editor.announcer.token}"}
        async with asyncio.timeout(WITHIN):
            while True:
                try:
                    url = f"{self.demo.supervisor.url}/api/v1/releases/{number}"
                    async with self.session.get(url, headers=headers) as answer:
                        found = await answer.json() if answer.ok else {"state": ""}
                except ClientError:
                    found = {"state": ""}
                if found["state"] == state:
                    return found
                await asyncio.sleep(0.1)

    async def sign(self, number: int) -> None:
        """Let Amita tick and sign, then Tim."""
        amita = self.person("Amita")
        await opens(amita, lambda: self.press("Amita", f"r{number} website", "Sign off for testers"))
        form = amita.fill(amita.modal, {"Checked": ["Log in works"]})
        assert not (await form.submit()).error
        assert amita.modal is not None
        form = amita.fill(amita.modal, {"Checked": ["Log in works", "Leaderboard loads"]})
        assert not (await form.submit()).error
        assert amita.modal is None
        tim = self.person("Tim")
        await self.press("Tim", f"r{number} website", "Sign off for ops")
        if tim.modal is not None:  # what stands in the menu asks in a form
            assert not (await tim.fill(tim.modal, {}).submit()).error


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    async with running_demo(DemoFolder(tmp_path / "demo"), 0, print) as demo, ClientSession() as session:
        demo.slack.deadline = 30.0
        script = demo.folder.repository / "deploy.py"
        script.write_text(script.read_text(encoding="utf-8").replace('"1.5"', '"0.5"'), encoding="utf-8")
        await demo.editor.repository.commit("Andy", "Deploy faster")
        yield Watched(demo, session)


async def test_the_story(watched: Watched) -> None:
    demo = watched.demo
    await demo.editor.change("Andy", Headline("#ffb454", "Hello"))
    await watched.press("Andy", "1.0.2", "Release to staging")
    await until(lambda: watched.staging.version == "1.0.2")
    assert "--headline: #ffb454;" in await watched.page(watched.staging)
    assert "Nothing has been deployed" in await watched.page(watched.production)
    await watched.sign(1)
    await until(lambda: watched.production.version == "1.0.2")
    assert "<h1>Hello</h1>" in await watched.page(watched.production)
    await watched.released(1, "done")

    await demo.editor.change("Mara", Headline("#ff66aa", "Hello again"))
    await watched.press("Mara", "1.0.3", "Release to staging")
    await until(lambda: watched.staging.version == "1.0.3")
    await watched.sign(2)
    await until(lambda: len(watched.production.deployments()) == 2)
    killed = demo.supervisor.kill()
    assert killed
    await until(lambda: watched.production.version == "1.0.3")
    release = await watched.released(2, "done")
    assert demo.supervisor.pid not in {None, killed}
    assert release["requester"] == "U0MARA"
    assert watched.staging.deployments() == [1, 1]
    assert watched.production.deployments() == [1, 1]

    tim = watched.person("Tim")
    await opens(tim, lambda: tim.command("/release", "rollback production", CHANNEL))
    assert "1.0.2" in tim.reads_modal()
    assert not (await tim.fill(tim.modal, {}).submit()).error
    await until(lambda: watched.production.version == "1.0.2")
    assert "<h1>Hello</h1>" in await watched.page(watched.production)
    assert (await watched.released(3, "done"))["kind"] == "rollback"
    assert watched.production.deployments() == [1, 1, 1]
