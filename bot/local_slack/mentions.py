"""The event app_mention: somebody, a bot or a workflow mentions the bot in a channel that it is in.

docs.slack.dev/reference/events/app_mention. Slack sends it for what bots and workflows say too, and again for a message that
was edited; an app tells these by `bot_id`, `subtype` and `edited`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.local_slack.model import ChatMessage, Json, WorkspaceChange
from bot.local_slack.serializers import message_json
from bot.local_slack.workspace import Workspace

MENTIONED = "app_mention"


@dataclass(slots=True)
class MentionWatch:
    """Sends the event for each message that mentions the bot, as soon as it is posted or edited."""

    workspace: Workspace
    send: Callable[[Json], None]
    _told: set[tuple[str, str, str | None]] = field(default_factory=set[tuple[str, str, str | None]])

    def follow(self, change: WorkspaceChange) -> None:
        """Look at a change of the workspace."""
        if (
            isinstance(change.subject, ChatMessage)
            and change.kind == "message"
            and self._tells(change.subject)
        ):
            self.send(mention_json(self.workspace, change.subject))

    def _tells(self, message: ChatMessage) -> bool:
        bot, channel = self.workspace.bot.id, self.workspace.channels[message.channel]
        named = (message.channel, message.ts, message.edited)
        mentions = f"<@{bot}>" in message.text and message.user != bot and not message.only_for
        if not mentions or channel.is_im or bot not in channel.members or named in self._told:
            return False
        self._told.add(named)
        return True


def mention_json(workspace: Workspace, message: ChatMessage) -> Json:
    """Return the event for a message."""
    written = message_json(workspace, message)
    kept = ("user", "ts", "text", "team", "blocks", "thread_ts", "edited", "bot_id", "subtype")
    event = {name: written[name] for name in kept if name in written}
    if message.thread_ts is None:
        event.pop("thread_ts", None)
    sender = workspace.users[message.user]
    if sender.is_bot:
        event |= {
            "bot_id": f"B{sender.id[1:]}",
            "bot_profile": {"id": f"B{sender.id[1:]}", "name": sender.name},
        }
    return {"type": MENTIONED, "channel": message.channel, "event_ts": message.ts, **event}


def mentioning(workspace: Workspace, text: str) -> str:
    """Turn names typed with an `@` into mentions, as Slack's own composer does."""
    for user in workspace.users.values():
        text = re.sub(rf"(?<!\w)@{re.escape(user.name)}\b", f"<@{user.id}>", text)
    return text
