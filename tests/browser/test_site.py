"""The site of docs/, opened from a folder on a desktop and a phone: it fits, asks for nothing, and its search works."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize

from tests.docs import site

FOUND = {
    "restore": "Restore",
    "rotate token": "Rotate a token",
    "readyz 503": "readyz is 503",
    "lost records": "When records are lost",
}
"""What is looked for, and how the first answer begins."""


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_site_from_a_folder(browser: Browser, width: int, tmp_path: Path) -> None:
    there = site.built(site.copied(tmp_path))
    page = await browser.new_page(viewport=ViewportSize(width=width, height=844))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in sorted(there.glob("*.html")):
        if path.name != "404.html":
            await page.goto(path.as_uri())
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path.name
            assert await page.evaluate(
                "[...document.images].every(each => each.complete && each.naturalWidth)"
            )
    for words, answer in FOUND.items():
        await page.goto((there / "index.html").as_uri())
        await page.keyboard.press("Control+k")
        box = page.get_by_role("textbox", name="Search").or_(page.get_by_role("combobox", name="Search"))
        await box.fill(words)
        first = page.get_by_role("option").first
        await first.wait_for()
        assert (await first.inner_text()).startswith(answer)
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
