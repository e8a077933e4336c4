"""Keeps the guide's eyes open: reads the bot's API and what was said in Slack, and ticks off what it finds done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.builds import Builds
from bot.demo.cast import CHANNEL
from bot.demo.cheat import Cheat
from bot.demo.guide import Guide, Sight
from bot.demo.keeper import Keeper
from bot.demo.lit import lit_lines
from bot.demo.sites import Site
from bot.local_slack.model import Json, Message
from bot.local_slack.workspace import Workspace

ANSWERED = "What r"
_RELEASE = re.compile(r"\br(\d+)\b")


@dataclass(slots=True)
class Outlook:
    """What was seen last; `struck` are the deployments that were under way when the bot was killed."""

    token: str
    keeper: Keeper
    sites: Sequence[Site]
    builds: Builds
    workspace: Workspace
    cheat: Cheat
    guide: Guide = field(default_factory=Guide)
    releases: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    struck: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    shared: bool = False

    def strike(self) -> int | None:
        """Kill the bot, and remember what it was doing; gives the process id that is no more."""
        self.struck |= {(site.name, run) for site in self.sites for run in site.under_way()}
        return self.keeper.kill()

    async def look(self) -> None:
        """Look again; what cannot be asked now, since the bot is down, stays as it was."""
        if self.keeper.ready:
            self.releases = await self._ask() or self.releases
        self.guide.look(self.sight())

    def sight(self) -> Sight:
        """Give what can be seen."""
        return Sight(
            releases=self.releases,
            changes=sum(built.announced for built in self.builds.all()[1:]),
            asked=frozenset(_numbers(self._answers())),
            survived=self._survived(),
            caught=self.cheat.caught,
            shared=self.shared,
        )

    def lit(self, policy: Path) -> list[Json]:
        """Give the lines of the policy behind the newest answer to `why`, as far as they still hold something up."""
        newest = self._answers()[-1:]
        asked = set(_numbers(newest))
        return [
            line
            for release in self.releases
            if release["number"] in asked
            for line in lit_lines(policy, release)
        ]

    def _answers(self) -> list[Message]:
        return [said for said in self._private() if said.text.startswith(ANSWERED)]

    def _private(self) -> list[Message]:
        return [
            said
            for reader in self.workspace.users
            for said in self.workspace.messages(CHANNEL, reader)
            if said.only_for == reader
        ]

    def _survived(self) -> bool:
        """Tell whether a deployment that was under way at a kill has ended, having run once, and the bot is back."""
        counts = {(site.name, run): count for site in self.sites for run, count in site.ended().items()}
        return self.keeper.ready and any(counts.get(each) == 1 for each in self.struck)

    async def _ask(self) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.keeper.url}/api/v1/releases"
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=5)) as session,
                session.get(url, headers=headers) as answer,
            ):
                return (
                    sorted(await answer.json(), key=lambda release: int(release["number"]))
                    if answer.ok
                    else []
                )
        except (ClientError, TimeoutError):
            return []


def _numbers(answers: Sequence[Message]) -> set[int]:
    """Read off answers to `why` which releases they are about."""
    return {int(number) for said in answers for number in _RELEASE.findall(said.text)}
