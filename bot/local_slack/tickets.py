"""What Slack hands out with an interaction: trigger ids (once, 3 s) and response urls (5 times, 30
minutes).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

TRIGGER_LIFE = timedelta(seconds=3)  # docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass(frozen=True, slots=True)
class Trigger:
    """Who did the thing that lets the bot open a modal."""

    user: str
    made_at: datetime


@dataclass(slots=True)
class ResponseUrl:
    """Where a post to a response_url goes: to whom, into which channel, and which message was clicked on."""

    user: str
    channel: str
    message_ts: str | None
    made_at: datetime
    uses: int = 0


class TicketError(Exception):
    """The ticket is unknown, used up or too old; `code` is Slack's word for it."""

    def __init__(self, code: str) -> None:
        """Slack's own error word."""
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Tickets:
    """All tickets that are out."""

    clock: Callable[[], datetime]
    new_name: Callable[[], str]
    _triggers: dict[str, Trigger] = field(default_factory=dict[str, Trigger])
    _spent: set[str] = field(default_factory=set[str])
    _responses: dict[str, ResponseUrl] = field(default_factory=dict[str, ResponseUrl])

    def trigger(self, user: str) -> str:
        """A fresh trigger id for what this person just did."""
        name = self.new_name()
        self._triggers[name] = Trigger(user, self.clock())
        return name

    def spend_trigger(self, name: str) -> str:
        """The person behind a trigger id, which is used up by it; raises TicketError."""
        trigger = self._triggers.get(name)
        if not trigger:
            raise TicketError("invalid_trigger_id")
        if name in self._spent:
            raise TicketError("exchanged_trigger_id")
        if self.clock() - trigger.made_at > TRIGGER_LIFE:
            raise TicketError("expired_trigger_id")
        self._spent.add(name)
        return trigger.user

    def response_url(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """The id of a fresh response_url."""
        name = self.new_name()
        self._responses[name] = ResponseUrl(user, channel, message_ts, self.clock())
        return name

    def use_response(self, name: str) -> ResponseUrl:
        """Count one use of a response_url; raises TicketError."""
        ticket = self._responses.get(name)
        if not ticket:
            raise TicketError("no_such_url")
        if self.clock() - ticket.made_at > RESPONSE_LIFE:
            raise TicketError("expired_url")
        if ticket.uses >= RESPONSE_USES:
            raise TicketError("used_url")
        ticket.uses += 1
        return ticket
