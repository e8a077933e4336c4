"""What the bot says back to one interaction: the answer to a slash command, and posts to a response_url.

docs.slack.dev/interactivity/handling-user-interaction: ephemeral unless told otherwise, `replace_original`,
`delete_original`; a reply in a thread overwrites the message unless `replace_original` is false; an ephemeral
message never becomes a public one.
"""

from dataclasses import replace

from bot.local_slack.block_kit import message_faults
from bot.local_slack.model import Json, Message
from bot.local_slack.tickets import ResponseUrl
from bot.local_slack.workspace import Workspace


def respond(workspace: Workspace, ticket: ResponseUrl, body: Json) -> str:
    """Do what a post to a response_url says; answers with Slack's error word, or nothing."""
    original = workspace.message(ticket.channel, ticket.message_ts or "", ticket.user)
    if body.get("delete_original") and original:
        workspace.delete(original)
        return ""
    if message_faults(body.get("blocks") or []):
        return "invalid_blocks"
    if not body.get("text") and not body.get("blocks"):
        return "no_text"
    overwrites = bool(body.get("thread_ts")) and body.get("replace_original") is not False
    if original and (body.get("replace_original") or overwrites):
        workspace.edit(replace(original, text=body.get("text", ""), blocks=tuple(body.get("blocks") or ())))
        return ""
    workspace.post(_said(workspace, ticket, body))
    return ""


def answer_command(workspace: Workspace, user: str, channel: str, body: Json | str) -> str:
    """Show what the bot answered to a slash command; answers with Slack's error word, or nothing."""
    said: Json = {"text": body} if isinstance(body, str) else body
    if not said.get("text") and not said.get("blocks"):
        return ""
    return respond(workspace, ResponseUrl(user, channel, None, workspace.clock()), said)


def _said(workspace: Workspace, ticket: ResponseUrl, body: Json) -> Message:
    public = body.get("response_type") == "in_channel"
    return Message(
        channel=ticket.channel,
        user=workspace.bot.id,
        text=body.get("text", ""),
        blocks=tuple(body.get("blocks") or ()),
        thread_ts=body.get("thread_ts"),
        only_for=None if public else ticket.user,
    )
