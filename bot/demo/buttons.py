"""What the buttons beside the channel do, for real: commits, kills, forgeries; and the files that one can look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.builds import Built
from bot.demo.cast import DEVELOPERS
from bot.demo.outlook import Outlook
from bot.demo.place import DemoError, Place
from bot.demo.studio import Headline, Studio


@dataclass(frozen=True, slots=True)
class Buttons:
    """The routes behind the panels."""

    place: Place
    studio: Studio
    outlook: Outlook

    def routes(self) -> tuple[web.AbstractRouteDef, ...]:
        """Give all of them."""
        return (
            web.post("/demo/change", self._change),
            web.post("/demo/kill", self._kill),
            web.post("/demo/cheat", self._cheat),
            web.post("/demo/shared", self._shared),
            web.get("/demo/builds/{number}", self._build_log),
            web.get("/demo/policy", _text(lambda: self.place.policy)),
            web.get("/demo/log", _text(lambda: self.place.log)),
        )

    async def _change(self, request: web.Request) -> web.Response:
        told = await request.json()
        headline = Headline(_line(told["colour"]), _line(told["words"]))
        try:
            built = await self.studio.change(_author(told), headline)
        except DemoError as error:
            return _said(str(error))
        if built is None:
            return _said("It says so already: choose another colour or other words.")
        return _said(_outcome(built))

    async def _kill(self, _: web.Request) -> web.Response:
        pid = self.outlook.strike()
        said = f"Process {pid} was killed." if pid else "It is down already."
        return _said(f"{said} The next one is on its way.")

    async def _cheat(self, _: web.Request) -> web.Response:
        cheat = self.outlook.cheat
        return _said(await cheat.put_back() if cheat.altered else await cheat.alter(self.outlook.releases))

    async def _shared(self, _: web.Request) -> web.Response:
        self.outlook.shared = True
        return _said("")

    async def _build_log(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        if not (number.isascii() and number.isdigit()):
            raise web.HTTPNotFound
        return _shown(self.studio.builds.log(int(number)))


def _author(told: Mapping[str, Any]) -> str:
    """Tell who makes the change: the developer at the page, else the first."""
    return next((person.name for person in DEVELOPERS if told["as"] == person.id), DEVELOPERS[0].name)


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _outcome(built: Built) -> str:
    if built.failure:
        return f"Build {built.version} failed its tests, so nobody was told: {built.failure}."
    return f"Build {built.version} passed its tests and was announced in the channel."


def _said(message: str) -> web.Response:
    return web.json_response({"message": message})


def _text(file: Callable[[], Path]) -> Callable[[web.Request], Any]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return _shown(file())

    return answer


def _shown(file: Path) -> web.Response:
    """Show a file as plain text, whatever stands in it."""
    if not file.is_file():
        raise web.HTTPNotFound
    return web.Response(text=file.read_text(encoding="utf-8", errors="replace"), content_type="text/plain")
