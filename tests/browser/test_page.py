"""The page with a small bot: forms, dialogs, typing, inspector, keys, schemes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Locator, Page, Route, ViewportSize, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.charts import Chart, Series, chart_blocks
from bot.local_slack.model import BOT, Channel, ChatMessage, Json
from bot.local_slack.naming import named
from bot.local_slack.side_panels import SidePanels
from bot.local_slack.workspace import Workspace
from tests.bot.local_slack.conftest import populated, served
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, SECRET, card, make_bot
from tests.browser.browser_user import BrowserUser
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock

OUTSIDE = "<b>bold</b><img src=x onerror=alert(1)> &lt;i&gt;"


@dataclass(frozen=True, slots=True)
class WebUi:
    """Andy's page of a local Slack with a small bot."""

    slack: SlackForTests
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
async def web_ui(browser: Browser) -> AsyncIterator[WebUi]:
    local = SlackForTests(populated(Workspace(ManualClock().now)), None, SECRET, BOT_TOKEN, APP_TOKEN)
    local.deadline = 30.0
    await local.start()
    async with ClientSession() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=f"{local.url}/api/", session=session, retry_handlers=[])
        async with served(make_bot(client)) as local.bot_url:
            page = await browser.new_page(locale="en-GB", timezone_id="Asia/Tokyo")
            await page.goto(f"{local.url}/?as=U0ANDY")
            await expect(page.locator("#channel-people")).to_have_text("5 members")
            yield WebUi(local, page)
            await page.close()
    await local.stop()


async def test_what_is_typed(web_ui: WebUi) -> None:
    offers = web_ui.page.get_by_role("option")
    await web_ui.box.press_sequentially("/rel")
    await expect(offers).to_have_text(["/release"])
    await web_ui.box.press("Tab")
    await expect(web_ui.box).to_have_value("/release")
    await expect(offers).to_have_count(0)
    await web_ui.box.fill("")
    await web_ui.box.press_sequentially("see @am")
    await web_ui.box.press("Enter")
    await expect(web_ui.box).to_have_value("see @Amita ")
    await web_ui.box.press("Enter")
    await expect(web_ui.page.locator("#messages .mention")).to_have_text("@Amita")


async def test_a_form_with_errors_update_and_push(web_ui: WebUi) -> None:
    await web_ui.asks("modal")
    await web_ui.modal.get_by_label("Build").select_option(index=1)
    await web_ui.modal.get_by_label("Log in").check()
    for note, seen in (("errors", "Say why"), ("update", "Changed"), ("push", "Back")):
        await web_ui.modal.get_by_label("Note").fill(note)
        await web_ui.modal.get_by_label("Note").press("ControlOrMeta+Enter")
        await expect(web_ui.modal).to_contain_text(seen)
    await web_ui.page.keyboard.press("Escape")
    await expect(web_ui.modal).to_be_hidden()
    await expect(web_ui.box).to_be_focused()


async def test_a_question_before_a_click(web_ui: WebUi) -> None:
    await web_ui.asks("card")
    sign = web_ui.page.get_by_role("button", name="Sign off for testers")
    question = web_ui.page.locator("#confirm")
    await sign.click()
    await expect(question).to_contain_text("2.4.1 for production")
    await question.get_by_role("button", name="Not yet").click()
    await expect(question).to_be_hidden()
    await expect(sign).to_be_focused()
    await sign.press("Enter")
    await question.get_by_role("button", name="Sign", exact=True).press("Enter")
    await expect(web_ui.page.locator("#messages")).to_contain_text("signed by @Andy")
    await expect(web_ui.page.locator("#messages article").first).to_be_focused()


