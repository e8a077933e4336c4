"""The page's server side: files, websockets, posts, and refused foreign pages."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack import web_ui
from bot.local_slack.model import BOT, ChatMessage, User
from bot.local_slack.side_panels import SidePanels
from tests.bot.local_slack.conftest import served
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, SECRET, card, make_bot
from tests.local_slack.slack import SlackForTests

PANELS = [
    {"kind": "frame", "title": "Staging", "url": "http://127.0.0.1:4001/"},
    {"kind": "button", "label": "Make a change", "post": "/demo/change"},
]
FILES = sorted(path for path in web_ui.PAGE.iterdir())


async def change(request: web.Request) -> web.Response:
    return web.json_response({"message": f"changed by {(await request.json())['as']}"})


@pytest.fixture
async def slack(slack: SlackForTests) -> AsyncIterator[SlackForTests]:
    """The local Slack with side panels and the small bot."""
    beside = SidePanels(lambda: PANELS, (web.post("/demo/change", change),))
    local = SlackForTests(slack.workspace, None, SECRET, BOT_TOKEN, APP_TOKEN, beside)
    await local.start()
    async with ClientSession() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=f"{local.url}/api/", session=session, retry_handlers=[])
        async with served(make_bot(client)) as local.bot_url:
            yield local
    await local.stop()


@pytest.fixture
async def browser(slack: SlackForTests) -> AsyncIterator[ClientSession]:
    async with ClientSession(slack.url) as session:
        yield session


@asynccontextmanager
async def watching(browser: ClientSession, person: str) -> AsyncGenerator[ClientWebSocketResponse]:
    async with browser.ws_connect(f"/ws?as={person}") as socket:
        yield socket


async def post(browser: ClientSession, operation: str, **told: object) -> dict[str, Any]:
    async with browser.post(
        f"/ui/{operation}", json={"as": "U0ANDY", "channel": CHANNEL, **told}
    ) as response:
        return await response.json()


async def until(socket: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    while True:
        told = await socket.receive_json(timeout=5)
        if told["kind"] == kind:
            return told.get("subject", told)


async def test_the_page_loads_nothing_from_elsewhere(browser: ClientSession) -> None:
    async with browser.get("/") as response:
        policy, page = response.headers["Content-Security-Policy"], await response.text()
    assert policy.startswith("default-src 'self'; frame-src 'self' http://127.0.0.1:4001;")
    assert "://" not in page
    for file in FILES:
        async with browser.get(f"/page/{file.name}") as response:
            assert (response.status, response.headers["X-Content-Type-Options"]) == (200, "nosniff")


@pytest.mark.parametrize("file", [path for path in FILES if path.suffix == ".js"], ids=lambda path: path.name)
def test_text_from_outside_is_only_ever_text(file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    assert not [
        way
        for way in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(")
        if way in written
    ]


async def test_config(browser: ClientSession) -> None:
    async with browser.get("/ui/config") as response:
        config = await response.json()
    assert config["people"] == ["U0ANDY", "U0AMITA", "U0GUEST", "U0OTHER"]
    assert (config["commands"], config["panels"], config["intro"]) == (["/release"], PANELS, "")


@pytest.mark.parametrize(
    ("origin", "status"),
    [(None, 200), ("http://127.0.0.1", 403), ("https://example.org", 403), ("null", 403)],
)
@pytest.mark.parametrize("path", ["/ui/direct", "/demo/change"])
async def test_foreign_pages_are_refused(
    browser: ClientSession, path: str, origin: str | None, status: int
) -> None:
    headers = {"Origin": origin} if origin else {}
    told = {"as": "U0ANDY", "with": BOT.id}
    async with browser.post(path, json=told, headers=headers) as response:
        assert response.status == status
    async with browser.get("/ws?as=U0ANDY", headers=headers) as response:
        assert response.status == (400 if status == 200 else status)


async def test_the_own_page_is_not_foreign(slack: SlackForTests, browser: ClientSession) -> None:
    async with browser.post("/demo/change", json={"as": "U0ANDY"}, headers={"Origin": slack.url}) as response:
        assert await response.json() == {"message": "changed by U0ANDY"}


async def test_everybody_sees_their_own_state(slack: SlackForTests, browser: ClientSession) -> None:
    slack.person("Andy").says(CHANNEL, "before")
    async with watching(browser, "U0ANDY") as andy, watching(browser, "U0AMITA") as amita:
        assert [said["text"] for said in (await until(andy, "state"))["messages"]] == ["before"]
        channels = [channel["id"] for channel in (await until(amita, "state"))["channels"]]
        assert channels == [CHANNEL]
        slack.workspace.post(ChatMessage("C0ELSE", "U0ANDY", "not for Amita"))
        slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "hush", only_for="U0ANDY"))
        after = slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "after"))
        assert [(await until(andy, "message"))["text"] for _ in range(3)] == [
            "not for Amita",
            "hush",
            "after",
        ]
        assert (await until(amita, "message"))["text"] == "after"
        slack.workspace.delete(after)
        assert (await until(amita, "message_gone"))["ts"] == after.ts
        slack.workspace.put_user(User("U0NEW", "Nia"))
        assert (await until(amita, "user"))["name"] == "Nia"
        slack.workspace.put_group(slack.workspace.groups["S0OPS"])
        assert (await until(amita, "group"))["handle"] == "ops"
        slack.web_ui.refresh_panels()
        assert await until(amita, "panels") == {"kind": "panels"}


async def test_a_command_and_its_modal(slack: SlackForTests, browser: ClientSession) -> None:
    async with watching(browser, "U0ANDY") as andy:
        assert await post(browser, "command", text="/release modal") == {"ok": True, "error": ""}
        view = await until(andy, "view")
        assert view["title"]["text"] == "Start a release"
        filled: dict[str, dict[str, object]] = {
            "build": {"build": "2.4.1"},
            "note": {"note": ""},
            "ticks": {"ticks": []},
        }
        assert (await post(browser, "submit", view=view["id"], filled=filled))["error"] == "incomplete"
        assert (await until(andy, "view"))["errors"] == {}
        assert (await until(andy, "view"))["errors"] == {"ticks": "Please complete this required field."}
        filled["ticks"]["ticks"] = ["Log in"]
        assert (await post(browser, "submit", view=view["id"], filled=filled))["ok"]
        assert (await until(andy, "view_gone"))["id"] == view["id"]
    assert slack.person("Andy").sees(CHANNEL)[-1].text == "2.4.1 by @Andy: None, ['Log in']"


async def test_messages_clicks_and_direct_messages(slack: SlackForTests, browser: ClientSession) -> None:
    await post(browser, "message", text="is <this> it?")
    posted = slack.workspace.post(ChatMessage(CHANNEL, BOT.id, "card", tuple(card("card"))))
    where = {"ts": posted.ts, "block_id": posted.blocks[1]["block_id"], "action_id": "sign"}
    assert (await post(browser, "click", **where))["ok"]
    assert [seen.text for seen in slack.person("Andy").sees(CHANNEL)] == [
        "is <this> it?",
        "signed by @Andy: approve r1",
    ]
    assert (await post(browser, "click", **{**where, "ts": "1.0"}))["error"] == "message_not_found"
    assert (await post(browser, "direct", **{"with": "U0AMITA"}))["ok"]
    assert slack.workspace.direct("U0ANDY", "U0AMITA").members == ("U0ANDY", "U0AMITA")


async def test_a_click_on_a_card_that_was_edited_meanwhile_arrives(
    slack: SlackForTests, browser: ClientSession
) -> None:
    await post(browser, "command", text="/release card")
    shown = slack.workspace.messages(CHANNEL, "U0ANDY")[0]
    actions = shown.blocks[1]
    where = {"ts": shown.ts, "block_id": actions["block_id"], "action_id": "menu", "typed": "Why"}
    slack.workspace.edit(replace(shown, text="r1 is over", blocks=()))
    assert (await post(browser, "click", **where))["error"].startswith("unreadable")
    assert (await post(browser, "click", **where, blocks=shown.blocks))["ok"]
    await slack.person("Andy").until_sees(CHANNEL, "overflow: Why")


async def test_a_modal_is_closed_by_its_owner_only(slack: SlackForTests, browser: ClientSession) -> None:
    await post(browser, "command", text="/release modal")
    view = slack.workspace.modals.top("U0ANDY")
    assert view
    assert "unreadable" in (await post(browser, "close", **{"as": "U0AMITA", "view": view.id}))["error"]
    assert (await post(browser, "close", view=view.id))["ok"]
    assert slack.workspace.modals.top("U0ANDY") is None


@pytest.mark.parametrize(
    ("operation", "body", "status"),
    [("dance", {}, 404), ("message", {}, 400), ("message", {"text": "x", "as": "U0NONE"}, 400)],
)
async def test_unreadable_posts(
    browser: ClientSession, operation: str, body: dict[str, str], status: int
) -> None:
    async with browser.post(
        f"/ui/{operation}", json={"as": "U0ANDY", "channel": CHANNEL, **body}
    ) as response:
        assert response.status == status


async def test_permalinks_lead_into_the_page(browser: ClientSession) -> None:
    async with browser.get(f"/archives/{CHANNEL}/p1700000000000100", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, f"/#{CHANNEL}/1700000000.000100")


async def test_strangers_have_no_page(browser: ClientSession) -> None:
    async with browser.get("/ws?as=U0NONE") as response:
        assert response.status == 404
