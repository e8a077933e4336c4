"""Scenes of one service each, so that many stories share one bot: its channel, its releases, and what people do there."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.local_slack.model import Channel, User, UserGroup
from bot.local_slack.workspace import Workspace
from tests.bot.inside import Inside
from tests.local_slack.chat_user import ChatUser, Pressed, Seen
from tests.world import World

PATIENCE = 45.0
"""Seconds to wait for what has to come: who signed is confirmed again after half a minute, if the clock went on meanwhile."""

HEAD = """\
version: 1
time_zone: Europe/Berlin
people:
  - {name: Andy, slack: [U0ANDY], github: andy}
  - {name: Amita, slack: [U0AMITA, U0AMITA2]}
teams:
  developers: {members: [U0ANDY, U0MARA]}
  testers: {members: [U0AMITA, U0AMITA2, U0ANDY, U0KIM, U0GUEST, U0STRANGER, U0GONE], usergroup: S0TEST}
  ops: {members: [U0TIM, U0OLGA, U0AMITA, U0ANDY]}
ci:
  here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}
services:
"""

SERVICE = """\
  {name}:
    channel: {channel}
    starters: [developers, ops]
    operators: [ops]
    environments:
      - name: staging
        deploy: {{ci: here, command: [./deploy.sh, {name}-staging], timeout: {timeout}}}
      - name: production
        start: {start}
        gates: {gates}
        deploy: {{ci: here, command: [./deploy.sh, {name}-production], timeout: {timeout}}}
"""

EXTRAS = (
    User("U0AMITA2", "Amita again"),
    User("U0KIM", "Kim"),
    User("U0LENA", "Lena"),
    User("U0OLGA", "Olga"),
    User("U0GONE", "Gone", deleted=True),
)
TEST_GROUP = UserGroup("S0TEST", "testers", ("U0LENA",))
ANSWERED = re.compile(r"\br(\d+)\b")


def service(
    name: str, gates: str = "[{sign_off: ops}]", start: str = "automatic", timeout: str = "1m"
) -> str:
    """Write one service of a policy."""
    return SERVICE.format(name=name, channel=channel_of(name), gates=gates, start=start, timeout=timeout)


def channel_of(name: str) -> str:
    return f"C0{name.upper().replace('-', '')}"


def furnished(*services: str) -> Callable[[Workspace], None]:
    """Have the extras brought into the workspace, and each service's channel made with everybody in it."""

    def furnish(workspace: Workspace) -> None:
        for extra in EXTRAS:
            workspace.put_user(extra)
        workspace.put_group(TEST_GROUP)
        for name in services:
            workspace.put_channel(Channel(channel_of(name), name, tuple(workspace.users)))

    return furnish


class Running(Protocol):
    """A bot that runs, wherever it does."""

    @property
    def world(self) -> World:
        """The world around it."""
        ...

    async def until(
        self, holds: Callable[[], bool], what: Callable[[], str] = ..., within: float = ...
    ) -> None:
        """Wait until something holds; otherwise say what it was like in the end."""
        ...