async def test_a_few_keys_lead_to_the_newest_card(web_ui: WebUi) -> None:
    for _ in range(3):
        blocks = named(card("r1 waits"), count(1))
        web_ui.slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "r1 waits", blocks))
    newest = web_ui.page.get_by_role("button", name="Sign off for testers").nth(2)
    await expect(newest).to_be_visible()
    await web_ui.page.evaluate("document.activeElement.blur()")
    for key in ("Tab", "Enter", "Tab", "Tab"):
        await web_ui.page.keyboard.press(key)
    await expect(newest).to_be_focused()
    await web_ui.page.get_by_role("log", name="Messages").press("ArrowUp")
    await expect(web_ui.page.locator("#messages article").last).to_be_focused()
    await web_ui.page.keyboard.press("ArrowUp")
    await expect(web_ui.page.locator("#messages article").nth(-2)).to_be_focused()


async def test_a_menu_by_mouse_and_by_keys(web_ui: WebUi) -> None:
    await web_ui.asks("card")
    more = web_ui.page.get_by_role("button", name="More actions")
    entries = web_ui.page.get_by_role("menuitem")
    await more.click()
    await expect(more).to_have_attribute("aria-expanded", "true")
    await entries.filter(has_text="Why").click()
    shown = web_ui.page.locator("#messages")
    await expect(shown).to_contain_text("overflow: Why, {}")
    await expect(entries).to_have_count(0)
    await more.press("ArrowDown")
    await expect(entries.first).to_be_focused()
    await entries.first.press("Escape")
    await expect(more).to_be_focused()
    await more.press("Enter")
    await entries.first.press("ArrowDown")
    assert await BrowserUser(web_ui.page).grave_findings("an open menu") == []
    await entries.last.press("Enter")
    await expect(shown).to_contain_text("overflow: Cancel r1, {}")
    await expect(more).to_have_attribute("aria-expanded", "false")


async def test_times_are_the_readers_own(web_ui: WebUi) -> None:
    await web_ui.page.clock.set_fixed_time("2026-11-28T23:30:00Z")
    said = (
        "<!date^1795907700^{date_short_pretty} {time}|UTC> and <!date^1795821300^\u200b{date_pretty}|UTC>"
        " and <!date^1392734382^{date_num} {date_short} {time_secs}^https://example.org|UTC>"
        " and <!date^1795907700^{ago} {nothing}|UTC> and <!date^soon^{time}|soon>"
    )
    web_ui.slack.workspace.post(ChatMessage(CHANNEL, BOT.id, said))
    await expect(web_ui.page.locator("#messages .words").last).to_have_text(
        "Today 08:15 and \u200byesterday and 2014-02-18 18 Feb 2014 23:39:42 and 15 minutes ago {nothing} and soon"
    )
    assert await web_ui.page.locator("#messages a time").count() == 1


async def test_text_from_outside_stays_text(web_ui: WebUi) -> None:
    hostile = {"type": "section", "text": {"type": "mrkdwn", "text": OUTSIDE}}
    unheard = {"type": "carousel", "elements": [OUTSIDE]}
    web_ui.slack.workspace.post(ChatMessage(CHANNEL, BOT.id, OUTSIDE, (hostile, unheard)))
    web_ui.slack.workspace.post(ChatMessage(CHANNEL, BOT.id, OUTSIDE))
    shown = web_ui.page.locator("#messages")
    await expect(shown).to_contain_text("A block of the type “carousel”")
    await expect(shown.locator(".words").last).to_contain_text("<i>")
    assert await shown.locator("img, b, i").count() == 0


async def test_the_inspector(web_ui: WebUi) -> None:
    await web_ui.page.get_by_role("button", name="Inspector").click()
    await web_ui.asks("card")
    entry = web_ui.page.locator(".request").filter(has_text="/release card · Andy")
    await expect(entry).to_contain_text("of 3 s")
    posted = web_ui.page.locator(".request").filter(has_text="chat.postMessage").first
    await expect(posted).to_contain_text("2 blocks, valid")
    await posted.locator("summary").press("Enter")
    await expect(posted).to_contain_text('"text": "r1 waits"')
    assert await BrowserUser(web_ui.page).grave_findings("the inspector") == []


