"""The routes behind the side panels: changes, kills, failures, forgeries, files to read."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.builds import BuildResult
from bot.demo.cast import DEVELOPERS
from bot.demo.editor import Editor, Headline
from bot.demo.errors import DemoError
from bot.demo.folder import DemoFolder
from bot.demo.progress import Progress


@dataclass(frozen=True, slots=True)
class Buttons:
    """The routes behind the panels; `again` is set when the reader wants to begin from the start."""

    folder: DemoFolder
    editor: Editor
    progress: Progress
    again: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self) -> tuple[web.AbstractRouteDef, ...]:
        """Return all routes."""
        return (
            web.post("/demo/change", self._change),
            web.post("/demo/kill", self._kill),
            web.post("/demo/tamper", self._tamper),
            web.post("/demo/shared", self._shared),
            web.post("/demo/trap", self._trap),
            web.post("/demo/again", self._again),
            web.get("/demo/policy", _text(lambda: self.folder.policy)),
            web.get("/demo/log", _text(lambda: self.folder.log)),
        )

    async def _change(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            headline, author = Headline(_line(body["colour"]), _line(body["words"])), _author(body)
        except (KeyError, TypeError, ValueError, AttributeError):
            return web.json_response({"error": "A change has a colour, words and an author."}, status=400)
        try:
            built = await self.editor.change(author, headline)
        except DemoError as error:
            return _message(str(error))
        if built is None:
            return _message("It says so already: choose another colour or other words.")
        return _message(_outcome(built))

    async def _kill(self, _: web.Request) -> web.Response:
        pid = self.progress.kill_bot()
        return _message(f"Process {pid} was killed." if pid else "It was down already.")

    async def _tamper(self, _: web.Request) -> web.Response:
        tampering = self.progress.tampering
        return _message(
            await tampering.restore() if tampering.altered else await tampering.alter(self.progress.releases)
        )

    async def _shared(self, _: web.Request) -> web.Response:
        self.progress.shared = True
        return _message("")

    async def _trap(self, request: web.Request) -> web.Response:
        try:
            wanted = bool((await request.json())["on"])
        except (KeyError, TypeError, ValueError):
            return web.json_response({"error": "A tick is `on`, true or false."}, status=400)
        if wanted:
            self.folder.trap.touch()
        else:
            self.folder.trap.unlink(missing_ok=True)
        return _message("")

    async def _again(self, _: web.Request) -> web.Response:
        self.again.set()
        return _message("A new demo is being made; this page shows it in a few seconds.")


def _author(body: Mapping[str, Any]) -> str:
    """Return who makes the change: the developer at the page, else the first one."""
    return next((person.name for person in DEVELOPERS if body["as"] == person.id), DEVELOPERS[0].name)


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _outcome(built: BuildResult) -> str:
    if built.failure:
        return f"Build {built.version} failed its tests, so nobody was told: {built.failure}."
    return f"Build {built.version} passed its tests and was announced in the channel."


def _message(message: str) -> web.Response:
    return web.json_response({"message": message})


def _text(file: Callable[[], Path]) -> Callable[[web.Request], Any]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return _shown(file())

    return answer


def _shown(file: Path) -> web.Response:
    """Serve a file as plain text, whatever it contains."""
    if not file.is_file():
        raise web.HTTPNotFound
    return web.Response(text=file.read_text(encoding="utf-8", errors="replace"), content_type="text/plain")
