"""The Web API as slack_sdk's client uses it: encodings, answers and refusals."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError

from bot.local_slack.model import BOT
from bot.local_slack.tokens import Tokens
from tests.bot.local_slack.calls import refusal
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, MODAL, Client, card
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock


def answer_of(refused: SlackApiError) -> Client:
    return getattr(refused, "response")  # noqa: B009 - it has no type


async def test_who_am_i(client: Client) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (BOT.id, "T0LOCAL")


async def test_people_and_groups(client: Client) -> None:
    guest = (await client.users_info(user="U0GUEST"))["user"]
    stranger = (await client.users_info(user="U0OTHER"))["user"]
    assert (guest["is_ultra_restricted"], guest["team_id"]) == (True, "T0LOCAL")
    assert (stranger["is_stranger"], stranger["team_id"]) == (True, "T0OTHER")
    assert (await client.usergroups_users_list(usergroup="S0OPS"))["users"] == ["U0AMITA"]
    assert (await client.usergroups_list(include_users=True))["usergroups"][0]["users"] == ["U0AMITA"]


async def test_pages(client: Client) -> None:
    pages = [page["members"] async for page in await client.users_list(limit=2)]
    assert [len(page) for page in pages] == [2, 2, 2]
    assert len((await client.conversations_members(channel=CHANNEL))["members"]) == 5


async def test_a_thread_is_written_and_read(client: Client) -> None:
    metadata = {"event_type": "release", "event_payload": {"number": 1}}
    first = await client.chat_postMessage(channel=CHANNEL, text="one", blocks=card("one"), metadata=metadata)
    hidden = await client.chat_postMessage(channel=CHANNEL, text="two", thread_ts=first["ts"])
    shown = await client.chat_postMessage(
        channel=CHANNEL, text="3", thread_ts=first["ts"], reply_broadcast=True
    )
    thread = (await client.conversations_replies(channel=CHANNEL, ts=first["ts"]))["messages"]
    assert [message["ts"] for message in thread] == [first["ts"], hidden["ts"], shown["ts"]]
    assert (thread[0]["reply_count"], thread[0]["latest_reply"]) == (2, shown["ts"])
    channel = await client.conversations_history(channel=CHANNEL, include_all_metadata=True)
    assert [message["ts"] for message in channel["messages"]] == [shown["ts"], first["ts"]]
    assert channel["messages"][1]["metadata"] == metadata
    later = await client.conversations_history(channel=CHANNEL, oldest=first["ts"])
    assert [message["ts"] for message in later["messages"]] == [shown["ts"]]
    same = await client.conversations_history(channel=CHANNEL, oldest=first["ts"], inclusive=True, limit=1)
    assert (same["has_more"], "metadata" in same["messages"][0]) == (True, False)


async def test_update_keeps_and_drops(client: Client) -> None:
    posted = await client.chat_postMessage(channel=CHANNEL, text="one", blocks=card("one"))
    with pytest.warns(UserWarning, match="top-level `text`"):
        silent = await client.chat_update(channel=CHANNEL, ts=posted["ts"], blocks=card("two"))
    assert (silent["text"], "edited" in silent["message"]) == ("one", False)
    plain = await client.chat_update(channel=CHANNEL, ts=posted["ts"], text="three")
    assert (plain["message"]["blocks"], "edited" in plain["message"]) == ([], True)


async def test_delete_and_permalink(client: Client) -> None:
    posted = await client.chat_postMessage(channel=CHANNEL, text="one")
    link = await client.chat_getPermalink(channel=CHANNEL, message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/archives/{CHANNEL}/p{posted['ts'].replace('.', '')}")
    await client.chat_delete(channel=CHANNEL, ts=posted["ts"])
    assert (await client.conversations_history(channel=CHANNEL))["messages"] == []


async def test_direct_messages(slack: SlackForTests, client: Client) -> None:
    opened = (await client.conversations_open(users="U0ANDY"))["channel"]["id"]
    await client.chat_postMessage(channel="U0ANDY", text="by id")
    await client.chat_postMessage(channel=opened, text="by channel")
    assert [seen.text for seen in slack.person("Andy").sees(opened)] == ["by id", "by channel"]
    assert slack.person("Amita").sees(opened) == []
    assert (await client.conversations_info(channel=opened))["channel"]["user"] == "U0ANDY"


async def test_ephemeral_messages_are_seen_by_one_and_never_found_again(
    slack: SlackForTests, client: Client
) -> None:
    sent = await client.chat_postEphemeral(channel=CHANNEL, user="U0ANDY", text="hush")
    assert [seen.text for seen in slack.person("Andy").sees(CHANNEL)] == ["hush"]
    assert slack.person("Amita").sees(CHANNEL) == []
    assert (
        await refusal(client, "chat.update", channel=CHANNEL, ts=sent["message_ts"], text="x")
        == "message_not_found"
    )


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NONE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0ELSE", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": CHANNEL}, "no_text"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "x", "thread_ts": "1.0"}, "thread_not_found"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": CHANNEL, "text": "x", "metadata": {}}, "invalid_metadata_format"),
        ("chat.postEphemeral", {"channel": CHANNEL, "text": "x", "user": "U0NONE"}, "user_not_found"),
        ("chat.postEphemeral", {"channel": CHANNEL, "text": "x", "user": "USLACKBOT"}, "user_not_in_channel"),
        ("chat.update", {"channel": CHANNEL, "text": "x", "ts": "1.0"}, "message_not_found"),
        ("chat.delete", {"channel": CHANNEL, "ts": "1.0"}, "message_not_found"),
        ("chat.getPermalink", {"channel": CHANNEL, "message_ts": "1.0"}, "message_not_found"),
        ("users.info", {"user": "U0NONE"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
        ("users.list", {"cursor": "x"}, "invalid_cursor"),
        ("conversations.open", {"users": "U0NONE"}, "user_not_found"),
        ("conversations.replies", {"channel": CHANNEL, "ts": "1.0"}, "thread_not_found"),
        ("views.open", {"trigger_id": "none", "view": MODAL}, "invalid_trigger_id"),
        ("views.open", {"trigger_id": "none", "view": {}}, "invalid_arguments"),
        ("views.update", {"view_id": "V0", "view": MODAL}, "not_found"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("rtm.connect", {}, "unknown_method"),
    ],
)
async def test_refusals(client: Client, method: str, arguments: dict[str, Any], error: str) -> None:
    assert await refusal(client, method, **arguments) == error


async def test_messages_of_others_are_not_the_bots_to_change(slack: SlackForTests, client: Client) -> None:
    said = slack.person("Andy").says(CHANNEL, "mine")
    for method, error in (("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")):
        assert await refusal(client, method, channel=CHANNEL, ts=said.ts, text="x") == error


async def test_long_text_is_cut_when_posted_and_refused_when_updated(client: Client) -> None:
    posted = await client.chat_postMessage(channel=CHANNEL, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert (
        await refusal(client, "chat.update", channel=CHANNEL, ts=posted["ts"], text="x" * 4001)
        == "msg_too_long"
    )


async def test_a_wrong_block_is_pointed_at(client: Client) -> None:
    blocks = [{"type": "divider"}, {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)
    assert answer_of(caught.value)["errors"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]


@pytest.mark.parametrize(
    ("token", "scopes", "error"),
    [
        ("", None, "not_authed"),
        ("xoxb-else", None, "invalid_auth"),
        (APP_TOKEN, None, "not_allowed_token_type"),
        (BOT_TOKEN, frozenset({"users:read"}), "missing_scope"),
    ],
)
async def test_tokens(
    slack: SlackForTests, client: Client, token: str, scopes: frozenset[str] | None, error: str
) -> None:
    slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, scopes)
    client.token = token
    assert await refusal(client, "chat.postMessage", channel=CHANNEL, text="x") == error


@pytest.mark.parametrize(
    "sent",
    [
        {"params": {"channel": CHANNEL, "text": "one", "token": BOT_TOKEN}},
        {"data": {"channel": CHANNEL, "text": "one", "token": BOT_TOKEN, "blocks": json.dumps(card("one"))}},
        {"json": {"channel": CHANNEL, "text": "one"}, "headers": {"Authorization": f"Bearer {BOT_TOKEN}"}},
    ],
)
async def test_encodings(slack: SlackForTests, sent: dict[str, Any]) -> None:
    async with (
        ClientSession() as session,
        session.post(f"{slack.url}/api/chat.postMessage", **sent) as response,
    ):
        answer = await response.json()
    assert (answer["ok"], answer["message"]["text"]) == (True, "one")


@pytest.mark.parametrize(("body", "error"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_unreadable_json(slack: SlackForTests, body: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"}
    async with (
        ClientSession() as session,
        session.post(f"{slack.url}/api/auth.test", data=body, headers=headers) as response,
    ):
        assert (await response.json())["error"] == error


async def test_a_stale_hash_is_refused(slack: SlackForTests, client: Client) -> None:
    view = slack.workspace.modals.open("U0ANDY", MODAL)
    fresh = await client.views_update(view_id=view.id, hash=view.hash, view=MODAL)
    assert (
        await refusal(client, "views.update", view_id=view.id, hash=view.hash, view=MODAL) == "hash_conflict"
    )
    assert (await client.views_update(view_id=view.id, hash=fresh["view"]["hash"], view=MODAL))["ok"]


async def test_a_trigger_works_once_and_not_for_long(
    slack: SlackForTests, client: Client, clock: ManualClock
) -> None:
    old, used = (
        slack.interactions.triggers.new_trigger_id("U0ANDY"),
        slack.interactions.triggers.new_trigger_id("U0ANDY"),
    )
    await client.views_open(trigger_id=used, view=MODAL)
    assert await refusal(client, "views.push", trigger_id=used, view=MODAL) == "exchanged_trigger_id"
    clock.advance(3.5)
    assert await refusal(client, "views.open", trigger_id=old, view=MODAL) == "expired_trigger_id"