def with_guide(web_ui: WebUi) -> Json:
    """Give the page a guide of one step, with texts to paste; return the step, which is not done."""
    step = {
        "name": "team",
        "title": "Use it with your team",
        "text": "Paste this",
        "pastes": True,
        "done": False,
    }
    end = {
        "title": "The end",
        "lines": ["You saw it"],
        "next": "Next",
        "label": "Start again",
        "post": "/again",
    }
    guide: Json = {"kind": "guide", "title": "Six minutes", "steps": [step], "end": end}
    texts: list[Json] = [
        {"title": title, "text": title, "parts": []} for title in ("With GitHub", "Just watching")
    ]
    web_ui.slack.web_ui.side_panels = SidePanels(
        lambda: [guide, {"kind": "paste", "title": "Paste", "choices": texts}]
    )
    web_ui.slack.web_ui.refresh_panels()
    return step


async def test_what_is_drawn_again_keeps_the_focus(web_ui: WebUi) -> None:
    step = with_guide(web_ui)
    paste = web_ui.page.locator("#guide").get_by_role("button", name="Just watching")
    await paste.focus()
    step["done"] = True
    web_ui.slack.web_ui.refresh_panels()
    await expect(web_ui.page.get_by_role("heading", name="The end")).to_be_visible()
    await expect(paste.first).to_be_focused()
    await web_ui.page.keyboard.press("Enter")
    await expect(web_ui.page.locator("#paste").get_by_role("heading", name="Just watching")).to_be_visible()
    # In one breath with the end of the dialog, whose event comes later and must not take the focus away.
    await web_ui.page.evaluate("""() => {
        document.querySelector("#paste button[aria-label=Close]").click();
        document.querySelector("#guide .end button").focus();
    }""")
    await web_ui.page.evaluate("new Promise(requestAnimationFrame)")
    await expect(
        web_ui.page.locator("#guide").get_by_role("button", name="With GitHub").first
    ).to_be_focused()
    here = web_ui.page.get_by_role("button", name="# releases")
    await here.focus()
    web_ui.slack.workspace.put_channel(Channel("C0NEW", "new", ("U0ANDY",)))
    await expect(web_ui.page.get_by_role("button", name="# new")).to_be_visible()
    await expect(here).to_be_focused()


async def test_an_older_answer_that_comes_late_is_not_shown(web_ui: WebUi) -> None:
    step, newer, older = with_guide(web_ui), asyncio.Event(), asyncio.Event()
    await expect(web_ui.page.get_by_role("button", name="Just watching")).to_be_visible()

    async def late(route: Route) -> None:
        first = not older.is_set()
        answer = await route.fetch()
        older.set()
        await (newer.wait() if first else asyncio.sleep(0))
        await route.fulfill(response=answer)

    await web_ui.page.route("**/ui/config", late)
    web_ui.slack.web_ui.refresh_panels()
    await older.wait()
    step["done"] = True
    web_ui.slack.web_ui.refresh_panels()
    end = web_ui.page.get_by_role("heading", name="The end")
    await expect(end).to_be_visible()
    async with web_ui.page.expect_event("requestfinished"):
        newer.set()
    await web_ui.page.evaluate("new Promise(requestAnimationFrame)")
    await web_ui.page.evaluate("new Promise(requestAnimationFrame)")
    await expect(end).to_be_visible()


async def test_keys_and_the_dark(web_ui: WebUi) -> None:
    await web_ui.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await web_ui.asks("card")
    await expect(web_ui.page.get_by_role("button", name="More", exact=True)).to_be_visible()
    await web_ui.page.get_by_role("radio", name="Andy").press("ArrowRight")
    chosen = web_ui.page.get_by_role("radio", name="Amita")
    await expect(chosen).to_be_checked()
    await expect(chosen).to_be_focused()
    await web_ui.page.get_by_role("button", name="Shiproom").click()
    await expect(web_ui.page.locator("#channel-name")).to_have_text("Shiproom")
    assert await BrowserUser(web_ui.page).grave_findings("dark") == []
    await web_ui.page.get_by_role("button", name="Colours").click()
    await expect(web_ui.page.get_by_role("button", name="Colours: Light")).to_be_visible()
    assert await BrowserUser(web_ui.page).grave_findings("light by choice") == []


