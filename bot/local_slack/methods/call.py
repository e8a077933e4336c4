"""What every Web API method gets to see: workspace, tickets, arguments; and how it says no in
Slack's words.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from bot.local_slack.model import Channel, Json
from bot.local_slack.rules import BlockFault
from bot.local_slack.tickets import Tickets
from bot.local_slack.workspace import Workspace

Item = TypeVar("Item")
PAGE = 100


class ApiError(Exception):
    """An answer `{"ok": false, "error": code}`, with what else Slack says beside it."""

    def __init__(
        self, code: str, messages: Sequence[BlockFault] = (), beside: Mapping[str, str] | None = None
    ) -> None:
        """`messages` are the faults of a payload, which Slack names in `response_metadata`; `beside` stands beside
        the code.
        """
        super().__init__(code)
        self.code = code
        self.beside = dict(beside or {})
        self.messages = [f"[ERROR] {fault}" for fault in messages]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method; `address` is where this Slack answers, without a slash at the end, `scopes` are its token's."""

    workspace: Workspace
    tickets: Tickets
    address: str
    arguments: Json
    scopes: frozenset[str] = frozenset()

    def text(self, name: str) -> str | None:
        """An argument as a string, None when it is absent or empty."""
        value = self.arguments.get(name)
        return None if value in {None, ""} else str(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """An argument that must be there; raises ApiError(error)."""
        value = self.text(name)
        if value is None:
            raise ApiError(error)
        return value

    def yes(self, name: str) -> bool:
        """A flag in any of the spellings that Slack takes."""
        return self.arguments.get(name) in {True, "1", "true", "True"}

    def structure(self, name: str, error: str) -> Any:  # noqa: ANN401 - what an app sends can be anything
        """An argument that is JSON, sent as such or as a string; raises ApiError(error) for what is none."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    def channel(self) -> Channel:
        """The channel of the call; raises ApiError("channel_not_found"), also for a private one that the bot is not in."""
        found = self.workspace.channels.get(self.needed("channel", "channel_not_found"))
        if not found or (found.is_private and self.workspace.bot.id not in found.members):
            raise ApiError("channel_not_found")
        return found

    def require(self, scope: str) -> None:
        """What this kind of channel needs; raises ApiError("missing_scope")."""
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise ApiError("missing_scope", beside={"needed": scope, "provided": provided})

    def joined_channel(self) -> Channel:
        """The channel of the call, with the bot in it; raises ApiError."""
        channel = self.channel()
        if self.workspace.bot.id not in channel.members:
            raise ApiError("channel_not_found" if channel.is_im else "not_in_channel")
        return channel

    def number(self, name: str, default: float, error: str) -> float:
        """An argument that is a number; raises ApiError(error) when it is something else."""
        try:
            return float(self.text(name) or default)
        except ValueError:
            raise ApiError(error) from None

    def page(self, items: Sequence[Item]) -> tuple[list[Item], Json]:
        """The part of a list that `cursor` and `limit` ask for, and the `response_metadata` that leads on."""
        start = int(self.number("cursor", 0, "invalid_cursor"))
        end = start + int(self.number("limit", PAGE, "invalid_limit"))
        return list(items[start:end]), {"next_cursor": str(end) if end < len(items) else ""}


class Method(NamedTuple):
    """What a method does, the scope that it needs (or one of `instead`), and which kind of token may call it."""

    answer: Callable[[Call], Json]
    scope: str = ""
    instead: tuple[str, ...] = ()
    by: str = "bot"
