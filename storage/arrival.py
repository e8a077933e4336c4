"""What goes in through the door and what comes out of it, and the one way to write a history row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from handlers.events import Event
from handlers.facts import Capabilities, Facts
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import Roll
from handlers.plan import Policy
from handlers.release import Release
from storage import history
from storage.codec import dumps, micros
from storage.history import Entry, Head


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event on its way in: its random id, the delivery that brought it ("" for none), and when it came."""

    id: str
    event: Event
    at: datetime
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """What is known outside the database when a transaction begins."""

    policy: Policy
    roll: Roll
    capabilities: Mapping[str, Capabilities]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an arrival. `before` is the release's state word before it, `head` the chain's new end."""

    result: Reply | Refusal
    release: Release | None = None
    facts: Facts | None = None
    head: Head | None = None
    before: str = ""
    effects: tuple[str, ...] = ()
    build: Any = None
    repeated: bool = False


def append(
    connection: Connection, head: Head, arrival: Arrival, number: int, outcome: Mapping[str, Any]
) -> Head:
    """Add the row of an arrival to its service's chain, and give the new head."""
    event = arrival.event
    actor = getattr(event, "actor", "")
    entry = Entry(micros(arrival.at), actor, type(event).__name__, number, dumps(event), outcome)
    return history.append(connection, head, entry)


def kinds(decision: Decision | Refusal) -> tuple[str, ...]:
    """Name the kinds of effects of a decision."""
    effects_of = decision.effects if isinstance(decision, Decision) else ()
    return tuple(type(effect).__name__ for effect in effects_of)
