"""One service of a story: what people do, and what each of them sees of it."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.time_words import instant
from tests.local_slack.chat_user import Pressed, Seen
from tests.scenarios.acting import RunningScenario, furnished
from tests.scenarios.turned.bots import Bots, send
from tests.scenarios.turned.pushes import Pushes, said_at
from tests.scenarios.turned.world import TurnedWorld

BERLIN = ZoneInfo("Europe/Berlin")
ONLOOKER = "Irwin"
APPLIED = "policy applied"
"""Who has no part in anything, and reads what everybody can read."""


@dataclass(frozen=True)
class Turned:
    """The bot of a story, the world around it, and the zone in which the story tells times."""

    world: TurnedWorld
    zone: ZoneInfo
    pushes: Pushes

    async def until(
        self, holds: Callable[[], bool], what: Callable[[], str] = lambda: "", within: float = 0.0
    ) -> None:
        """Let everything that is due happen; then it has to hold."""
        del within
        await self.world.settle()
        assert holds(), what()


@dataclass(frozen=True)
class Story(RunningScenario):
    """One service, whose people act one after the other: when one has, all that follows has happened."""

    bot: Turned

    # Time.

    @property
    def now(self) -> datetime:
        """The time of the story, in its zone: also a point from which on to read."""
        return self.bot.world.clock.now().astimezone(self.bot.zone)

    @property
    def shown_time(self) -> str:
        """What a clock on the wall shows, such as `Mon 09:00`."""
        return f"{self.now:%a %H:%M}"

    async def turn(self, to: datetime | timedelta | str) -> None:
        """Turn the clock to `mon 09:00`, `18:00`, `2026-12-01 08:00`, or on `for 2h`; what is due happens on the way."""
        await self.bot.world.turn(self.bot.world.reads(to, self.bot.zone))

    # What people do.

    async def build(self, version: str, *, known: bool = False, **fields: Any) -> None:  # noqa: ANN401 - fields of the API
        await super().build(version, known=known, **fields)
        await self.bot.world.settle()

    async def types(self, name: str, words: str) -> str:
        said = await super().types(name, words)
        await self.bot.world.settle()
        return said

    async def press(self, name: str, label: str, number: int) -> Pressed:
        pressed = await super().press(name, label, number)
        await self.bot.world.settle()
        return pressed

    async def presses(self, name: str, label: str, seen: Seen) -> Pressed:
        """Have somebody press a button of any message that they see, such as a call or a direct message."""
        pressed = await self.person(name).press(seen, label)
        await self.bot.world.settle()
        return pressed

    async def submits(self, name: str, **values: Any) -> None:  # noqa: ANN401 - texts or ticks
        """Have somebody fill in the form that is open, and submit it."""
        person = self.person(name)
        answer = await person.fill(person.modal, values).submit()
        assert not answer.error, answer
        await self.bot.world.settle()

    async def ends(self, environment: str) -> None:
        """Let deployments to an environment end that were held."""
        self.lets_go(environment)
        await self.bot.world.settle()

    async def reloads(self, policy: str) -> None:
        """Have the bot take another policy."""
        world = self.bot.world
        (world.directory / "shiproom.yml").write_text(policy, encoding="utf-8")
        before = world.log().count(APPLIED)
        send(world.pid, signal.SIGHUP)
        for _ in range(1500):
            if world.log().count(APPLIED) > before:
                break
            await asyncio.sleep(0.02)
        await world.settle()
        assert world.log().count(APPLIED) > before, world.log()

    # What is seen.

    def shown(self, number: int) -> Seen:
        """Return the card of a release as it stands in the channel."""
        card = self.card(number)
        assert card is not None, f"r{number} has no card"
        return card

    def lines(self, number: int, since: datetime | None = None) -> list[str]:
        """List what stands in the thread of a release, oldest first, without the card."""
        card = self.shown(number)
        seen = self.person(ONLOOKER).sees(self.channel, card.ts)
        return [each.text for each in _since(seen, since) if each.ts != card.ts]

    def posts(self, since: datetime | None = None) -> list[Seen]:
        """List what everybody sees in the channel: cards, announcements, calls."""
        seen = self.person(ONLOOKER).sees(self.channel)
        return [each for each in _since(seen, since) if not each.private]

    def call(self, words: str) -> Seen:
        """Return the newest message of the channel or a thread with these words: a call for a sign-off, for a decision."""
        workspace = self.bot.world.slack.workspace
        threads = {
            said.thread_ts or said.ts for said in workspace.messages(self.channel) if not said.only_for
        }
        seen = [each for ts in sorted(threads) for each in self.person(ONLOOKER).sees(self.channel, ts)]
        found = sorted((each for each in seen if words in each.text), key=lambda each: each.ts)
        assert found, f"nobody says {words!r}: {[each.text for each in seen]}"
        return found[-1]

    def direct(self, name: str, since: datetime | None = None) -> list[Seen]:
        """List the direct messages that somebody got from the bot."""
        person = self.person(name)
        return _since(person.sees(person.direct().id), since)

    def pushed(self, name: str, since: datetime | None = None) -> list[str]:
        """List what somebody's phone showed: direct messages, and what named them, as it was when it was posted."""
        return self.bot.pushes.of(self.person(name).user.id, since)

    async def waits(self, number: int, environment: str) -> dict[str, Any]:
        """Return the step of a release that waits in an environment; it has to."""
        return await self.step(number, "waiting", environment)

    async def step(self, number: int, state: str, environment: str) -> dict[str, Any]:
        """Return a step of a release, which has to be in a state."""
        shown = await self.bot.world.until(number, state, environment)
        return next(each for each in shown["steps"] if each["environment"] == environment)

    def deployed(self, environment: str) -> list[str]:
        """List what the local CI really ran: version and release, oldest first."""
        lines = self.bot.world.deployed(f"{environment} ")
        return [" ".join(line.split()[1:3]) for line in lines]


def _since(seen: list[Seen], since: datetime | None) -> list[Seen]:
    return [each for each in seen if since is None or said_at(each.message) >= since]


@dataclass(frozen=True)
class Beginning:
    """How a story begins: when, and on which database; `zone` is that of its policy."""

    at: str = "2026-11-27 16:30"
    database: str = ""
    zone: ZoneInfo = BERLIN


@asynccontextmanager
async def turned(
    bots: Bots, directory: Path, policy: str, services: tuple[str, ...], beginning: Beginning
) -> AsyncGenerator[tuple[Story, ...]]:
    """Begin a story: the bot is up, and each service has a channel in which everybody is."""
    begins = instant(datetime.fromisoformat(beginning.at), beginning.zone)
    database = beginning.database or f"sqlite:///{directory / 'shiproom.db'}"
    async with TurnedWorld(directory, database, policy=policy, bots=bots, begins=begins) as world:
        workspace = world.slack.workspace
        furnished(*services)(workspace)
        turned_bot = Turned(world, beginning.zone, Pushes.of_workspace(workspace))
        await world.start()
        yield tuple(Story(turned_bot, each) for each in services)
