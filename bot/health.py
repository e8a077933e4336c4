"""Tracks which connections answer: each CI, Slack, the database.

A connection that is refused or silent keeps the first moment of its silence and the latest refusal in words. What is kept
here is read by cards, `why`, /readyz and /metrics at once, and by what tells operators after a while.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock

SLACK = "Slack"
SLACK_SOCKET = "Slack's Socket Mode"
DATABASE = "the database"
"""Names of what is connected beside the CIs; no CI can have them, because theirs have no capitals and no spaces."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a connection is: its last answer, and what it has said since it stopped to work.

    `refused_since` is None while it works. `expires_at` is when its token ends, as far as it says so.
    """

    name: str
    answered_at: datetime | None = None
    refused_since: datetime | None = None
    refusal: str = ""
    expires_at: datetime | None = None


Listener = Callable[[Condition], None]


class Health:
    """The conditions of all connections, of this process alone: each replica has connections of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._conditions: dict[str, Condition] = {}
        self.listeners: list[Listener] = []

    def answered(self, name: str) -> None:
        """Note that a connection works."""
        before = self.of(name)
        self._conditions[name] = replace(
            before, answered_at=self._clock.now(), refused_since=None, refusal=""
        )
        if before.refused_since is not None:
            self._notify(name)

    def refused(self, name: str, words: str) -> None:
        """Note that a connection does not work, and what it or the network said, for people to read."""
        before = self.of(name)
        since = before.refused_since or self._clock.now()
        self._conditions[name] = replace(before, refused_since=since, refusal=words)
        if (before.refused_since, before.refusal) != (since, words):
            self._notify(name)

    def expires(self, name: str, at: datetime | None) -> None:
        """Note when the token of a connection ends."""
        self._conditions[name] = replace(self.of(name), expires_at=at)

    def forget(self, name: str) -> None:
        """Forget a connection that is not in the policy any more, or was set anew."""
        self._conditions.pop(name, None)

    def of(self, name: str) -> Condition:
        """Return the condition of a connection; nothing is known of one that was never used."""
        return self._conditions.get(name) or Condition(name)

    def silent(self) -> tuple[Condition, ...]:
        """List what does not work now, the longest silence first."""
        unwell = [each for each in self._conditions.values() if each.refused_since is not None]
        return tuple(sorted(unwell, key=lambda each: (each.refused_since, each.name)))

    def _notify(self, name: str) -> None:
        for listener in self.listeners:
            listener(self._conditions[name])
