"""The sample's two sites, each served at its own address and never from a cache."""

import re
from collections import Counter
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from bot.demo.errors import DemoError

HOST = "127.0.0.1"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
EMPTY = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nothing here yet</title>
<style>body{display:grid;place-items:center;min-height:90vh;margin:0;background:#0b1020;color:#93a0b8;
font:16px/1.5 system-ui,sans-serif;text-align:center}</style>
<p>Nothing has been deployed to %s yet.</p></html>
"""
_RUN = re.compile(r"^\S+ (began|ended) (\S+) (\S+)$")


class Site:
    """One environment of the sample, served from `folder`/current."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> int:
        """Serve it, on a free port when `port` is 0; return the port.

        Raises DemoError when the port is in use.
        """
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError as error:
            await self.stop()
            message = f"Port {port}, where this demo has its {self.name} site, is in use: end what uses it."
            raise DemoError(message) from error
        taken = int(self._runner.addresses[0][1])
        self.url = f"http://{HOST}:{taken}/"
        return taken

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner:
            await self._runner.cleanup()

    @property
    def version(self) -> str:
        """Return the version that is served, or nothing."""
        served = self.folder / "current"
        return served.readlink().name.rpartition("-")[0] if served.is_symlink() else ""

    def deployments(self) -> list[int]:
        """Return how often the script ran for each deployment; each should be once."""
        return list(self._runs("began").values())

    def ended(self) -> dict[str, int]:
        """Return the deployments that succeeded, and how often each was started."""
        began = self._runs("began")
        return {run: began[run] for run in self._runs("ended") if run in began}

    def under_way(self) -> list[str]:
        """Return the running deployment; a failed one counts until the next begins."""
        ended = self._runs("ended")
        return [run for run in list(self._runs("began"))[-1:] if run not in ended]

    def _runs(self, what: str) -> dict[str, int]:
        """Count for each run how often it began or ended, oldest first."""
        log = self.folder / "deployments.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
        runs = [found[3] for line in lines if (found := _RUN.match(line)) and found[1] == what]
        return dict(Counter(runs))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one file of the release that `current` points to now."""
        top = (self.folder / "current").resolve()
        name = request.match_info["path"] or "index.html"
        if "\0" in name:
            return web.Response(
                status=HTTPStatus.BAD_REQUEST, text="No file has such a name.", headers=HEADERS
            )
        file = (top / name).resolve()
        if file.is_relative_to(top) and file.is_file():
            return web.FileResponse(file, headers=HEADERS)
        if top.is_dir():
            return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such file.", headers=HEADERS)
        return web.Response(
            status=HTTPStatus.NOT_FOUND, text=EMPTY % self.name, content_type="text/html", headers=HEADERS
        )
