"""What Slack sends to the bot for a command, a click and a modal.

docs.slack.dev/reference/interaction-payloads.
"""

from dataclasses import dataclass

from bot.local_slack.forms import STATELESS, initial_values
from bot.local_slack.model import APP_ID, ChatMessage, Json, User, View
from bot.local_slack.serializers import message_json, view_json
from bot.local_slack.workspace import Workspace

DOMAIN = "local-slack"
OLD_TOKEN = "unused-verification-value"  # noqa: S105 - Slack still sends a deprecated one; nobody checks it


@dataclass(frozen=True, slots=True)
class UsedElement:
    """An element that a user used: its block, the element, and the chosen value."""

    block: Json
    element: Json
    value: Json
    stamp: str


def command_form(workspace: Workspace, user: User, channel: str, words: tuple[str, str]) -> Json:
    """Return the fields of a slash command; `words` are the command and its text."""
    place = workspace.channels[channel]
    return {
        "token": OLD_TOKEN,
        "team_id": workspace.team_id,
        "team_domain": DOMAIN,
        "channel_id": place.id,
        "channel_name": place.name,
        "user_id": user.id,
        "user_name": user.name.lower(),
        "command": words[0],
        "text": words[1],
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
    }


def interaction(workspace: Workspace, user: User, kind: str) -> Json:
    """Return the fields that all interaction payloads share."""
    return {
        "type": kind,
        "team": {"id": workspace.team_id, "domain": DOMAIN},
        "user": {
            "id": user.id,
            "username": user.name.lower(),
            "name": user.name.lower(),
            "team_id": user.team_id,
        },
        "api_app_id": APP_ID,
        "token": OLD_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_shortcut(workspace: Workspace, message: ChatMessage, callback_id: str) -> Json:
    """Return what the use of an entry of a message's menu adds."""
    place = workspace.channels[message.channel]
    return {
        "callback_id": callback_id,
        "action_ts": f"{workspace.clock().timestamp():.6f}",
        "message_ts": message.ts,
        "channel": {"id": place.id, "name": place.name},
        "message": message_json(workspace, message, with_metadata=False),
    }


def action_json(action: UsedElement) -> Json:
    """Return one entry of `actions`."""
    element = action.element
    shared = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": action.block["block_id"],
    }
    if element["type"] == "button":
        kept = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
        return {**shared, **kept, "action_ts": action.stamp}
    return {**shared, **action.value, "action_ts": action.stamp}


def message_actions(workspace: Workspace, message: ChatMessage, action: UsedElement) -> Json:
    """Return what a click on a message adds: container, message and input values."""
    place = workspace.channels[message.channel]
    current = workspace.message(message.channel, message.ts, message.only_for) or message
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    container |= {"is_ephemeral": message.only_for is not None}
    container |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
    values = initial_values(message.blocks)
    if action.element["type"] not in STATELESS:
        values[action.block["block_id"]][action.element["action_id"]] = action.value
    seen = {"message": message_json(workspace, current)} if not message.only_for else {}
    return {
        "container": container,
        "channel": {"id": place.id, "name": place.name},
        **seen,
        "state": {"values": values},
        "actions": [action_json(action)],
    }


def view_actions(workspace: Workspace, view: View, action: UsedElement) -> Json:
    """Return what a click in a modal adds."""
    container = {"type": "view", "view_id": view.id}
    return {"container": container, "view": view_json(workspace, view), "actions": [action_json(action)]}
