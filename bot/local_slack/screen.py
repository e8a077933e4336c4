"""What one person's page shows, as JSON: everything when it opens, then each change that this person can
see.
"""

from bot.local_slack.model import Change, Channel, Json, Message, User, UserGroup, View
from bot.local_slack.shapes import channel_json, message_json, view_json
from bot.local_slack.workspace import Workspace


def screen(workspace: Workspace, viewer: str) -> Json:
    """All that this person sees now."""
    channels = [channel for channel in workspace.channels.values() if viewer in channel.members]
    said = [message for channel in channels for message in workspace.messages(channel.id, viewer)]
    return {
        "kind": "screen",
        "you": viewer,
        "users": [_user(user) for user in workspace.users.values()],
        "groups": [_group(group) for group in workspace.groups.values()],
        "channels": [_channel(workspace, channel) for channel in channels],
        "messages": [_message(workspace, message) for message in said],
        "views": [_view(workspace, view) for view in workspace.views.stack(viewer)],
    }


def change_json(workspace: Workspace, change: Change, viewer: str) -> Json | None:
    """One change, or None when this person does not get to see it."""
    if change.audience is not None and viewer not in change.audience:
        return None
    return {"kind": change.kind, "subject": _subject(workspace, change)}


def _subject(workspace: Workspace, change: Change) -> Json:
    match change.subject:
        case User() as user:
            return _user(user)
        case UserGroup() as group:
            return _group(group)
        case Channel() as channel:
            return _channel(workspace, channel)
        case Message() as message:
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


def _message(workspace: Workspace, message: Message) -> Json:
    written = message_json(workspace, message, with_metadata=False)
    return {**written, "channel": message.channel, "ephemeral": message.only_for is not None}


def _view(workspace: Workspace, view: View) -> Json:
    return {**view_json(workspace, view), "errors": view.errors, "trouble": view.trouble}
