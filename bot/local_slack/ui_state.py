"""What one user's page shows, as JSON: all of it at first, then each change."""

from bot.local_slack.model import Channel, ChatMessage, Json, User, UserGroup, View, WorkspaceChange
from bot.local_slack.serializers import channel_json, message_json, view_json
from bot.local_slack.workspace import Workspace


def ui_state(workspace: Workspace, viewer: str) -> Json:
    """Return all that this user sees now."""
    channels = [channel for channel in workspace.channels.values() if viewer in channel.members]
    said = [message for channel in channels for message in workspace.messages(channel.id, viewer)]
    return {
        "kind": "state",
        "you": viewer,
        "users": [_user(user) for user in workspace.users.values()],
        "groups": [_group(group) for group in workspace.groups.values()],
        "channels": [_channel(workspace, channel) for channel in channels],
        "messages": [_message(workspace, message) for message in said],
        "home": _home(workspace, viewer),
        "views": [_view(workspace, view) for view in workspace.modals.stack(viewer)],
    }


def change_json(workspace: Workspace, change: WorkspaceChange, viewer: str) -> Json | None:
    """Return a change, or None when this user may not see it."""
    if change.audience is not None and viewer not in change.audience:
        return None
    return {"kind": change.kind, "subject": _subject(workspace, change)}


def _subject(workspace: Workspace, change: WorkspaceChange) -> Json:
    match change.subject:
        case User() as user:
            return _user(user)
        case UserGroup() as group:
            return _group(group)
        case Channel() as channel:
            return _channel(workspace, channel)
        case ChatMessage() as message:
            return _message(workspace, message)
        case View() as view:
            return _view(workspace, view)


def _user(user: User) -> Json:
    kept = {"id": user.id, "name": user.name, "colour": user.colour, "title": user.title}
    return {**kept, "is_bot": user.is_bot, "deleted": user.deleted}


def _group(group: UserGroup) -> Json:
    return {"id": group.id, "handle": group.handle}


def _channel(workspace: Workspace, channel: Channel) -> Json:
    return {**channel_json(workspace, channel), "members": list(channel.members)}


def _message(workspace: Workspace, message: ChatMessage) -> Json:
    written = message_json(workspace, message, with_metadata=False)
    return {**written, "channel": message.channel, "ephemeral": message.only_for is not None}


def _home(workspace: Workspace, viewer: str) -> Json | None:
    view = workspace.homes.of(viewer)
    return _view(workspace, view) if view else None


def _view(workspace: Workspace, view: View) -> Json:
    return {**view_json(workspace, view), "errors": view.errors, "trouble": view.trouble}
