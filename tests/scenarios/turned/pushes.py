"""Remembers each message as it was posted: a phone shows that, and not what the message was edited to later."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from bot.local_slack.model import ChatMessage, WorkspaceChange
from bot.local_slack.workspace import Workspace
from tests.local_slack.plain_text import read_text

NAMED = re.compile(r"<(?:@|!subteam\^)([UWS][A-Z0-9]+)")
EVERYBODY = re.compile(r"<!(?:here|channel|everyone)")


def said_at(message: ChatMessage) -> datetime:
    """Return when a message was posted."""
    return datetime.fromtimestamp(float(message.ts), UTC)


@dataclass
class Pushes:
    """The messages of a workspace as they were posted."""

    workspace: Workspace
    posted: dict[tuple[str, str], ChatMessage] = field(default_factory=dict[tuple[str, str], ChatMessage])

    @classmethod
    def of_workspace(cls, workspace: Workspace) -> Self:
        """Begin to remember."""
        pushes = cls(workspace)
        workspace.subscribe(pushes.note)
        return pushes

    def note(self, change: WorkspaceChange) -> None:
        """Remember a message that is new."""
        if isinstance(change.subject, ChatMessage) and change.kind == "message":
            said = change.subject
            self.posted.setdefault((said.channel, said.ts), said)

    def of(self, user: str, since: datetime | None = None) -> list[str]:
        """List the push lines that somebody got, oldest first."""
        mine = [said for said in self.posted.values() if self._reaches(said, user)]
        ordered = sorted((said for said in mine if since is None or said_at(said) >= since), key=said_at)
        return [read_text(self.workspace, said.text) for said in ordered]

    def _reaches(self, said: ChatMessage, user: str) -> bool:
        channel = self.workspace.channels[said.channel]
        if user not in channel.members or said.user == user or said.only_for:
            return False
        if channel.is_im or EVERYBODY.search(said.text):
            return True
        groups = {group.id for group in self.workspace.groups.values() if user in group.members}
        return bool({user, *groups} & set(NAMED.findall(said.text)))
