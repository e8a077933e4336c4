"""What people do in the story, and how they insist: told that it is done, it is done; told nothing, they look or try again."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.crash.stage import PATIENCE, BrokenError, Stage
from tests.local_slack.chat_user import ChatUser, Seen
from tests.virtual_clock import SPEED
from tests.world import CHANNEL

AT_ONCE = 1.5
"""A click taken within so many seconds of the bot's time is done: later he may be told that it is not confirmed yet."""


_LOOKS = 30
_NO_ANSWER = ("Not confirmed yet", "Something went wrong in Shiproom")
"""What the bot says when it cannot say what was asked."""


@dataclass(frozen=True, slots=True)
class UserAction:
    """Something that somebody wants done: `act` says whether he was told that it is, `seen` whether it shows."""

    name: str
    act: Callable[[], Awaitable[bool]]
    seen: Callable[[], Awaitable[bool]]


async def insist(stage: Stage, action: UserAction, chance: random.Random) -> None:
    """Do something until it shows. Raises BrokenError where it was confirmed and does not show (G4)."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                await stage.there()
                confirmed = await action.act()
                if not confirmed and chance.random() < 0.5:
                    continue
                if await action.seen():
                    return
                if confirmed:
                    raise BrokenError(
                        f"{action.name} was confirmed and is lost: {said_last(stage)}\n{stage.log()[-4000:]}"
                    )
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise BrokenError(
            f"{action.name} cannot be done: {said_last(stage)}\n{stage.log()[-4000:]}"
        ) from None


def said_last(stage: Stage) -> str:
    """Give what happened last to people: what they were answered, and what stands in their modals."""
    views = stage.slack.workspace.modals
    modals = [view for user in stage.slack.workspace.users if (view := views.top(user)) is not None]
    return " | ".join([*stage.heard[-6:], *(f"modal {view.errors} {view.trouble}" for view in modals)])


class People:
    """The people of the story. Those of the second round click where those of the first type."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self._stage = stage
        self._chance = chance

    async def _insist(self, action: UserAction) -> None:
        await insist(self._stage, action, self._chance)

    async def _types(self, name: str, words: str, expected: str) -> bool:
        """Type a command; it is confirmed by the words it is answered with."""
        answer = await self._stage.person(name).command("/release", words, CHANNEL)
        text = answer.body.get("text", "") if isinstance(answer.body, dict) else answer.body
        self._stage.heard.append(f"{name} typed {words}: {answer.error or text}")
        return not answer.error and re.search(expected, text) is not None

    async def _presses(self, name: str, label: str, about: str) -> bool:
        """Press a button as soon as a message has it; it is confirmed by being taken soon, and not refused."""
        person = self._stage.person(name)
        seen = await self._button(person, label, about)
        if seen is None:
            return False
        before, loop = len(person.sees(CHANNEL)), asyncio.get_running_loop()
        began = loop.time()
        pressed = await person.click(seen, label)
        self._stage.heard.append(f"{name} pressed {label}: {pressed.error or 'taken'}")
        if pressed.error or (loop.time() - began) * SPEED > AT_ONCE:
            return False
        await asyncio.sleep(0.02)
        return not any(said.private for said in person.sees(CHANNEL)[before:])

    async def _button(self, person: ChatUser, label: str, about: str) -> Seen | None:
        """Wait a while for a button; where it does not come, what it stands for may be done already."""
        for _ in range(_LOOKS):
            for seen in reversed(person.sees(CHANNEL)):
                if about in seen.text and any(button.startswith(label) for button in seen.buttons):
                    return seen
            await asyncio.sleep(0.03)
        return None

    async def build(self, version: str) -> None:
        """The build server reports a build until it is told that it is known."""

        async def report() -> bool:
            try:
                status, _ = await self._stage.api("POST", "/api/v1/builds", build_report(version))
            except (aiohttp.ClientError, TimeoutError):
                return False
            return status in {200, 201}

        async def seen() -> bool:
            return await self._reads("builds", version)

        await self._insist(UserAction(f"the report of {version}", report, seen))

    async def _reads(self, words: str, expected: str) -> bool:
        """Irwin asks, again where nobody answers."""
        while True:
            await self._stage.there()
            answer = await self._stage.person("Irwin").command("/release", words, CHANNEL)
            said = str(answer.body)
            if not answer.error and not any(excuse in said for excuse in _NO_ANSWER):
                return expected in said

    async def start(self, number: int, version: str, *, clicking: bool) -> None:
        """Andy starts a build's journey."""

        async def act() -> bool:
            if clicking:
                return await self._presses("Andy", "Release to staging", f"{version} *is ready*")
            expected = rf"^r{number} (is created|is requested|is already requested)"
            return await self._types("Andy", f"website@{version} to staging", expected)

        async def seen() -> bool:
            return bool(await self._stage.release(number))

        await self._insist(UserAction(f"the start of {version}", act, seen))

    async def test(self, number: int, *, clicking: bool) -> None:
        """Amita says that she is testing."""

        async def act() -> bool:
            if clicking:
                return await self._presses("Amita", "Start testing", f"r{number} website")
            return await self._types("Amita", f"testing r{number}", "^You are testing")

        async def seen() -> bool:
            history = (await self._stage.release(number))["history"]
            return any(line["event"] == "testing_started" and not line["refused"] for line in history)

        await self._insist(UserAction(f"testing r{number}", act, seen))

    async def sign_with_ticks(self, number: int, *, clicking: bool) -> None:
        """Amita signs off, with every tick of the checklist."""
        amita = self._stage.person("Amita")

        async def act() -> bool:
            if amita.modal is None and clicking:
                await self._presses("Amita", "Sign off for testers", f"r{number} website")
            elif amita.modal is None:
                await self._types("Amita", f"approve r{number} as testers", "")
            return await self._sends_off(amita, {"Checked": True, "Note": "all fine"})

        await self._insist(
            UserAction(f"the testers' sign-off of r{number}", act, self._signed(number, "testers"))
        )
        self._stage.slack.workspace.modals.clear(amita.user.id)

    async def sign(self, number: int, *, clicking: bool) -> None:
        """Tim signs off."""

        async def act() -> bool:
            if clicking:
                return await self._presses("Tim", "Sign off for ops", f"r{number} website")
            return await self._types("Tim", f"approve r{number} as ops", "^You have signed")

        await self._insist(UserAction(f"ops' sign-off of r{number}", act, self._signed(number, "ops")))

    def _signed(self, number: int, team: str) -> Callable[[], Awaitable[bool]]:
        async def seen() -> bool:
            steps = (await self._stage.release(number))["steps"]
            return any(signed["team"] == team for step in steps for signed in step["sign_offs"])

        return seen

    async def _sends_off(self, person: ChatUser, values: dict[str, Any]) -> bool:
        """Send a modal off; where it stays open with trouble they send it again the next time, or begin again."""
        if person.modal is None:
            return False
        answer = await person.fill(person.modal, values).submit()
        self._stage.heard.append(
            f"{person.user.name} sent a form off: {answer.error or answer.body or 'taken'}"
        )
        if not answer.error and not answer.body:
            return True
        if self._chance.random() < 0.5:
            self._stage.slack.workspace.modals.clear(person.user.id)
        return False

    async def roll_back(self, number: int) -> None:
        """Tim rolls production back, and confirms the version."""
        tim = self._stage.person("Tim")

        async def act() -> bool:
            if tim.modal is None:
                await self._types("Tim", "rollback production checkout is broken", "")
            return await self._sends_off(tim, {})

        async def seen() -> bool:
            return (await self._stage.release(number)).get("kind") == "rollback"

        await self._insist(UserAction("the rollback", act, seen))
        self._stage.slack.workspace.modals.clear(tim.user.id)

    async def unlock(self) -> None:
        """Tim opens production again."""

        async def act() -> bool:
            return await self._types("Tim", "unlock production", "is open again")

        async def seen() -> bool:
            return not await self._reads("where", "locked by")

        await self._insist(UserAction("the unlocking", act, seen))


def build_report(version: str, service: str = "website") -> dict[str, Any]:
    """Give what the build server reports of a build."""
    return {
        "service": service,
        "version": version,
        "sha": (version.replace(".", "") + "4be1c9d").ljust(40, "a"),
        "branch": "main",
        "url": f"https://ci.example.org/{version}",
        "digest": f"sha256:{version}",
        "changes": [
            {"sha": version.replace(".", "") + "c0ffee", "author": "Mara", "title": "Faster leaderboard"}
        ],
    }
