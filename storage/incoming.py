"""The input and output of a transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.attempt_endings import AttemptEnding
from handlers.effects import effect_name
from handlers.environments import RunTold
from handlers.events import Event
from handlers.facts import Capabilities, Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import Membership
from handlers.policy import Policy
from handlers.release import Release
from storage.codec import dumps, micros
from storage.confirmed import ConfirmedHeads
from storage.history import Entry, Head


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """An event to apply: its random id, its delivery ("" for none), and its time."""

    id: str
    event: Event
    at: datetime
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known outside the database when a transaction begins.

    `told` is what CIs tell of services of which nothing is decided, by service and environment.
    """

    policy: Policy
    membership: Membership
    capabilities: Mapping[str, Capabilities]
    silent: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    confirmed: ConfirmedHeads = field(default_factory=ConfirmedHeads)
    told: Mapping[str, Mapping[str, RunTold]] = field(default_factory=dict[str, Mapping[str, RunTold]])


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an event.

    `before` is the release's state before it, `was` the release itself (None if it began with it, or nothing was decided of
    it), `head` the chain's new end, `ended` how an attempt ended with it, as the history row tells it.
    `wake_at` is when to reevaluate the release at the latest, as it was saved; `parts` are the answers of several services, and
    `heads` the new ends of their chains.
    """

    result: Reply | Refusal
    release: Release | None = None
    facts: Facts | None = None
    head: Head | None = None
    before: str = ""
    effects: tuple[str, ...] = ()
    build: Any = None
    repeated: bool = False
    wake_at: datetime | None = None
    parts: tuple[tuple[str, Reply | Refusal], ...] = ()
    heads: tuple[Head, ...] = ()
    was: Release | None = None
    ended: AttemptEnding | None = None

    @property
    def undecided(self) -> bool:
        """Whether nothing could be decided now, for a reason that is not the event's: it is worth asking again."""
        return isinstance(self.result, Refusal) and self.result.code in _NOT_NOW


_NOT_NOW = frozenset({"unreadable", "behind"})


def entry_of(incoming: IncomingEvent, number: int, outcome: Mapping[str, Any]) -> Entry:
    """Return the content of the history row of an event that happened to a release; 0 for none."""
    event = incoming.event
    actor = getattr(event, "actor", "")
    return Entry(micros(incoming.at), actor, event.event_name, number, dumps(event), outcome)


def effect_names(decision: Decision | Refusal) -> tuple[str, ...]:
    """Return the public names of a decision's effects."""
    effects_of = decision.effects if isinstance(decision, Decision) else ()
    return tuple(effect_name(effect) for effect in effects_of)
