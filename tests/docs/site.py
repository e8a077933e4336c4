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

UNREAD = re.compile(r"(?:^|\n)\s*(?:[-*+] |\d+\. |\|.*\|\s*$|```)", re.MULTILINE)
"""Markdown that is left in a paragraph: a list, a table or a block that was not taken for one."""

IN_CSS = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import\s+[\"'](?:https?:)?//", re.IGNORECASE)


ANSI = re.compile(r"\x1b\[[0-9;]*m")
ISSUE = re.compile(r"Warning: (.*)\n.*?\[ (\S+) \]")
BELOW = "the site has only what is below docs/, so that a file above it is named as code, not linked"


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
    said = ANSI.sub("", done.stdout + done.stderr)
    issues = [f"{where} {what}" for what, where in ISSUE.findall(said)] or [said]
    assert done.returncode == 0, "\n".join([f"`make docs` would end; {BELOW}:", *issues])
    return folder / "build" / "site"


HOW = (
    "begin a list, a table or a block after an empty line, and indent what belongs to an item by four spaces"
)


@dataclass
class Page(HTMLParser):
    """The links, the loaded files and the places of one page."""

    links: list[str] = field(default_factory=list[str])
    loaded: list[str] = field(default_factory=list[str])
    places: set[str] = field(default_factory=set[str])
    texts: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        super().__init__()
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag names."""
        if tag in {"p", "code", "pre"}:
            self._within.append(tag)
            self.texts += [""] if tag == "p" else []
        given = {name: value for name, value in attrs if value is not None}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in LOADED and LOADED[tag] in given and given.get("rel") not in {"canonical", "prev", "next"}:
            self.loaded.append(given[LOADED[tag]])

    def handle_endtag(self, tag: str) -> None:
        """Note where a paragraph or some code ends."""
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        """Keep the text of paragraphs; code in them is one word."""
        if "p" in self._within:
            self.texts[-1] += "code" if {"code", "pre"} & set(self._within) else data


def read(path: Path) -> Page:
    """Read a page of the site."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def is_outside(address: str) -> bool:
    """Return whether an address leaves the site."""
    return address.startswith("//") or urlsplit(address).scheme in {"http", "https", "mailto"}


def problems(site: Path) -> Iterator[str]:
    """List the dead links inside a site, Markdown that was not read, and what is loaded from outside."""
    pages = {path: read(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
    for path, page in pages.items():
        for problem in (*_loaded(page), *_unread(page), *_dead(path, page, pages)):
            yield f"{path.relative_to(site).as_posix()} {problem}"
    for path in sorted(site.rglob("*.css")):
        if IN_CSS.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site).as_posix()} loads something from outside"


def _loaded(page: Page) -> Iterator[str]:
    for address in filter(is_outside, page.loaded):
        yield f"loads {address}: nothing on a page may come from outside"


def _unread(page: Page) -> Iterator[str]:
    for text in page.texts:
        if found := UNREAD.search(text):
            yield f"has {text[found.start() :].strip()[:60]!r} as text: {HOW}"


def _dead(path: Path, page: Page, pages: dict[Path, Page]) -> Iterator[str]:
    for address in [*page.links, *page.loaded]:
        inside = not is_outside(address) and not urlsplit(address).scheme
        if inside and not _leads(path, address, pages):
            yield f"links to {address}, which is not there: correct docs/, or nav in zensical.toml"


def _leads(path: Path, address: str, pages: dict[Path, Page]) -> bool:
    split = urlsplit(address)
    target = (path.parent / unquote(split.path)).resolve() if split.path else path.resolve()
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    found = pages.get(target)
    return not split.fragment or found is None or unquote(split.fragment) in found.places
