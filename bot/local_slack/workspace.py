"""The state of a local Slack without I/O: who is there, what was said, and a log of changes that others
follow.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count

from bot.local_slack.model import (
    BOT,
    HOME_TEAM,
    SLACKBOT,
    Change,
    Channel,
    Kind,
    Message,
    Subject,
    User,
    UserGroup,
)
from bot.local_slack.naming import named
from bot.local_slack.views import Views

REMEMBERED = 10_000


class Workspace:
    """One Slack workspace in memory, its bot included; every change goes through a method and into `log`."""

    def __init__(self, clock: Callable[[], datetime], team_id: str = HOME_TEAM, bot: User = BOT) -> None:
        """`clock` answers with an aware datetime; all of Slack's time limits are measured with it."""
        self.clock = clock
        self.team_id = team_id
        self.bot = bot
        self.users: dict[str, User] = {}
        self.groups: dict[str, UserGroup] = {}
        self.channels: dict[str, Channel] = {}
        self.log: deque[Change] = deque(maxlen=REMEMBERED)
        self._messages: dict[tuple[str, str], Message] = {}
        self._followers: list[Callable[[Change], None]] = []
        self._last_stamp = 0
        self._ids = count(1)
        self._changes = count(1)
        self.views = Views(self._record, self._ids)
        self.put_user(replace(bot, team_id=team_id))
        self.put_user(replace(SLACKBOT, team_id=team_id))

    def now(self) -> datetime:
        """The time by the clock that is in use now: a test may put another one in."""
        return self.clock()

    def subscribe(self, follower: Callable[[Change], None]) -> Callable[[], None]:
        """Call `follower` with every later change; answers with what ends that."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)

    def put_user(self, user: User) -> User:
        """Add a person, or replace what is known of him."""
        self.users[user.id] = user
        self._record("user", user)
        return user

    def put_group(self, group: UserGroup) -> UserGroup:
        """Add a user group, or replace it, which is how its members change."""
        self.groups[group.id] = group
        self._record("group", group)
        return group

    def put_channel(self, channel: Channel) -> Channel:
        """Add a channel, or replace it, which is how its members change."""
        before = self.channels.get(channel.id, channel)
        self.channels[channel.id] = channel
        self._record("channel", channel, frozenset(channel.members) | frozenset(before.members))
        return channel

    def user_named(self, name: str) -> User:
        """The user with this id or this name; raises KeyError when nobody is called so."""
        for user in self.users.values():
            if name in {user.id, user.name}:
                return user
        raise KeyError(name)

    def direct(self, one: str, other: str) -> Channel:
        """The direct messages between two users, opened when they were not."""
        wanted = {one, other}
        for channel in self.channels.values():
            if channel.is_im and set(channel.members) == wanted:
                return channel
        return self.put_channel(Channel(f"D{next(self._ids):07d}", "directmessage", (one, other), is_im=True))

    def post(self, message: Message) -> Message:
        """Say something: gives it its ts and its block ids, and shows it to those who may see it."""
        posted = replace(message, ts=self._next_ts(), blocks=named(message.blocks, self._ids))
        self._keep(posted)
        if posted.thread_ts and not posted.only_for:
            self._show_parent(posted)
        return posted

    def edit(self, message: Message) -> Message:
        """Put a new version in the place of the message with the same channel and ts."""
        edited = replace(message, blocks=named(message.blocks, self._ids))
        self._keep(edited)
        return edited

    def delete(self, message: Message) -> None:
        """Take a message away."""
        gone = self._messages.pop((message.channel, message.ts))
        self._record("message_gone", gone, self._audience(gone))

    def message(self, channel: str, ts: str, reader: str | None = None) -> Message | None:
        """The message as it is now; an ephemeral one only for its reader."""
        found = self._messages.get((channel, ts))
        return found if found and found.only_for in {None, reader} else None

    def messages(self, channel: str, reader: str | None = None) -> list[Message]:
        """What was said in a channel and its threads, oldest first, with one reader's ephemeral messages."""
        return [
            said
            for said in self._messages.values()
            if said.channel == channel and said.only_for in {None, reader}
        ]

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        """The answers in one thread, oldest first, without its first message and without ephemeral ones."""
        return [said for said in self.messages(channel) if said.thread_ts == thread_ts]

    def _show_parent(self, reply: Message) -> None:
        """Count a new reply on the first message of its thread, wherever that is shown."""
        parent = self._messages.get((reply.channel, reply.thread_ts or ""))
        if parent:
            self._record("message", parent, self._audience(parent))

    def _keep(self, message: Message) -> None:
        self._messages[message.channel, message.ts] = message
        self._record("message", message, self._audience(message))

    def _audience(self, message: Message) -> frozenset[str]:
        if message.only_for:
            return frozenset({message.only_for})
        return frozenset(self.channels[message.channel].members)

    def _record(self, kind: Kind, subject: Subject, audience: frozenset[str] | None = None) -> None:
        change = Change(next(self._changes), kind, subject, audience)
        self.log.append(change)
        for follower in tuple(self._followers):
            follower(change)

    def _next_ts(self) -> str:
        """Slack's ts: seconds and six digits, unique and increasing also while the clock stands still."""
        self._last_stamp = max(self._last_stamp + 1, int(self.clock().timestamp() * 1_000_000))
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"
