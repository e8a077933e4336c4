"""Saves what follows from a decision together with the one history row that vouches for all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from handlers.effects import Effect
from handlers.environments import EnvironmentState
from storage import effects, environments, history
from storage.codec import moment
from storage.effects import Origin
from storage.history import Entry, Head
from storage.vouching import Rows


@dataclass(frozen=True, slots=True)
class Locked:
    """A service under lock: its environments, and the head of its chain."""

    states: Mapping[str, EnvironmentState]
    head: Head


@dataclass(frozen=True, slots=True)
class Changes:
    """What a transaction changes beside the history; `rows` are the digests of the rows that it has written already."""

    environments: Mapping[str, EnvironmentState] = field(default_factory=dict[str, EnvironmentState])
    effects: tuple[Effect, ...] = ()
    rows: Mapping[str, str] = field(default_factory=Rows)


NOTHING = Changes()


def record(connection: Connection, locked: Locked, entry: Entry, changes: Changes = NOTHING) -> Head:
    """Save changes and the history row that vouches for them; return the chain's new head."""
    service, origin = locked.head.service, Origin(locked.head.service, locked.head.row + 1)
    rows = {**changes.rows, **effects.add(connection, changes.effects, moment(entry.at), origin)}
    body, written = environments.change(connection, service, locked.states, changes.environments, entry.at)
    rows |= written
    if rows:
        entry = replace(entry, outcome={**entry.outcome, "rows": rows})
    head = history.append(connection, locked.head, entry)
    environments.save(connection, head, body)
    return head
