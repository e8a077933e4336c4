"""The five minutes in a real browser, as four people, at a desk and in a hand, with nothing grave in anybody's way."""

import pytest
from playwright.async_api import Browser

from bot.demo.stage import Stage
from tests.browser.seat import PATIENCE, Seat, no_picture
from tests.browser.story import Story

DESK, HAND = (1440, 900), (390, 844)


@pytest.mark.long(2.5)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", [DESK, HAND], ids=["desk", "hand"])
async def test_the_five_minutes(stage: Stage, browser: Browser, size: tuple[int, int]) -> None:
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, has_touch=size == HAND)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{stage.slack.url}/")
    story = Story(stage, Seat(page, narrow=size == HAND), no_picture)
    await story.whole()
    assert stage.outlook.guide.done == {step["name"] for step in stage.outlook.guide.panel()["steps"]}
    assert (wrong, story.findings) == ([], [])
