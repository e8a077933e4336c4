"""Reads what is under way for the metrics: open releases and their waits, locks, reviews that are owed, effects.

It is read raw, and summed up apart: the transaction stays short, and a thread beside the event loop can do the rest.
"""

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, bindparam, case, func, select

from handlers.wait import Wait
from storage import environments
from storage.codec import UnreadableError, micros, moment, reading
from storage.prepared import Prepared, Row
from storage.tables import EffectRow, ReleaseRow, ServiceRow, table

_release, _service, _effect = table(ReleaseRow), table(ServiceRow), table(EffectRow)
_waits: TypeAdapter[tuple[Wait, ...]] = TypeAdapter(tuple[Wait, ...])
_open = Prepared(
    select(_release.c.service, _release.c.state, _release.c.body).where(_release.c.ended_at.is_(None))
)
_services = Prepared(select(_service.c.service, _service.c.body))
_pending = Prepared(
    select(func.count(), func.sum(case((_effect.c.tries > 0, 1), else_=0))).where(_effect.c.done_at.is_(None))
)
_first_due = Prepared(
    select(func.min(_effect.c.due_at)).where(
        and_(_effect.c.done_at.is_(None), _effect.c.due_at <= bindparam("now"))
    )
)


@dataclass(frozen=True, slots=True)
class SavedState:
    """What is saved of everything under way, as the database has it."""

    releases: Iterable[Row]
    services: Iterable[Row]
    pending: int
    retrying: int
    first_due: int | None


@dataclass(frozen=True, slots=True)
class Reviews:
    """How many reviews an environment owes, and how many of them are overdue."""

    owed: int
    overdue: int


@dataclass(slots=True)
class UnderWay:
    """What is under way: open releases by service and state, the waits of each service, locks and reviews by place.

    A place is a service and an environment, and `failed` says whether its newest deployment failed; `late` is for how long the
    effect that is due longest has been due.
    """

    effects: int
    retrying: int
    late: timedelta
    releases: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    waits: list[tuple[str, Wait]] = field(default_factory=list[tuple[str, Wait]])
    locks: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    reviews: dict[tuple[str, str], Reviews] = field(default_factory=dict[tuple[str, str], Reviews])
    failed: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])


def read(connection: Connection, now: datetime) -> SavedState:
    """Read what is saved of everything under way."""
    pending, retrying = _pending.rows(connection)[0]
    first = _first_due.scalar(connection, now=micros(now))
    return SavedState(
        _open.rows(connection), _services.rows(connection), int(pending), int(retrying or 0), first
    )


def summed(saved: SavedState, now: datetime) -> UnderWay:
    """Sum up what was read, without rows that cannot be read: `storage.scan` finds them."""
    due = now if saved.first_due is None else moment(saved.first_due)
    found = UnderWay(saved.pending, saved.retrying, max(timedelta(0), now - due))
    for service, state, body in saved.releases:
        found.releases[service, state] += 1
        with suppress(UnreadableError), reading("release"):
            found.waits += [(service, each) for each in _waits.validate_python(_written(body))]
    for service, body in saved.services:
        with suppress(UnreadableError):
            for name, state in environments.read_states(service, body).items():
                overdue = sum(each.is_overdue(now) for each in state.reviews)
                found.locks[service, name] = len(state.current_locks(now))
                found.failed[service, name] = state.failed
                found.reviews[service, name] = Reviews(len(state.reviews), overdue)
    return found


def _written(body: str) -> list[object]:
    """Return what a release waits for as it is written, without the rest of it."""
    waits: list[object] = json.loads(body).get("waits", [])
    return waits
