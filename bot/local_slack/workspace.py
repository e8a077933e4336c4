"""The state of a local Slack in memory, and a log of changes that others follow."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count

from bot.local_slack.homes import Homes
from bot.local_slack.model import (
    BOT,
    HOME_TEAM,
    SLACKBOT,
    Channel,
    ChatMessage,
    Kind,
    Subject,
    User,
    UserGroup,
    WorkspaceChange,
)
from bot.local_slack.naming import named
from bot.local_slack.open_modals import OpenModals
from bot.local_slack.workflows import Workflows

REMEMBERED = 10_000


class Workspace:
    """One Slack workspace with its bot; every change is recorded in `log`."""

    def __init__(self, clock: Callable[[], datetime], team_id: str = HOME_TEAM, bot: User = BOT) -> None:
        """Start empty; `clock` returns an aware datetime for all of Slack's time limits."""
        self.clock = clock
        self.team_id = team_id
        self.bot = bot
        self.users: dict[str, User] = {}
        self.groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.unknown_blocks: frozenset[str] = frozenset()
        """Types of blocks that this workspace refuses in messages, as one that did not get them yet."""
        self.log: deque[WorkspaceChange] = deque(maxlen=REMEMBERED)
        self._messages: dict[tuple[str, str], ChatMessage] = {}
        self._followers: list[Callable[[WorkspaceChange], None]] = []
        self._last_stamp = 0
        self._ids = count(1)
        self._changes = count(1)
        self.modals = OpenModals(self._record, self._ids)
        self.homes = Homes(self._record, self._ids)
        self.workflows = Workflows()
        self.put_user(replace(bot, team_id=team_id))
        self.put_user(replace(SLACKBOT, team_id=team_id))

    def now(self) -> datetime:
        """Return the time of the current clock, which a test may replace."""
        return self.clock()

    def subscribe(self, follower: Callable[[WorkspaceChange], None]) -> Callable[[], None]:
        """Call `follower` with every later change; return a function that ends that."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)

    def put_user(self, user: User) -> User:
        """Add a user, or replace what is known of them."""
        self.users[user.id] = user
        self._record("user", user)
        return user

    def put_group(self, group: UserGroup) -> UserGroup:
        """Add a user group, or replace it, for example to change its members."""
        self.groups[group.id] = group
        self._record("group", group)
        return group

    def put_channel(self, channel: Channel) -> Channel:
        """Add a channel, or replace it, for example to change its members."""
        before = self.channels.get(channel.id, channel)
        self.channels[channel.id] = channel
        self._record("channel", channel, frozenset(channel.members) | frozenset(before.members))
        return channel

    def direct(self, one: str, other: str) -> Channel:
        """Return the direct messages between two users, opened if necessary."""
        wanted = {one, other}
        for channel in self.channels.values():
            if channel.is_im and set(channel.members) == wanted:
                return channel
        return self.put_channel(Channel(f"D{next(self._ids):07d}", "directmessage", (one, other), is_im=True))

    def post(self, message: ChatMessage) -> ChatMessage:
        """Post a message: assign its ts and block ids, and show it to its readers."""
        posted = replace(message, ts=self._next_ts(), blocks=named(message.blocks, self._ids))
        self._keep(posted)
        if posted.thread_ts and not posted.only_for:
            self._show_parent(posted)
        return posted

    def edit(self, message: ChatMessage) -> ChatMessage:
        """Replace the message with the same channel and ts."""
        edited = replace(message, blocks=named(message.blocks, self._ids))
        self._keep(edited)
        return edited

    def delete(self, message: ChatMessage) -> None:
        """Delete a message."""
        gone = self._messages.pop((message.channel, message.ts))
        self._record("message_gone", gone, self._audience(gone))

    def message(self, channel: str, ts: str, reader: str | None = None) -> ChatMessage | None:
        """Return a message as it is now; an ephemeral one only to its reader."""
        found = self._messages.get((channel, ts))
        return found if found and found.only_for in {None, reader} else None

    def messages(self, channel: str, reader: str | None = None) -> list[ChatMessage]:
        """List a channel's messages, oldest first, with one reader's ephemeral ones."""
        return [
            said
            for said in self._messages.values()
            if said.channel == channel and said.only_for in {None, reader}
        ]

    def replies(self, channel: str, thread_ts: str) -> list[ChatMessage]:
        """List the replies of a thread, oldest first, without ephemeral ones."""
        return [said for said in self.messages(channel) if said.thread_ts == thread_ts]

    def _show_parent(self, reply: ChatMessage) -> None:
        """Update the reply count that the first message of the thread shows."""
        parent = self._messages.get((reply.channel, reply.thread_ts or ""))
        if parent:
            self._record("message", parent, self._audience(parent))

    def _keep(self, message: ChatMessage) -> None:
        self._messages[message.channel, message.ts] = message
        self._record("message", message, self._audience(message))

    def _audience(self, message: ChatMessage) -> frozenset[str]:
        if message.only_for:
            return frozenset({message.only_for})
        return frozenset(self.channels[message.channel].members)

    def _record(self, kind: Kind, subject: Subject, audience: frozenset[str] | None = None) -> None:
        change = WorkspaceChange(next(self._changes), kind, subject, audience)
        self.log.append(change)
        for follower in tuple(self._followers):
            follower(change)

    def _next_ts(self) -> str:
        """Return a ts: seconds and six digits, unique and always increasing."""
        self._last_stamp = max(self._last_stamp + 1, int(self.clock().timestamp() * 1_000_000))
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"