@dataclass(frozen=True)
class RunningScenario:
    """One service of a bot that runs."""

    bot: Running
    service: str

    @property
    def channel(self) -> str:
        return channel_of(self.service)

    def person(self, name: str) -> ChatUser:
        return self.bot.world.person(name)

    async def build(self, version: str, *, known: bool = False, **fields: Any) -> None:  # noqa: ANN401 - fields of the API
        """Report a ready build, or one that is `known` once more."""
        body = {
            "service": self.service,
            "version": version,
            "sha": (version.replace(".", "") + "4be1c9d").ljust(40, "a"),
            "branch": "main",
            "digest": f"sha256:{version}",
            "changes": [{"sha": "c0ffee", "author": "Mara", "title": f"Change of {version}"}],
        } | fields
        status, answer = await self.bot.world.api("POST", "/api/v1/builds", body)
        assert status == (200 if known else 201), answer

    async def types(self, name: str, words: str) -> str:
        """Have somebody type `/release words` here, and give what he is answered; "" when only a form opened."""
        before = len(self.private(name))
        answer = await self.person(name).command("/release", words, self.channel)
        assert not answer.error, answer
        said = self.private(name)
        return said[-1].text if len(said) > before else ""

    def private(self, name: str) -> list[Seen]:
        """List what only this person sees here."""
        return [seen for seen in self.person(name).sees(self.channel) if seen.private]

    async def told(self, name: str, release_action: Callable[[], Awaitable[object]]) -> str:
        """Give what a person is told, for his eyes only, after something that he does."""
        before = len(self.private(name))
        await release_action()
        await self.bot.until(lambda: len(self.private(name)) > before)
        return self.private(name)[-1].text

    async def starts(self, name: str, words: str) -> int:
        """Have somebody start a release and give its number."""
        said = await self.types(name, words)
        found = ANSWERED.match(said)
        assert found, said
        return int(found[1])

    def card(self, number: int) -> Seen | None:
        """Give the card of a release as it is now."""
        cards = [
            seen
            for seen in self.person("Irwin").sees(self.channel)
            if re.match(rf"\S+ \*?r{number} ", seen.text)
        ]
        return next((seen for seen in cards if not seen.private and seen.message.thread_ts is None), None)

    async def shows(self, number: int, *words: str) -> Seen:
        """Wait until a release's card says all of these, on it or on its buttons, and give it."""
        found: list[Seen] = []

        def says() -> bool:
            card = self.card(number)
            if card is None or not all(word in card.text for word in words):
                return False
            found.append(card)
            return True

        await self.bot.until(says, lambda: f"{words} on\n{self.card(number)}")
        return found[-1]

    async def press(self, name: str, label: str, number: int) -> Pressed:
        """Have somebody do something on a release's card as soon as it is offered there.

        That is a button, or an entry of the menu, whose question they answer with yes.
        """
        return await self.person(name).press(await self.offers(number, label), label)

    async def offers(self, number: int, label: str) -> Seen:
        """Wait until a release's card offers something, and give it."""
        await self.bot.until(lambda: self._offers(number, label), lambda: f"{label} on\n{self.card(number)}")
        card = self.card(number)
        assert card is not None
        return card

    def _offers(self, number: int, label: str) -> bool:
        card = self.card(number)
        return card is not None and any(each.startswith(label) for each in (*card.buttons, *card.menu))

    async def thread(self, number: int, words: str) -> str:
        """Wait until a release's thread says something."""
        card = await self.shows(number)
        seen = await self.person("Irwin").until_sees(self.channel, words, thread=card.ts, within=PATIENCE)
        return seen.text

    async def says(self, words: str) -> Seen:
        """Wait until the channel says something."""
        return await self.person("Irwin").until_sees(self.channel, words, within=PATIENCE)

    async def release(self, number: int) -> dict[str, Any]:
        return await self.bot.world.release(number)

    async def until(self, number: int, state: str, environment: str = "") -> dict[str, Any]:
        return await self.bot.world.until(number, state, environment, within=PATIENCE)

    def breaks(self, environment: str, words: str = "502 from web-3") -> None:
        """Let the next deployments to an environment fail with these words."""
        (self.bot.world.directory / "deploy" / f"fail-{self.service}-{environment}").write_text(words + "\n")

    def mends(self, environment: str) -> None:
        (self.bot.world.directory / "deploy" / f"fail-{self.service}-{environment}").unlink()

    def holds(self, environment: str) -> None:
        """Let the next deployments to an environment take until they are let go."""
        (self.bot.world.directory / "deploy" / f"hold-{self.service}-{environment}").touch()

    def lets_go(self, environment: str) -> None:
        (self.bot.world.directory / "deploy" / f"hold-{self.service}-{environment}").unlink()

    async def live(self, version: str) -> int:
        """Bring a build to production the short way, in a service where ops alone sign."""
        await self.build(version)
        number = await self.starts("Mara", f"{version} to staging")
        await self.until(number, "waiting", "production")
        assert "signed" in await self.types("Tim", f"approve r{number} as ops")
        await self.until(number, "done")
        return number


@dataclass(frozen=True)
class ServiceScenario(RunningScenario):
    """One service of the bot inside the test."""

    bot: Inside
