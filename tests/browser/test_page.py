"""The page by itself, with a small bot behind it: forms and questions, what can be typed, the inspector, keys, both schemes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack.model import BOT, Message
from bot.local_slack.server import LocalSlack
from bot.local_slack.workspace import Workspace
from tests.bot.local_slack.conftest import Watch, populated, served
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, SECRET, make_bot
from tests.browser.seat import Seat

OUTSIDE = "<b>bold</b><img src=x onerror=alert(1)> &lt;i&gt;"


@dataclass(frozen=True, slots=True)
class Desk:
    """Andy's page of a local Slack with a small bot."""

    slack: LocalSlack
    page: Page

    @property
    def box(self) -> Locator:
        return self.page.locator("#composer").get_by_role("textbox")

    @property
    def modal(self) -> Locator:
        return self.page.locator("#modal")

    async def asks(self, words: str) -> None:
        await self.box.fill(f"/release {words}")
        await self.box.press("Escape")
        await self.box.press("Enter")


@pytest.fixture
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    local = LocalSlack(populated(Workspace(Watch())), None, SECRET, BOT_TOKEN, APP_TOKEN)
    local.deadline = 30.0
    await local.start()
    async with ClientSession() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=f"{local.url}/api/", session=session, retry_handlers=[])
        async with served(make_bot(client)) as local.bot_url:
            page = await browser.new_page()
            await page.goto(f"{local.url}/?as=U0ANDY")
            await expect(page.locator("#channel-people")).to_have_text("5 members")
            yield Desk(local, page)
            await page.close()
    await local.stop()


async def test_what_is_typed(desk: Desk) -> None:
    offers = desk.page.get_by_role("option")
    await desk.box.press_sequentially("/rel")
    await expect(offers).to_have_text(["/release"])
    await desk.box.press("Tab")
    await expect(desk.box).to_have_value("/release")
    await expect(offers).to_have_count(0)
    await desk.box.fill("")
    await desk.box.press_sequentially("see @am")
    await desk.box.press("Enter")
    await expect(desk.box).to_have_value("see @Amita ")
    await desk.box.press("Enter")
    await expect(desk.page.locator("#messages .mention")).to_have_text("@Amita")


async def test_a_form_with_errors_update_and_push(desk: Desk) -> None:
    await desk.asks("modal")
    await desk.modal.get_by_label("Build").select_option(index=1)
    await desk.modal.get_by_label("Log in").check()
    for note, seen in (("errors", "Say why"), ("update", "Changed"), ("push", "Back")):
        await desk.modal.get_by_label("Note").fill(note)
        await desk.modal.get_by_role("button", name="Start").click()
        await expect(desk.modal).to_contain_text(seen)
    await desk.page.keyboard.press("Escape")
    await expect(desk.modal).to_be_hidden()


async def test_a_question_before_a_click(desk: Desk) -> None:
    await desk.asks("card")
    sign = desk.page.get_by_role("button", name="Sign off for testers")
    question = desk.page.locator("#confirm")
    await sign.click()
    await expect(question).to_contain_text("2.4.1 for production")
    await question.get_by_role("button", name="Not yet").click()
    await expect(question).to_be_hidden()
    await expect(sign).to_be_visible()
    await sign.press("Enter")
    await question.get_by_role("button", name="Sign", exact=True).press("Enter")
    await expect(desk.page.locator("#messages")).to_contain_text("signed by @Andy")


async def test_text_from_outside_stays_text(desk: Desk) -> None:
    hostile = {"type": "section", "text": {"type": "mrkdwn", "text": OUTSIDE}}
    unheard = {"type": "carousel", "elements": [OUTSIDE]}
    desk.slack.workspace.post(Message(CHANNEL, BOT.id, OUTSIDE, (hostile, unheard)))
    desk.slack.workspace.post(Message(CHANNEL, BOT.id, OUTSIDE))
    shown = desk.page.locator("#messages")
    await expect(shown).to_contain_text("A block of the type “carousel”")
    await expect(shown.locator(".words").last).to_contain_text("<i>")
    assert await shown.locator("img, b, i").count() == 0


async def test_the_inspector(desk: Desk) -> None:
    await desk.page.get_by_role("button", name="Inspector").click()
    await desk.asks("card")
    entry = desk.page.locator(".request").filter(has_text="/release card · Andy")
    await expect(entry).to_contain_text("of 3 s")
    posted = desk.page.locator(".request").filter(has_text="chat.postMessage").first
    await expect(posted).to_contain_text("2 blocks, valid")
    await posted.locator("summary").press("Enter")
    await expect(posted).to_contain_text('"text": "r1 waits"')
    assert await Seat(desk.page).grave_findings("the inspector") == []


async def test_keys_and_the_dark(desk: Desk) -> None:
    await desk.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await desk.asks("card")
    await expect(desk.page.get_by_role("button", name="More")).to_be_visible()
    await desk.page.get_by_role("radio", name="Andy").press("ArrowRight")
    chosen = desk.page.get_by_role("radio", name="Amita")
    await expect(chosen).to_be_checked()
    await expect(chosen).to_be_focused()
    await desk.page.get_by_role("button", name="Shiproom").click()
    await expect(desk.page.locator("#channel-name")).to_have_text("Shiproom")
    assert await Seat(desk.page).grave_findings("dark") == []
    await desk.page.get_by_role("button", name="Colours").click()
    await expect(desk.page.get_by_role("button", name="Colours: Light")).to_be_visible()
    assert await Seat(desk.page).grave_findings("light by choice") == []
