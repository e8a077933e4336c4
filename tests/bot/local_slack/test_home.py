"""Home of the app: what views.publish takes, and that opening and clicking reach the bot."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack.block_kit import LARGEST_HOME
from bot.local_slack.model import Json
from tests.bot.local_slack.tiny_bot import BOT_TOKEN
from tests.local_slack.slack import SlackForTests

BUTTON = {
    "type": "button",
    "action_id": "sign",
    "text": {"type": "plain_text", "text": "Sign"},
    "value": "r1",
}


def section(words: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def view(*blocks: Json, **others: object) -> Json:
    return {"type": "home", "blocks": list(blocks), **others}


async def publish(slack: SlackForTests, content: Json, user: str = "U0ANDY", **others: Any) -> Any:  # noqa: ANN401 - JSON
    client: Any = AsyncWebClient(BOT_TOKEN, base_url=f"{slack.url}/api/", retry_handlers=[])
    try:
        return (await client.views_publish(user_id=user, view=content, **others)).data
    except SlackApiError as error:
        refused: Any = error.response
        return refused.data


@pytest.mark.parametrize(
    ("content", "user", "error"),
    [
        (view(), "U0ANDY", ""),
        (view(*(section("x") for _ in range(100))), "U0ANDY", ""),
        (view(*(section("x") for _ in range(101))), "U0ANDY", "invalid_arguments"),
        (view(section("")), "U0ANDY", "invalid_arguments"),
        (view(title={"type": "plain_text", "text": "Home"}), "U0ANDY", "invalid_arguments"),
        ({"type": "modal", "blocks": []}, "U0ANDY", "invalid_arguments"),
        (view(*(section("x" * 2999) for _ in range(LARGEST_HOME // 2999 + 1))), "U0ANDY", "view_too_large"),
        (view(), "U0NOBODY", "user_not_found"),
    ],
)
async def test_what_can_be_published(slack: SlackForTests, content: Json, user: str, error: str) -> None:
    answer = await publish(slack, content, user)
    assert answer.get("error", "") == error
    assert (slack.workspace.homes.of(user) is not None) is not bool(error)


async def test_a_stale_hash_is_refused(slack: SlackForTests) -> None:
    first = await publish(slack, view(section("one")))
    second = await publish(slack, view(section("two")), hash=first["view"]["hash"])
    assert second["view"]["id"] == first["view"]["id"]
    stale = await publish(slack, view(section("three")), hash=first["view"]["hash"])
    assert stale["error"] == "hash_conflict"
    assert slack.person("Andy").reads_home() == "two"
    assert slack.person("Amita").reads_home() == ""


async def test_opening_names_what_is_shown(slack: SlackForTests) -> None:
    event = slack.interactions.open_home("U0ANDY")
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", "U0ANDY")
    assert "view" not in event
    await publish(slack, view(section("one"), {"type": "actions", "elements": [BUTTON]}))
    shown = slack.interactions.open_home("U0ANDY")["view"]
    assert (shown["type"], len(shown["blocks"])) == ("home", 2)
