"""People who release a shop: nobody signs for its production, and what lies in its staging is not deployed twice."""

import random
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.crash.people import UserAction, build_report, insist
from tests.crash.stage import BrokenError, Stage
from tests.world import CHANNEL

POLICY = """\
version: 1
time_zone: UTC
people:
  - {name: Andy, slack: [U0ANDY], github: andy}
teams:
  developers: {members: [U0ANDY]}
  ops: {members: [U0TIM]}
ci:
  here: {kind: local, directory: deploy}
services:
  shop:
    channel: C0RELEASES
    repository: tailspin/space-game-shop
    starters: [developers]
    operators: [ops]
    builds: {branch: main}
    environments:
      - {name: staging, deploy: {ci: here, command: [./deploy.sh, staging]}}
      - {name: production, protected: true, signed: false, deploy: {ci: here, command: [./deploy.sh, production]}}
"""

VERSION, CREATED = "7.0", 201
FIRST, TAKEN_OVER, AGAIN = 1, 2, 3
"""Its releases: the first one, the one that takes over what the first one left in staging, and the one that deploys all."""


class ShopPeople:
    """People who release the shop, all of them by typing."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self._stage = stage
        self._chance = chance

    async def build(self) -> None:
        """The build server reports the build."""
        status, _ = await self._stage.api("POST", "/api/v1/builds", build_report(VERSION, "shop"))
        if status != CREATED:
            raise BrokenError(f"the report of shop {VERSION} is answered with {status}")

    async def start(self, number: int, words: str) -> None:
        """Andy starts a release of the build."""

        async def seen() -> bool:
            return bool(await self._stage.release(number))

        await self._do("Andy", f"shop@{VERSION} to {words}", rf"^r{number} (is created|is already)", seen)

    async def cancel(self, number: int) -> None:
        """Andy calls a release off."""

        async def seen() -> bool:
            return (await self._stage.release(number))["state"] == "cancelled"

        await self._do("Andy", f"cancel r{number} not today", f"^r{number} is cancelled", seen)

    async def settle(self, number: int) -> None:
        """Tim says that nothing was deployed."""
        words = f"settle r{number} not-deployed the host was down"
        await self._do("Tim", words, "was not deployed to production", self._has_event(number, "settled"))

    async def retry(self, number: int) -> None:
        """Tim has it tried once more."""
        seen = self._has_event(number, "retry_requested")
        await self._do("Tim", f"retry r{number}", "tries production once more", seen)

    def close_production(self) -> None:
        """Take production's host down: a run that is started deploys nothing and fails."""
        self._refusing.touch()

    def open_production(self) -> None:
        """Bring the host back."""
        self._refusing.unlink()

    @property
    def _refusing(self) -> Path:
        return self._stage.directory / "deploy" / "refuse-production"

    def _has_event(self, number: int, event: str) -> Callable[[], Awaitable[bool]]:
        async def seen() -> bool:
            history = (await self._stage.release(number))["history"]
            return any(line["event"] == event and not line["refused"] for line in history)

        return seen

    async def _do(self, name: str, words: str, expected: str, seen: Callable[[], Awaitable[bool]]) -> None:
        async def act() -> bool:
            return re.search(expected, await self._answer(name, words)) is not None

        await insist(self._stage, UserAction(words, act, seen), self._chance)

    async def _answer(self, name: str, words: str) -> str:
        """Type a command; gives what is answered, empty where nobody answers."""
        await self._stage.there()
        answer = await self._stage.person(name).command("/release", words, CHANNEL)
        said = answer.body.get("text", "") if isinstance(answer.body, dict) else str(answer.body)
        self._stage.heard.append(f"{name} typed {words}: {answer.error or said}")
        return "" if answer.error else said
