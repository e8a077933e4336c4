"""Users, channels, messages and views as JSON, for the Web API and for payloads."""

from bot.local_slack.model import APP_ID, BOT_ID, Channel, ChatMessage, Json, User, View
from bot.local_slack.workspace import Workspace

VIEW_DEFAULTS: Json = {
    "type": "modal",
    "callback_id": "",
    "private_metadata": "",
    "external_id": "",
    "submit": None,
    "close": None,
    "clear_on_close": False,
    "notify_on_close": False,
}


def user_json(workspace: Workspace, user: User) -> Json:
    """Return a user as users.info does; `is_stranger` marks other workspaces.

    docs.slack.dev/apis/slack-connect.
    """
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name.lower(),
        "real_name": user.name,
        "color": user.colour.removeprefix("#"),
        "deleted": user.deleted,
        "tz": "Etc/UTC",
        "profile": {
            "real_name": user.name,
            "display_name": user.name,
            "title": user.title,
            "team": user.team_id,
        },
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_stranger": user.team_id != workspace.team_id,
    }


def channel_json(workspace: Workspace, channel: Channel) -> Json:
    """Return a conversation as conversations.info does."""
    if channel.is_im:
        other = next((member for member in channel.members if member != workspace.bot.id), workspace.bot.id)
        return {"id": channel.id, "is_im": True, "is_channel": False, "user": other, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": workspace.bot.id in channel.members,
        "num_members": len(channel.members),
        "context_team_id": workspace.team_id,
    }


def message_json(workspace: Workspace, message: ChatMessage, *, with_metadata: bool = True) -> Json:
    """Return a message as conversations.history and the payloads do."""
    written: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    written |= {"team": workspace.users[message.user].team_id, "blocks": list(message.blocks)}
    if message.user == workspace.bot.id:
        written |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.edited:
        written["edited"] = {"user": message.user, "ts": f"{message.edited}.000000"}
    if message.metadata and with_metadata:
        written["metadata"] = message.metadata
    return written | _thread_json(workspace, message)


def _thread_json(workspace: Workspace, message: ChatMessage) -> Json:
    if message.thread_ts:
        broadcast = {"subtype": "thread_broadcast"} if message.reply_broadcast else {}
        return {"thread_ts": message.thread_ts, **broadcast}
    answers = workspace.replies(message.channel, message.ts)
    if not answers:
        return {}
    people = list(dict.fromkeys(answer.user for answer in answers))
    counts = {"reply_count": len(answers), "reply_users": people, "reply_users_count": len(people)}
    return {"thread_ts": message.ts, **counts, "latest_reply": answers[-1].ts}


def view_json(workspace: Workspace, view: View) -> Json:
    """Return a modal as views.open and the payloads do, with its values."""
    return {
        **VIEW_DEFAULTS,
        **view.content,
        "id": view.id,
        "team_id": workspace.team_id,
        "app_installed_team_id": workspace.team_id,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "hash": view.hash,
        "state": {"values": view.values},
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
    }
