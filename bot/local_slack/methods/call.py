"""What every Web API method receives, and the errors that it answers with."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from bot.local_slack.model import Channel, Json
from bot.local_slack.rules import BlockError
from bot.local_slack.triggers import Triggers
from bot.local_slack.workspace import Workspace

Item = TypeVar("Item")
PAGE = 100


class ApiError(Exception):
    """An answer `{"ok": false, "error": code}` with its details."""

    def __init__(
        self, code: str, messages: Sequence[BlockError] = (), details: Mapping[str, str] | None = None
    ) -> None:
        """Keep the errors of a payload and further fields of the answer."""
        super().__init__(code)
        self.code = code
        self.details = dict(details or {})
        self.messages = [f"[ERROR] {error}" for error in messages]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method.

    `address` is this Slack's own URL without a slash at the end, `scopes` are those of the token.
    """

    workspace: Workspace
    triggers: Triggers
    address: str
    arguments: Json
    scopes: frozenset[str] = frozenset()

    def text(self, name: str) -> str | None:
        """Return an argument as a string, None when it is absent or empty."""
        value = self.arguments.get(name)
        return None if value in {None, ""} else str(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """Return an argument that must be there; raises ApiError(error)."""
        value = self.text(name)
        if value is None:
            raise ApiError(error)
        return value

    def yes(self, name: str) -> bool:
        """Return a flag, in any of the spellings that Slack takes."""
        return self.arguments.get(name) in {True, "1", "true", "True"}

    def structure(self, name: str, error: str) -> Any:  # noqa: ANN401 - what an app sends can be anything
        """Decode a JSON argument, sent as such or as a string; raises ApiError(error)."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    def channel(self) -> Channel:
        """Return the channel of the call; raises ApiError("channel_not_found").

        A private channel that the bot is not in cannot be found either.
        """
        found = self.workspace.channels.get(self.needed("channel", "channel_not_found"))
        if not found or (found.is_private and self.workspace.bot.id not in found.members):
            raise ApiError("channel_not_found")
        return found

    def require(self, scope: str) -> None:
        """Require a scope; raises ApiError("missing_scope")."""
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise ApiError("missing_scope", details={"needed": scope, "provided": provided})

    def joined_channel(self) -> Channel:
        """Return the channel of the call, which the bot must be in; raises ApiError."""
        channel = self.channel()
        if self.workspace.bot.id not in channel.members:
            raise ApiError("channel_not_found" if channel.is_im else "not_in_channel")
        return channel

    def number(self, name: str, default: float, error: str) -> float:
        """Return an argument that is a number; raises ApiError(error)."""
        try:
            return float(self.text(name) or default)
        except ValueError:
            raise ApiError(error) from None

    def page(self, items: Sequence[Item]) -> tuple[list[Item], Json]:
        """Return the page that `cursor` and `limit` ask for, and its `response_metadata`."""
        start = int(self.number("cursor", 0, "invalid_cursor"))
        end = start + int(self.number("limit", PAGE, "invalid_limit"))
        return list(items[start:end]), {"next_cursor": str(end) if end < len(items) else ""}


class Method(NamedTuple):
    """A method's function, its scope or `alternatives` to it, and its kind of token."""

    answer: Callable[[Call], Json]
    scope: str = ""
    alternatives: tuple[str, ...] = ()
    by: str = "bot"
