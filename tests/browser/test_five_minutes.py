"""The five minutes in a real browser, without errors or accessibility findings."""

import pytest
from playwright.async_api import Browser

from bot.demo.environment import DemoEnvironment
from tests.browser.browser_user import PATIENCE, BrowserUser, no_picture
from tests.browser.story import Story

DESKTOP, PHONE = (1440, 900), (390, 844)


@pytest.mark.long(2.5)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_five_minutes(demo: DemoEnvironment, browser: Browser, size: tuple[int, int]) -> None:
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{demo.slack.url}/")
    story = Story(demo, BrowserUser(page, narrow=size == PHONE), no_picture)
    await story.whole()
    assert demo.progress.guide.done == {step["name"] for step in demo.progress.guide.panel()["steps"]}
    assert (wrong, story.findings) == ([], [])
