"""The sample's two sites, each served at its own address and never from a cache."""

import fcntl
import re
from collections import Counter
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from bot.demo.serving import Server

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
NOTICE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>%(title)s</title>
<style>body{display:grid;place-items:center;min-height:90vh;margin:0;background:#0b1020;color:#93a0b8;
font:16px/1.5 system-ui,sans-serif;text-align:center}</style>
<p>%(words)s</p></html>
"""
EMPTY = ("Nothing here yet", "Nothing has been deployed to {site} yet.")
BROKEN = ("Broken", "404: {site} has no front page.")
_RUN = re.compile(r"^\S+ (began|ended) (\S+) (\S+)$")


class Site:
    """One environment of the sample, served from `folder`/current."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.server = Server(name)
        self.server.app.router.add_get("/{path:.*}", self._serve)

    @property
    def url(self) -> str:
        """Return the address of the site, once it is served."""
        return self.server.url

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
        """Return the running deployment: its script keeps a lock for as long as it lives."""
        ended = self._runs("ended")
        newest = [run for run in list(self._runs("began"))[-1:] if run not in ended]
        return newest if newest and self._locked() else []

    def _locked(self) -> bool:
        lock = self.folder / "deploying.lock"
        if not lock.exists():
            return False
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

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
        if name != "index.html":
            return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such file.", headers=HEADERS)
        # Nobody did anything wrong while nothing is there, and a browser reports each 404 as an error.
        title, words = BROKEN if top.is_dir() else EMPTY
        status = HTTPStatus.NOT_FOUND if top.is_dir() else HTTPStatus.OK
        page = NOTICE % {"title": title, "words": words.format(site=self.name)}
        return web.Response(status=status, text=page, content_type="text/html", headers=HEADERS)
