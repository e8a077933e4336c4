"""Builds the site as `make docs` does, and finds dead links inside it and what it loads from outside."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.house.tree import ROOT

LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}
"""What a browser asks for by itself when it shows a page."""

IN_CSS = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//", re.IGNORECASE)


def copied(folder: Path) -> Path:
    """Copy what the site is made of into a folder."""
    shutil.copytree(ROOT / "docs", folder / "docs")
    for name in ("CHANGELOG.md", "zensical.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


def built(folder: Path) -> Path:
    """Build the site of a folder; raises AssertionError with what Zensical says of dead links and headings."""
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("  File")]
    assert done.returncode == 0, "\n".join(["`make docs` would end:", *said])
    return folder / "build" / "site"


@dataclass
class Page(HTMLParser):
    """The links, the loaded files and the places of one page."""

    links: list[str] = field(default_factory=list[str])
    loaded: list[str] = field(default_factory=list[str])
    places: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag names."""
        given = {name: value for name, value in attrs if value is not None}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in LOADED and LOADED[tag] in given and given.get("rel") not in {"canonical", "prev", "next"}:
            self.loaded.append(given[LOADED[tag]])


def read(path: Path) -> Page:
    """Read a page of the site."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def is_outside(address: str) -> bool:
    """Return whether an address leaves the site."""
    return address.startswith("//") or urlsplit(address).scheme in {"http", "https", "mailto"}


def problems(site: Path) -> Iterator[str]:
    """List the dead links inside a site, and what its pages and styles load from outside."""
    pages = {path: read(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for address in page.loaded:
            if is_outside(address):
                yield f"{name} loads {address}: nothing on a page may come from outside"
        for address in [*page.links, *page.loaded]:
            if not is_outside(address) and not urlsplit(address).scheme and not _leads(path, address, pages):
                yield f"{name} links to {address}, which is not there: correct docs/, or nav in zensical.toml"
    for path in sorted(site.rglob("*.css")):
        if IN_CSS.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site).as_posix()} loads something from outside"


def _leads(path: Path, address: str, pages: dict[Path, Page]) -> bool:
    split = urlsplit(address)
    target = (path.parent / unquote(split.path)).resolve() if split.path else path.resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    found = pages.get(target)
    return not split.fragment or found is None or unquote(split.fragment) in found.places
