"""Trigger ids (once, 3 s) and response urls (5 times, 30 minutes)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

TRIGGER_LIFE = timedelta(seconds=3)  # docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5
FORGOTTEN_AFTER = 2 * RESPONSE_LIFE
"""After this, what expired is as unknown as what was never issued."""


@dataclass(frozen=True, slots=True)
class TriggerId:
    """The user whose interaction lets the bot open a modal."""

    user: str
    made_at: datetime


@dataclass(slots=True)
class ResponseUrl:
    """The target of a response_url: user, channel, and the message clicked on."""

    user: str
    channel: str
    message_ts: str | None
    made_at: datetime
    uses: int = 0


class TriggerError(Exception):
    """A trigger id or response_url that is unknown, used up or expired."""

    def __init__(self, code: str) -> None:
        """Keep Slack's error code."""
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Triggers:
    """The trigger ids and response urls that are valid."""

    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    _triggers: dict[str, TriggerId] = field(default_factory=dict[str, TriggerId])
    _spent: set[str] = field(default_factory=set[str])
    _responses: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])

    def new_trigger_id(self, user: str) -> str:
        """Issue a trigger id for the user's interaction."""
        for old in _older(self._triggers, self.clock() - FORGOTTEN_AFTER):
            del self._triggers[old]
            self._spent.discard(old)
        name = self.new_id()
        self._triggers[name] = TriggerId(user, self.clock())
        return name

    def spend_trigger_id(self, name: str) -> str:
        """Use up a trigger id and return its user; raises TriggerError."""
        new_trigger_id = self._triggers.get(name)
        if not new_trigger_id:
            raise TriggerError("invalid_trigger_id")
        if name in self._spent:
            raise TriggerError("exchanged_trigger_id")
        if self.clock() - new_trigger_id.made_at > TRIGGER_LIFE:
            raise TriggerError("expired_trigger_id")
        self._spent.add(name)
        return new_trigger_id.user

    def new_response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """Issue the id of a response_url."""
        for old in _older(self._responses, self.clock() - FORGOTTEN_AFTER):
            del self._responses[old]
        name = self.new_id()
        self._responses[name] = ResponseUrl(user, channel, message_ts, self.clock())
        return name

    def use_response_url(self, name: str) -> ResponseUrl:
        """Count one use of a response_url and return its target; raises TriggerError."""
        target = self._responses.get(name)
        if not target:
            raise TriggerError("no_such_url")
        if self.clock() - target.made_at > RESPONSE_LIFE:
            raise TriggerError("expired_url")
        if target.uses >= RESPONSE_USES:
            raise TriggerError("used_url")
        target.uses += 1
        return target


def _older(issued: Mapping[str, TriggerId | ResponseUrl], limit: datetime) -> list[str]:
    """List what was issued before a time; the oldest comes first."""
    return list(takewhile(lambda name: issued[name].made_at < limit, issued))
