"""The inspector records both directions and the errors, and keeps no token."""

import json
from typing import Any, cast

import pytest
from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.bot.local_slack.tiny_bot import BOT_TOKEN, CHANNEL
from tests.local_slack.slack import SlackForTests


async def test_both_directions(slack: SlackForTests, bot: AsyncApp) -> None:
    await slack.person("Andy").command("/release", "card", CHANNEL)
    entries = slack.inspector.since(0)
    asked = next(entry for entry in entries if entry["to"] == "bot")
    assert asked["name"] == "/release card · Andy"
    assert 0 <= asked["ms"] <= asked["limit_ms"] == 3000
    assert {entry["to"] for entry in entries} == {"bot", "slack"}
    assert slack.inspector.since(entries[-1]["number"]) == []


async def test_errors_are_recorded(slack: SlackForTests, client: AsyncWebClient) -> None:
    good = [{"type": "section", "text": {"type": "mrkdwn", "text": "fine"}}, {"type": "divider"}]
    call = cast(Any, client).chat_postMessage
    await call(channel=CHANNEL, text="fine", blocks=good)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await call(channel=CHANNEL, text="bad", blocks=[{"type": "header"}])
    fine, bad = slack.inspector.since(0)
    assert (fine["name"], fine["found"]) == ("chat.postMessage", {"blocks": 2, "error": "", "messages": []})
    assert bad["found"]["error"] == "invalid_blocks"
    assert bad["found"]["messages"]


async def test_no_token_is_kept(slack: SlackForTests) -> None:
    async with ClientSession(slack.url) as browser:
        async with browser.post("/api/auth.test", data={"token": BOT_TOKEN}) as answer:
            assert (await answer.json())["ok"]
        async with browser.get("/ui/requests?after=0") as answer:
            kept = await answer.json()
        async with browser.get("/ui/requests?after=x") as answer:
            assert answer.status == 400
    assert [entry["name"] for entry in kept] == ["auth.test"]
    assert BOT_TOKEN not in json.dumps(kept)
