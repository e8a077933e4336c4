"""What stands beside the channel: the two sites, and buttons that change the sample and kill the bot, for real."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.builds import Built
from bot.demo.cast import DEVELOPERS
from bot.demo.keeper import Keeper
from bot.demo.place import DemoError, Place
from bot.demo.sites import Site
from bot.demo.studio import Headline, Studio
from bot.local_slack.beside import BesideApp
from bot.local_slack.model import Json

WHOEVER = "Whoever I am"
SUGGESTED = Headline("#ffb454", "Hello, space")


@dataclass(frozen=True, slots=True)
class Panels:
    """The panels as they are now, and what their buttons do."""

    place: Place
    sites: Sequence[Site]
    studio: Studio
    keeper: Keeper

    def beside(self) -> BesideApp:
        """Give them in the form that the page takes."""
        routes = (
            web.post("/demo/change", self._change),
            web.post("/demo/kill", self._kill),
            web.get("/demo/builds/{number}", self._build_log),
            web.get("/demo/policy", _text(lambda: self.place.policy)),
            web.get("/demo/log", _text(lambda: self.place.log)),
        )
        return BesideApp(self.panels, routes)

    def panels(self) -> list[Json]:
        """Give all panels, top to bottom."""
        newest = self.studio.builds.newest()
        return [
            self._changing(),
            *([_build_note(newest)] if newest else []),
            *(_frame(site) for site in self.sites),
            {"kind": "button", "label": "Kill Shiproom", "post": "/demo/kill", "hint": self._about_bot()},
            _note("Deployments", "\n".join(_counted(site) for site in self.sites)),
            _link("The policy: shiproom.yml", "/demo/policy"),
            *([_link(f"Log of build {newest.version}", f"/demo/builds/{newest.number}")] if newest else []),
            _link("Shiproom's own log", "/demo/log"),
            _note("Is the history whole? In a terminal:", _verifying(self.place)),
        ]

    def _changing(self) -> Json:
        names = [WHOEVER, *(person.name for person in DEVELOPERS)]
        fields = [
            {"name": "colour", "label": "Headline", "kind": "color", "value": SUGGESTED.colour},
            {"name": "words", "label": "Words", "kind": "text", "value": SUGGESTED.words},
            {"name": "author", "label": "Author", "kind": "select", "value": WHOEVER, "options": names},
        ]
        hint = "A real commit, real tests, a new build."
        return {
            "kind": "button",
            "label": "Make a change",
            "post": "/demo/change",
            "hint": hint,
            "fields": fields,
        }

    def _about_bot(self) -> str:
        restarts = self.keeper.restarts
        again = f", started again {restarts} {_times(restarts)}" if restarts else ""
        if not self.keeper.ready:
            return "Shiproom is down; it is started again."
        return f"Shiproom runs as process {self.keeper.pid}{again}. kill -9 ends it; deployments go on."

    async def _change(self, request: web.Request) -> web.Response:
        told = await request.json()
        headline = Headline(_line(told["colour"]), _line(told["words"]))
        try:
            built = await self.studio.change(_author(told), headline)
        except DemoError as error:
            return web.json_response({"message": str(error)})
        if built is None:
            return web.json_response({"message": "It says so already: choose another colour or other words."})
        return web.json_response({"message": _said(built)})

    async def _kill(self, _: web.Request) -> web.Response:
        pid = self.keeper.kill()
        said = f"Process {pid} was killed." if pid else "It is down already."
        return web.json_response({"message": f"{said} The next one is on its way."})

    async def _build_log(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        if not (number.isascii() and number.isdigit()):
            raise web.HTTPNotFound
        return _shown(self.studio.builds.log(int(number)))


def _author(told: Mapping[str, Any]) -> str:
    """Tell who makes the change: the developer who was chosen, else the one at the page, else the first."""
    for person in DEVELOPERS:
        if told["author"] == person.name:
            return person.name
    return next((person.name for person in DEVELOPERS if told["as"] == person.id), DEVELOPERS[0].name)


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _said(built: Built) -> str:
    if built.failure:
        return f"Build {built.version} failed its tests, so nobody was told: {built.failure}."
    return f"Build {built.version} passed its tests and was announced in the channel."


def _build_note(built: Built) -> Json:
    if built.failure:
        return _note("Newest build", f"{built.version} failed: {built.failure}")
    return _note("Newest build", f"{built.version}, commit {built.sha[:7]}, tests passed")


def _frame(site: Site) -> Json:
    return {"kind": "frame", "title": f"{site.name}: {site.version or 'empty'}", "url": site.url}


def _counted(site: Site) -> str:
    counts = site.deployments()
    again = sum(count > 1 for count in counts)
    once = "each ran once" if not again else f"{again} ran more than once"
    return f"{site.name}: {len(counts)} sent, {once}." if counts else f"{site.name}: none yet."


def _verifying(place: Place) -> str:
    """Give the command that checks the history, as it can be typed where the demo was started."""
    here, command = Path.cwd(), Path(sys.executable).with_name("shiproom")
    typed = command.relative_to(here) if command.is_relative_to(here) else command
    return f"DATABASE_URL={place.database} {typed} audit verify"


def _times(count: int) -> str:
    return "time" if count == 1 else "times"


def _note(title: str, text: str) -> Json:
    return {"kind": "note", "title": title, "text": text}


def _link(title: str, url: str) -> Json:
    return {"kind": "link", "title": title, "url": url}


def _text(file: Callable[[], Path]) -> Callable[[web.Request], Any]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return _shown(file())

    return answer


def _shown(file: Path) -> web.Response:
    """Show a file as plain text, whatever stands in it."""
    if not file.is_file():
        raise web.HTTPNotFound
    return web.Response(text=file.read_text(encoding="utf-8", errors="replace"), content_type="text/plain")
