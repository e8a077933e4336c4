"""The chat.* methods: posting, updating and deleting, with Slack's refusals."""

from dataclasses import replace
from typing import cast

from bot.local_slack.block_kit import message_errors
from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import Channel, ChatMessage, Json
from bot.local_slack.serializers import message_json

POST_LIMIT = 40_000  # docs.slack.dev/reference/methods/chat.postMessage: longer text is truncated
UPDATE_LIMIT = 4_000  # docs.slack.dev/reference/methods/chat.update: longer text is refused


def post_message(call: Call) -> Json:
    """chat.postMessage; a user id as the channel opens the direct messages with them."""
    draft = replace(_draft(call), channel=_addressed(call).id)
    thread = call.text("thread_ts")
    if thread and not call.workspace.message(draft.channel, thread):
        raise ApiError("thread_not_found")
    posted = call.workspace.post(
        replace(draft, thread_ts=thread, reply_broadcast=call.yes("reply_broadcast"))
    )
    return {"channel": posted.channel, "ts": posted.ts, "message": message_json(call.workspace, posted)}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral; the user has to be in the channel."""
    channel, user = call.joined_channel(), call.needed("user", "user_not_found")
    if user not in call.workspace.users:
        raise ApiError("user_not_found")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    draft = replace(_draft(call), channel=channel.id, thread_ts=call.text("thread_ts"), only_for=user)
    return {"message_ts": call.workspace.post(draft).ts}


def update(call: Call) -> Json:
    """chat.update: text alone drops the blocks, blocks alone are no edit.

    The metadata stays unless new metadata is given. In an archived channel nothing can be edited.
    """
    old = _own(call, "cant_update_message")
    if call.channel().is_archived:
        raise ApiError("is_inactive")
    draft = _draft(call)
    if len(draft.text) > UPDATE_LIMIT:
        raise ApiError("msg_too_long")
    stamp = str(int(call.workspace.clock().timestamp()))
    edited = call.workspace.edit(
        replace(
            old,
            text=draft.text or old.text,
            blocks=draft.blocks,
            metadata=draft.metadata or old.metadata,
            edited=stamp if draft.text else old.edited,
        )
    )
    return {
        "channel": edited.channel,
        "ts": edited.ts,
        "text": edited.text,
        "message": message_json(call.workspace, edited),
    }


def delete(call: Call) -> Json:
    """chat.delete, of the bot's own messages only."""
    old = _own(call, "cant_delete_message")
    call.workspace.delete(old)
    return {"channel": old.channel, "ts": old.ts}


def permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel, ts = call.channel(), call.needed("message_ts", "message_not_found")
    said = call.workspace.message(channel.id, ts)
    if not said:
        raise ApiError("message_not_found")
    link = f"{call.address}/archives/{channel.id}/p{ts.replace('.', '')}"
    if said.thread_ts:
        link += f"?thread_ts={said.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _addressed(call: Call) -> Channel:
    """Return the channel of a message, which must not be archived.

    Without `chat:write.public` the bot has to be in it.
    """
    user = call.text("channel")
    if user in call.workspace.users:
        return call.workspace.direct(call.workspace.bot.id, user)
    channel = call.channel()
    if channel.is_archived:
        raise ApiError("is_archived")
    if "chat:write.public" in call.scopes and not (channel.is_im or channel.is_private):
        return channel
    return call.joined_channel()


def _own(call: Call, refusal: str) -> ChatMessage:
    """Return the bot's own message; ephemeral ones cannot be found again."""
    old = call.workspace.message(call.channel().id, call.needed("ts", "message_not_found"))
    if not old:
        raise ApiError("message_not_found")
    if old.user != call.workspace.bot.id:
        raise ApiError(refusal)
    return old


def _draft(call: Call) -> ChatMessage:
    """Return the message to post, after Slack's checks."""
    blocks: list[Json] = call.structure("blocks", "invalid_blocks_format") or []
    errors = message_errors(blocks, call.workspace.unknown_blocks)
    if errors:
        raise ApiError("invalid_blocks", errors)
    text = (call.text("text") or "")[:POST_LIMIT]
    if not text and not blocks:
        raise ApiError("no_text")
    return ChatMessage("", call.workspace.bot.id, text, tuple(blocks), metadata=_metadata(call))


def _metadata(call: Call) -> Json | None:
    given = call.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict) or {"event_type", "event_payload"} - given.keys():
        raise ApiError("invalid_metadata_format")
    return cast("Json", given)


CHAT = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.getPermalink": Method(permalink),
}
