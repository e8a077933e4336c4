"""What each token may do and where; each refusal names the missing scope."""

import pytest

from bot.local_slack.model import BOT, Channel
from bot.local_slack.tokens import Tokens
from tests.bot.local_slack.calls import refusal, refused
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, MODAL, Client
from tests.local_slack.slack import SlackForTests

READS = ("channels:read", "groups:read", "im:read")


@pytest.fixture
def places(slack: SlackForTests) -> SlackForTests:
    """Channels of every kind."""
    for channel in (
        Channel("C0OPEN", "open", ("U0ANDY",)),
        Channel("G0SHUT", "shut", ("U0ANDY",), is_private=True),
        Channel("G0OURS", "ours", ("U0ANDY", BOT.id), is_private=True),
        Channel("C0OLD", "old", ("U0ANDY", BOT.id), is_archived=True),
    ):
        slack.workspace.put_channel(channel)
    slack.workspace.direct(BOT.id, "U0ANDY")
    return slack


@pytest.mark.parametrize(
    ("channel", "scopes", "error"),
    [
        (CHANNEL, {"chat:write"}, ""),
        ("C0OPEN", {"chat:write"}, "not_in_channel"),
        ("C0OPEN", {"chat:write", "chat:write.public"}, ""),
        ("G0SHUT", {"chat:write", "chat:write.public"}, "channel_not_found"),
        ("G0OURS", {"chat:write"}, ""),
        ("C0OLD", {"chat:write", "chat:write.public"}, "is_archived"),
        ("C0NONE", {"chat:write"}, "channel_not_found"),
        ("U0ANDY", {"chat:write"}, ""),
        (CHANNEL, {"chat:write.public"}, "missing_scope"),
    ],
)
async def test_where_one_may_post(
    places: SlackForTests, client: Client, channel: str, scopes: set[str], error: str
) -> None:
    places.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, frozenset(scopes))
    if error:
        assert await refusal(client, "chat.postMessage", channel=channel, text="x") == error
    else:
        assert (await client.chat_postMessage(channel=channel, text="x"))["ok"]


@pytest.mark.parametrize("scope", READS)
async def test_each_kind_of_conversation_has_its_scope(
    places: SlackForTests, client: Client, scope: str
) -> None:
    places.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, frozenset({scope}))
    kinds = (CHANNEL, "G0OURS", places.workspace.direct(BOT.id, "U0ANDY").id)
    for needed, channel in zip(READS, kinds, strict=True):
        if scope == needed:
            assert (await client.conversations_info(channel=channel))["ok"]
            continue
        answer = await refused(client, "conversations.info", channel=channel)
        assert (answer.data["error"], answer.data["needed"]) == ("missing_scope", needed)
        assert answer.data["provided"] == scope


async def test_modals_need_no_scope(slack: SlackForTests, client: Client) -> None:
    slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, frozenset())
    trigger = slack.interactions.triggers.new_trigger_id("U0ANDY")
    assert (await client.views_open(trigger_id=trigger, view=MODAL))["ok"]


@pytest.mark.parametrize(
    ("token", "app_scopes", "error"),
    [
        (APP_TOKEN, {"connections:write"}, ""),
        (APP_TOKEN, {"authorizations:read"}, "missing_scope"),
        (BOT_TOKEN, {"connections:write"}, "not_allowed_token_type"),
    ],
)
async def test_only_the_app_opens_connections(
    slack: SlackForTests, client: Client, token: str, app_scopes: set[str], error: str
) -> None:
    slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, None, frozenset(app_scopes))
    client.token = token
    if error:
        assert await refusal(client, "apps.connections.open") == error
    else:
        assert (await client.apps_connections_open(app_token=token))["url"].startswith("ws://")
