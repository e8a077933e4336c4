"""The values of a local Slack; all are frozen, so that old versions can be kept."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
HOME_TEAM = "T0LOCAL"
APP_ID = "A0SHIPROOM"
BOT_ID = "B0SHIPROOM"


@dataclass(frozen=True, slots=True)
class User:
    """A person or the bot; `team_id` names their workspace, which may be another one."""

    id: str
    name: str
    colour: str = "#64748b"
    title: str = ""
    team_id: str = HOME_TEAM
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    is_bot: bool = False
    email: str = ""


BOT = User("U0SHIPROOM", "Shiproom", colour="#2f5d8a", title="release bot", is_bot=True)
SLACKBOT = User("USLACKBOT", "Slackbot", colour="#7a6f9b", is_bot=True)


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A Slack user group, `@handle`, with the ids of its members."""

    id: str
    handle: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, or (when `is_im`) the direct messages between its members."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    is_im: bool = False
    is_private: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message of a channel; `only_for` makes it ephemeral.

    `ts` names it in its channel and comes from the workspace.
    """

    channel: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    ts: str = ""
    thread_ts: str | None = None
    reply_broadcast: bool = False
    metadata: Json | None = None
    edited: str | None = None
    only_for: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home as its user sees it: its content, the values filled in, and errors."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict[str, Any])
    errors: dict[str, str] = field(default_factory=dict[str, str])
    trouble: str = ""

    @property
    def blocks(self) -> list[Json]:
        """Return the blocks of the view."""
        return self.content["blocks"]


Subject: TypeAlias = User | UserGroup | Channel | ChatMessage | View
Kind: TypeAlias = Literal["user", "group", "channel", "message", "message_gone", "view", "view_gone", "home"]


@dataclass(frozen=True, slots=True)
class WorkspaceChange:
    """A change of the workspace, and who can see it (None: everybody)."""

    number: int
    kind: Kind
    subject: Subject
    audience: frozenset[str] | None = None
