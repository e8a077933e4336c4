"""Observes the demo through the bot's API and Slack, and updates the guide."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.demo.builds import Builds
from bot.demo.guide import Guide, Observation
from bot.demo.highlight import highlighted_lines
from bot.demo.sites import Site
from bot.demo.supervisor import Supervisor
from bot.demo.tamper import Tampering
from bot.local_slack.inspector import Inspector
from bot.local_slack.model import Json

_RELEASE = re.compile(r"\br(\d+)\b", re.IGNORECASE)


@dataclass(slots=True)
class Progress:
    """The last observation of the demo.

    `interrupted` are the deployments that ran when the bot was killed, `inspector` what was typed and answered.
    """

    token: str
    supervisor: Supervisor
    sites: Sequence[Site]
    builds: Builds
    tampering: Tampering
    inspector: Inspector | None = None
    guide: Guide = field(default_factory=Guide)
    releases: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    interrupted: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    shared: bool = False

    def kill_bot(self) -> int | None:
        """Kill the bot and note what was being deployed; return its process id."""
        self.interrupted |= {(site.name, run) for site in self.sites for run in site.under_way()}
        return self.supervisor.kill()

    async def update(self) -> None:
        """Observe again; what the bot cannot answer while it is down stays as it was."""
        if self.supervisor.ready:
            self.releases = await self._ask() or self.releases
        self.guide.update(self.observe())

    def observe(self) -> Observation:
        """Return what can be observed now."""
        return Observation(
            releases=self.releases,
            changes=sum(built.announced for built in self.builds.all()[1:]),
            asked=frozenset(self._asked()),
            survived=self._survived(),
            caught=self.tampering.caught,
            shared=self.shared,
        )

    def highlights(self, policy: Path) -> list[Json]:
        """Return the policy lines behind the newest answer to `why` that still apply."""
        asked = self._asked()[-1:]
        return [
            line
            for release in self.releases
            if release["number"] in asked
            for line in highlighted_lines(policy, release)
        ]

    def _asked(self) -> list[int]:
        """List the releases that somebody asked `why` about: the one they named, or the first that the answer names."""
        entries = self.inspector.entries if self.inspector else ()
        asked = [each for each in entries if str(each["payload"].get("text", "")).lower().startswith("why")]
        told = [_RELEASE.search(f"{each['payload']['text']} {json.dumps(each['answer'])}") for each in asked]
        return [int(found[1]) for found in told if found]

    def _survived(self) -> bool:
        """Tell whether a deployment interrupted by a kill has ended, in one run."""
        counts = {(site.name, run): count for site in self.sites for run, count in site.ended().items()}
        return self.supervisor.ready and any(counts.get(each) == 1 for each in self.interrupted)

    async def _ask(self) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.supervisor.url}/api/v1/releases"
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
