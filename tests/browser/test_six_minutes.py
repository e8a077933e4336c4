"""The six minutes in a real browser, by mouse and by keys, without errors or accessibility findings."""

import pytest
from playwright.async_api import Browser, ConsoleMessage

from bot.demo.environment import DemoEnvironment
from tests.browser.browser_user import PATIENCE, BrowserUser, no_picture
from tests.browser.story import Story

DESKTOP, PHONE = (1440, 900), (390, 844)


@pytest.mark.long(2.5)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_six_minutes(demo: DemoEnvironment, browser: Browser, size: tuple[int, int]) -> None:
    """On each size one half goes by keys and the other by mouse."""
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE)
    wrong: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", hear)
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{demo.slack.url}/")
    user = BrowserUser(page, narrow=size == PHONE, by_keys=size == DESKTOP)
    story = Story(demo, user, no_picture)
    await story.first_minutes()
    user.by_keys = not user.by_keys
    await story.last_minutes()
    assert demo.progress.guide.done == {step["name"] for step in demo.progress.guide.panel()["steps"]}
    assert demo.again.is_set()
    # The site that was made to fail answers its frame with a 404.
    assert ([each for each in wrong if "404" not in each], story.findings) == ([], [])
