"""The side panels of the demo: guide, sites, policy, and working buttons."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.demo.buttons import Buttons
from bot.demo.cast import AMITA
from bot.demo.editor import Headline
from bot.demo.folder import DemoFolder
from bot.demo.sites import Site
from bot.demo.team import team_panel
from bot.local_slack.model import Json
from bot.local_slack.side_panels import SidePanels
from handlers.actions import COMMANDS

SUGGESTED = Headline("#ffb454", "Hello, space")
INTRO = "This Slack runs on your machine only. Shiproom, the bot in it, takes a website to production."
OVER = frozenset({"done", "rejected", "cancelled", "superseded"})
BY_USE = (
    "journey",
    "approve",
    "reject",
    "testing",
    "why",
    "status",
    "where",
    "cancel",
    "retry",
    "rollback",
    "lock",
)
"""Commands in the order in which people need them; the others follow."""


@dataclass(frozen=True, slots=True)
class Panels:
    """Builds the panels from what they show."""

    buttons: Buttons
    sites: Sequence[Site]

    def side_panels(self) -> SidePanels:
        """Return the panels and routes for the page."""
        return SidePanels(self.panels, self.buttons.routes(), AMITA.id, self.lines, INTRO)

    def panels(self) -> list[Json]:
        """List all panels, top to bottom."""
        newest = self.buttons.editor.builds.newest()
        progress = self.buttons.progress
        return [
            progress.guide.panel(),
            *(_frame(site) for site in self.sites),
            self._changing(),
            self._failing(),
            self._killing(),
            self._tampering(),
            self._policy(),
            team_panel(),
            *([_link(f"Build {newest.version}", self._build_url(newest.number))] if newest else []),
            _link("Shiproom's own log", "/demo/log"),
        ]

    def _build_url(self, number: int) -> str:
        return self.buttons.editor.announcer.build_url(number)

    def lines(self) -> list[Json]:
        """List commands to type by use, about the newest open release where they are about one."""
        releases = self.buttons.progress.releases
        newest = [each for each in releases if each["state"] not in OVER][-1:] or releases[-1:]
        number = f"r{newest[0]['number']}" if newest else "r1"
        typed = [
            {
                "line": f"/release {COMMANDS[name].usage[0].replace('r42', number)}",
                "words": COMMANDS[name].summary,
            }
            for name in dict.fromkeys((*BY_USE, *COMMANDS))
        ]
        return [{"line": "/release", "words": "open a form"}, *typed]

    def _changing(self) -> Json:
        done = "change" in self.buttons.progress.guide.done
        shown = self.buttons.editor.headline() if done else SUGGESTED
        return {
            "kind": "button",
            "title": "Make a change",
            "label": "Make a change",
            "post": "/demo/change",
            "hint": "" if done else "A real commit, real tests, a new build.",
            "fields": [
                {"name": "colour", "label": "Colour", "kind": "color", "value": shown.colour},
                {"name": "words", "label": "Words", "kind": "text", "value": shown.words},
            ],
            "pulse": not done,
        }

    def _failing(self) -> Json:
        return {
            "kind": "tick",
            "title": "Make it fail",
            "label": "Make the next deployment to production fail",
            "post": "/demo/trap",
            "on": self.buttons.folder.trap.exists(),
        }

    def _killing(self) -> Json:
        deploying = [site.name for site in self.sites if site.under_way()]
        counted = "\n".join(_counted(site) for site in self.sites)
        return {
            "kind": "button",
            "title": "Kill Shiproom",
            "label": "Kill Shiproom",
            "post": "/demo/kill",
            "hint": f"{deploying[0]} is being deployed now. Dare?" if deploying else self._about_bot(),
            "result": counted,
            "pulse": bool(deploying) and "killed" not in self.buttons.progress.guide.done,
            "danger": True,
        }

    def _about_bot(self) -> str:
        supervisor = self.buttons.progress.supervisor
        restarts = supervisor.restarts
        again = f", started again {restarts} {_times(restarts)}" if restarts else ""
        if not supervisor.ready:
            return "Shiproom is down; it is started again."
        return f"kill -9 for process {supervisor.pid}{again}; deployments go on."

    def _policy(self) -> Json:
        file = self.buttons.folder.policy
        return {
            "kind": "file",
            "title": "The policy: shiproom.yml",
            "url": "/demo/policy",
            "lines": file.read_text(encoding="utf-8").splitlines(),
            "highlights": self.buttons.progress.highlights(file),
        }

    def _tampering(self) -> Json:
        tampering = self.buttons.progress.tampering
        return {
            "kind": "button",
            "title": "Try to cheat",
            "label": "Put it back" if tampering.altered else "Alter a sign-off",
            "post": "/demo/tamper",
            "hint": "Forges a row, then verifies.",
            "result": tampering.report
            and f"{tampering.report}\n\nTo look yourself, in a terminal:\n{verifying(self.buttons.folder)}",
            "danger": not tampering.altered,
        }


def verifying(folder: DemoFolder) -> str:
    """Return the command that checks the history, as one can type it here."""
    here, command = Path.cwd(), Path(sys.executable).with_name("shiproom")
    typed = command.relative_to(here) if command.is_relative_to(here) else command
    return f"DATABASE_URL={folder.database} {typed} audit verify"


def _frame(site: Site) -> Json:
    return {"kind": "frame", "title": site.name, "note": site.version or "empty", "url": site.url}


def _counted(site: Site) -> str:
    """Count an environment's deployments; nothing is said of runs that have not ended."""
    counts, running = site.deployments(), len(site.under_way())
    if not counts:
        return f"{site.name}: none sent yet"
    if running:
        return f"{site.name}: {len(counts)} sent, {'it' if len(counts) == 1 else 'the last one'} is running"
    again = sum(count > 1 for count in counts)
    once = "each ran once" if len(counts) > 1 else "it ran once"
    return f"{site.name}: {len(counts)} sent, {f'{again} ran more than once' if again else once}"


def _times(count: int) -> str:
    return "time" if count == 1 else "times"


def _link(title: str, url: str) -> Json:
    return {"kind": "link", "title": title, "url": url}
