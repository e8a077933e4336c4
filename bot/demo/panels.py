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


@dataclass(frozen=True, slots=True)
class Panels:
    """Builds the panels from what they show."""

    buttons: Buttons
    sites: Sequence[Site]

    def side_panels(self) -> SidePanels:
        """Return the panels and routes for the page."""
        return SidePanels(self.panels, self.buttons.routes(), AMITA.id, self.lines)

    def panels(self) -> list[Json]:
        """List all panels, top to bottom."""
        newest = self.buttons.editor.builds.newest()
        progress = self.buttons.progress
        return [
            progress.guide.panel(),
            *(_frame(site) for site in self.sites),
            self._changing(),
            self._killing(),
            self._policy(),
            self._tampering(),
            team_panel(),
            *([_link(f"Log of build {newest.version}", f"/demo/builds/{newest.number}")] if newest else []),
            _link("Shiproom's own log", "/demo/log"),
        ]

    def lines(self) -> list[Json]:
        """List commands to type, about the newest release where they are about one."""
        newest = self.buttons.progress.releases[-1:]
        number = f"r{newest[0]['number']}" if newest else "r1"
        typed = [
            {"line": f"/release {usage.replace('r42', number)}", "words": command.summary}
            for command in COMMANDS.values()
            for usage in command.usage[:1]
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
        return f"Shiproom runs as process {supervisor.pid}{again}. kill -9 ends it; deployments go on."

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
            "hint": "Writes into the database behind Shiproom's back, then lets it look.",
            "result": tampering.report
            or f"To look yourself, in a terminal:\n{verifying(self.buttons.folder)}",
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
    counts = site.deployments()
    again = sum(count > 1 for count in counts)
    once = "each ran once" if len(counts) > 1 else "ran once"
    result = once if not again else f"{again} ran more than once"
    return f"{site.name}: {len(counts)} sent, {result}" if counts else f"{site.name}: none sent yet"


def _times(count: int) -> str:
    return "time" if count == 1 else "times"


def _link(title: str, url: str) -> Json:
    return {"kind": "link", "title": title, "url": url}
