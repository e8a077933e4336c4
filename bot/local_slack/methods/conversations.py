"""The conversations.* methods: channels, threads and direct messages."""

from math import inf

from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import ChatMessage, Json
from bot.local_slack.serializers import channel_json, message_json

# docs.slack.dev/reference/methods/conversations.info: one scope for each kind of conversation.
READ_SCOPES = {
    (False, False): "channels:read",
    (False, True): "groups:read",
    (True, False): "im:read",
}
READ = ("groups:read", "im:read")
HISTORY = ("groups:history", "im:history")


def channel(call: Call) -> Json:
    """conversations.info; each kind of conversation needs a scope of its own."""
    found = call.channel()
    call.require(READ_SCOPES[found.is_im, found.is_private])
    return {"channel": channel_json(call.workspace, found)}


def channels(call: Call) -> Json:
    """conversations.list, in pages: public channels, and the private ones that the bot is in.

    docs.slack.dev/reference/methods/conversations.list: each of the `types` needs a scope of its own.
    """
    types = (call.text("types") or "public_channel").split(",")
    for kind in types:
        call.require(READ_SCOPES[False, kind.strip() == "private_channel"])
    listed = [
        each
        for each in call.workspace.channels.values()
        if not each.is_im and ("private_channel" if each.is_private else "public_channel") in types
        if call.workspace.bot.id in each.members or not each.is_private
        if not (each.is_archived and call.yes("exclude_archived"))
    ]
    part, onward = call.page(listed)
    return {"channels": [channel_json(call.workspace, one) for one in part], "response_metadata": onward}


def members(call: Call) -> Json:
    """conversations.members, in pages."""
    part, onward = call.page(call.channel().members)
    return {"members": part, "response_metadata": onward}


def open_direct(call: Call) -> Json:
    """conversations.open, with one person."""
    user = call.needed("users", "users_list_not_supplied")
    if user not in call.workspace.users:
        raise ApiError("user_not_found")
    return {"channel": channel_json(call.workspace, call.workspace.direct(call.workspace.bot.id, user))}


def history(call: Call) -> Json:
    """conversations.history: newest first, without replies that stay in their thread."""
    said = call.workspace.messages(call.joined_channel().id)
    shown = [one for one in reversed(said) if one.thread_ts is None or one.reply_broadcast]
    return _part(call, [one for one in shown if _within(call, one)])


def replies(call: Call) -> Json:
    """conversations.replies: the first message, then the replies, oldest first."""
    place, ts = call.joined_channel().id, call.needed("ts", "thread_not_found")
    first = call.workspace.message(place, ts)
    if not first:
        raise ApiError("thread_not_found")
    answers = [one for one in call.workspace.replies(place, first.ts) if _within(call, one)]
    return _part(call, [first, *answers])


def _within(call: Call, message: ChatMessage) -> bool:
    oldest = call.number("oldest", 0, "invalid_ts_oldest")
    latest = call.number("latest", inf, "invalid_ts_latest")
    ts = float(message.ts)
    return oldest < ts < latest or (call.yes("inclusive") and ts in {oldest, latest})


def _part(call: Call, messages: list[ChatMessage]) -> Json:
    part, onward = call.page(messages)
    with_metadata = call.yes("include_all_metadata")
    listed = [message_json(call.workspace, one, with_metadata=with_metadata) for one in part]
    return {"messages": listed, "has_more": bool(onward["next_cursor"]), "response_metadata": onward}


CONVERSATIONS = {
    "conversations.info": Method(channel, "channels:read", READ),
    "conversations.list": Method(channels, "channels:read", READ),
    "conversations.members": Method(members, "channels:read", READ),
    "conversations.open": Method(open_direct, "im:write"),
    "conversations.history": Method(history, "channels:history", HISTORY),
    "conversations.replies": Method(replies, "channels:history", HISTORY),
}