async def test_home_is_a_tab_of_the_app(web_ui: WebUi) -> None:
    page, workspace = web_ui.page, web_ui.slack.workspace
    await page.locator("#places").get_by_role("button", name=BOT.name).click()
    await page.get_by_role("tab", name="Home").click()
    home = page.get_by_role("tabpanel", name="Home")
    await expect(home).to_contain_text("published nothing here for you")
    workspace.homes.publish("U0ANDY", {"type": "home", "blocks": list(card(f"r1 waits {OUTSIDE}"))})
    await expect(home).to_contain_text("r1 waits")
    await expect(home.locator("img")).to_have_count(0)
    sign = home.get_by_role("button", name="Sign off for testers")
    await sign.focus()
    await sign.press("Enter")
    await page.locator("#confirm").get_by_role("button", name="Not yet").click()
    await expect(sign).to_be_focused()
    await page.get_by_role("tab", name="Messages").click()
    await expect(home).to_be_hidden()
    await expect(page.locator("#messages")).to_be_visible()


async def test_a_long_list_is_searched_by_typing(web_ui: WebUi) -> None:
    await web_ui.asks("long")
    box = web_ui.modal.get_by_role("combobox", name="Service")
    options = web_ui.modal.get_by_role("option")
    await box.click()
    await expect(options).to_have_count(100)
    await box.press_sequentially("-17")
    await expect(options).to_have_count(11)
    assert await BrowserUser(web_ui.page).grave_findings("a long list") == []
    await box.press("ArrowDown")
    await box.press("Enter")
    await expect(box).to_have_value("service-17")
    await expect(web_ui.modal).to_be_visible()
    await box.fill("nothing like it")
    await expect(options).to_have_text(["No results"])
    await web_ui.modal.get_by_role("button", name="Send").click()
    await expect(web_ui.modal).not_to_be_visible()
    await expect(web_ui.page.locator("#messages")).to_contain_text("chose service-17")


async def test_the_menu_of_a_message_reports_it(web_ui: WebUi) -> None:
    await web_ui.asks("card")
    said = web_ui.page.locator("#messages article").last
    await said.get_by_role("button", name="Actions for this message").click()
    await said.get_by_role("menuitem", name="Report a blocker").click()
    await expect(web_ui.page.locator("#messages")).to_contain_text("reported C0")


async def test_a_chart_is_drawn_and_said(web_ui: WebUi) -> None:
    hours = Series("hours", (12.0, -4.5, 0.0))
    blocks = chart_blocks(
        Chart(f"Waits {OUTSIDE}", ("testers", "product", OUTSIDE), (hours,), unit="hours"),
        Chart("Lead time", tuple("abc"), (hours, Series("days", (1.0, 2.0, 3.0))), "area"),
    )
    web_ui.slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "The numbers", named(tuple(blocks), count(1))))
    shown = web_ui.page.locator("#messages")
    said = "Bar chart, hours. hours: testers 12, product -4.5, <b>bold</b><img src… 0."
    bars = shown.get_by_role("img", name=said)
    await expect(bars.locator("rect")).to_have_count(3)
    await expect(bars.locator("text")).to_have_text(["12", "-4.5", "0"])
    areas = shown.get_by_role(
        "img", name="Lead time. Area chart. hours: a 12, b -4.5, c 0. days: a 1, b 2, c 3."
    )
    await expect(areas.locator("polyline")).to_have_count(2)
    for size in (ViewportSize(width=390, height=800), ViewportSize(width=1280, height=800)):
        await web_ui.page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            await web_ui.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert await BrowserUser(web_ui.page).grave_findings(f"charts, {scheme}") == []
        assert await shown.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert await shown.locator("figure :is(b, i, img)").count() == 0
