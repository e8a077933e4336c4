"""Applies the bot's answers to slash commands and its posts to response urls.

docs.slack.dev/interactivity/handling-user-interaction: ephemeral unless told otherwise, `replace_original`,
`delete_original`; a reply in a thread overwrites the message unless `replace_original` is false; an ephemeral
message never becomes a public one.
"""

from dataclasses import replace

from bot.local_slack.block_kit import message_errors
from bot.local_slack.model import ChatMessage, Json
from bot.local_slack.triggers import ResponseUrl
from bot.local_slack.workspace import Workspace


def respond(workspace: Workspace, target: ResponseUrl, body: Json) -> str:
    """Apply a post to a response_url; return Slack's error, or nothing."""
    original = workspace.message(target.channel, target.message_ts or "", target.user)
    if body.get("delete_original") and original:
        workspace.delete(original)
        return ""
    if message_errors(body.get("blocks") or [], workspace.unknown_blocks):
        return "invalid_blocks"
    if not body.get("text") and not body.get("blocks"):
        return "no_text"
    overwrites = bool(body.get("thread_ts")) and body.get("replace_original") is not False
    if original and (body.get("replace_original") or overwrites):
        workspace.edit(replace(original, text=body.get("text", ""), blocks=tuple(body.get("blocks") or ())))
        return ""
    workspace.post(_said(workspace, target, body))
    return ""


def answer_command(workspace: Workspace, user: str, channel: str, body: Json | str) -> str:
    """Show the bot's answer to a slash command; return Slack's error, or nothing."""
    said: Json = {"text": body} if isinstance(body, str) else body
    if not said.get("text") and not said.get("blocks"):
        return ""
    return respond(workspace, ResponseUrl(user, channel, None, workspace.clock()), said)


def _said(workspace: Workspace, target: ResponseUrl, body: Json) -> ChatMessage:
    public = body.get("response_type") == "in_channel"
    return ChatMessage(
        channel=target.channel,
        user=workspace.bot.id,
        text=body.get("text", ""),
        blocks=tuple(body.get("blocks") or ()),
        thread_ts=body.get("thread_ts"),
        only_for=None if public else target.user,
    )
