"""The two sites as a browser gets them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.demo.errors import DemoError
from bot.demo.sites import Site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site("staging", tmp_path / "staging")
    await site.server.start()
    yield site
    await site.server.stop()


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def put(site: Site, version: str) -> None:
    release = site.folder / "releases" / f"{version}-run"
    release.mkdir(parents=True)
    (release / "index.html").write_text(f"<h1>{version}</h1>", encoding="utf-8")
    link = site.folder / "next"
    link.symlink_to(release)
    link.replace(site.folder / "current")


async def test_an_empty_site_says_so(site: Site, browser: ClientSession) -> None:
    async with browser.get(site.url) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "Nothing has been deployed to staging yet." in await answer.text()
    async with browser.get(f"{site.url}game.js") as answer:
        assert answer.status == 404


async def test_a_site_without_a_front_page_is_broken(site: Site, browser: ClientSession) -> None:
    put(site, "1.0.1")
    (site.folder / "current" / "index.html").unlink()
    async with browser.get(site.url) as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")
        assert "staging has no front page" in await answer.text()


async def test_each_look_is_a_new_one(site: Site, browser: ClientSession) -> None:
    for version in ("1.0.1", "1.0.2"):
        put(site, version)
        async with browser.get(site.url) as answer:
            assert (answer.headers["Cache-Control"], await answer.text()) == (
                "no-store",
                f"<h1>{version}</h1>",
            )
        assert site.version == version


@pytest.mark.parametrize(
    "path", ["none.css", "%2e%2e/%2e%2e/secret", "..%2f..%2fsecret", "%2fetc%2fpasswd", "."]
)
async def test_only_the_site_is_served(site: Site, browser: ClientSession, path: str) -> None:
    put(site, "1.0.1")
    (site.folder / "secret").write_text("hush", encoding="utf-8")
    async with browser.get(f"{site.url}{path}") as answer:
        assert "hush" not in await answer.text()
        assert answer.status == (200 if path == "." else 404)


async def test_a_port_in_use(site: Site, tmp_path: Path) -> None:
    port = int(site.url.rsplit(":", 1)[1].rstrip("/"))
    with pytest.raises(DemoError, match=f"Port {port}, where this demo has its production site, is in use"):
        await Site("production", tmp_path).server.start(port)
