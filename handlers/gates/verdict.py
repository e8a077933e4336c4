"""What a gate answers: Open, Waiting (it opens by an event or a time) or Closed (somebody has to act), with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

LOOK_AGAIN = timedelta(seconds=30)
"""When a fact that is unknown or stale is looked at again."""


class Verdict(StrEnum):
    """A gate's answer; only OPEN lets a step pass."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something waits: a stable code with its values, who can clear it, and when it clears or is looked at by itself.

    `who` names teams and users; `event` names what else wakes it; `until` is a time in UTC.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    who: tuple[str, ...] = ()
    until: datetime | None = None
    event: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One gate's answer for a step; `name` tells two gates of a kind apart (for sign-offs the team)."""

    gate: str
    name: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the step may pass this gate."""
        return self.verdict is Verdict.OPEN


def opened(gate: str, name: str = "") -> Asked:
    """Answer yes."""
    return Asked(gate, name or gate, Verdict.OPEN)


def waiting(gate: str, *reasons: Reason, name: str = "") -> Asked:
    """Answer not yet."""
    return Asked(gate, name or gate, Verdict.WAITING, reasons)


def closed(gate: str, *reasons: Reason, name: str = "") -> Asked:
    """Answer no, until somebody acts."""
    return Asked(gate, name or gate, Verdict.CLOSED, reasons)
