"""Effects to do: written with their decision, leased by one worker at a time, in order per destination."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, text, update

from handlers.effects import Effect, ShowCard, destination
from storage.codec import dump_effect, effect_kind, micros
from storage.prepared import Prepared, prepared_insert
from storage.tables import EffectRow, table

_effect = table(EffectRow)
_earlier = _effect.alias("earlier")
_undone = _effect.c.done_at.is_(None)
_insert = prepared_insert(_effect)
_first_in_line = ~exists(
    select(_earlier.c.id).where(
        and_(
            _earlier.c.done_at.is_(None),
            _earlier.c.destination == _effect.c.destination,
            _earlier.c.id < _effect.c.id,
        )
    )
)
PARKED = 2**62
"""The due time of an effect that stands behind another one of its destination: it becomes due when that one is done."""

# Under lock: until this transaction has ended nobody draws a card from before it, or ends what is stood behind.
_standing = Prepared(
    select(_effect.c.lease_by)
    .where(and_(_undone, _effect.c.destination == bindparam("where")))
    .with_for_update(key_share=True)
)
_next_in_line = Prepared(
    update(_effect)
    .where(
        _effect.c.id
        == select(func.min(_earlier.c.id))
        .where(and_(_earlier.c.done_at.is_(None), _earlier.c.destination == bindparam("where")))
        .scalar_subquery()
    )
    .where(_effect.c.due_at == PARKED)
    .values(due_at=bindparam("due"))
)
_left_parked = Prepared(
    update(_effect)
    .where(and_(_undone, _effect.c.due_at == PARKED, _first_in_line))
    .values(due_at=bindparam("now"))
)
_free = or_(_effect.c.lease_by.is_(None), _effect.c.lease_until < bindparam("now"))
_claimable = Prepared(
    select(*(_effect.c[name] for name in ("id", "kind", "body", "release", "destination", "tries")))
    .where(and_(_undone, _effect.c.due_at <= bindparam("now"), _free, _first_in_line))
    .order_by(_effect.c.due_at, _effect.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_lease = Prepared(
    update(_effect)
    .where(_effect.c.id == bindparam("which"))
    .values(lease_by=bindparam("owner"), lease_until=bindparam("until"))
)
_done = Prepared(
    update(_effect)
    .where(and_(_effect.c.id == bindparam("which"), _effect.c.lease_by == bindparam("owner")))
    .values(done_at=bindparam("now"), failure=bindparam("why"), lease_by=None)
)
_again = Prepared(
    update(_effect)
    .where(and_(_effect.c.id == bindparam("which"), _undone, _effect.c.lease_by == bindparam("owner")))
    .values(
        due_at=bindparam("due"),
        tries=_effect.c.tries + bindparam("more"),
        lease_by=None,
        failure=bindparam("why"),
    )
)
_renew = Prepared(
    update(_effect)
    .where(and_(_undone, _effect.c.lease_by == bindparam("owner")))
    .values(lease_until=bindparam("until"))
)
_release_leases = Prepared(
    update(_effect).where(and_(_undone, _effect.c.lease_by.is_not(None))).values(lease_by=None)
)
_newer = _effect.alias("newer")
_outdated_card = Prepared(
    update(_effect)
    .where(
        and_(
            _undone,
            _effect.c.kind == "ShowCard",
            _effect.c.lease_by.is_not(None),
            or_(_effect.c.id == bindparam("which"), bindparam("which") == 0),
            exists(
                select(_newer.c.id).where(
                    and_(
                        _newer.c.done_at.is_(None),
                        _newer.c.lease_by.is_(None),
                        _newer.c.destination == _effect.c.destination,
                        _newer.c.kind == "ShowCard",
                    )
                )
            ),
        )
    )
    .values(done_at=bindparam("now"), lease_by=None)
)
_hasten = Prepared(
    update(_effect)
    .where(
        and_(
            _undone,
            _effect.c.lease_by.is_(None),
            _effect.c.destination == bindparam("where"),
            _effect.c.due_at < PARKED,
        )
    )
    .values(due_at=bindparam("due"))
)
_next_due = Prepared(select(func.min(_effect.c.due_at)).where(and_(_undone, _effect.c.lease_by.is_(None))))
_next_lease_end = Prepared(
    select(func.min(_effect.c.lease_until)).where(and_(_undone, _effect.c.lease_by.is_not(None)))
)
_prune = Prepared(delete(_effect).where(_effect.c.done_at < bindparam("before")))
_failures = Prepared(
    select(_effect.c.kind, _effect.c.failure)
    .where(_effect.c.failure.is_not(None), _effect.c.release == bindparam("wanted"))
    .order_by(_effect.c.id.desc())
    .limit(3)
)
_notify = text("SELECT pg_notify('shiproom', '')")


@dataclass(frozen=True, slots=True)
class Task:
    """An effect that was leased to `owner`: `tries` counts how often it failed before."""

    id: int
    kind: str
    body: str
    release: int
    destination: str
    tries: int
    owner: str = ""


def add(connection: Connection, effects: Iterable[Effect], now: datetime) -> None:
    """Write effects down, each behind those that its destination waits for already.

    A card that waits to be drawn already is not written twice.
    """
    written = False
    for effect in effects:
        written |= _add(connection, effect, micros(now))
    if written and connection.dialect.name == "postgresql":
        connection.execute(_notify)


def _add(connection: Connection, effect: Effect, now: int) -> bool:
    where = destination(effect)
    standing = [holder for (holder,) in _standing.rows(connection, where=where)]
    if isinstance(effect, ShowCard) and None in standing:
        return False
    _insert.change(
        connection,
        destination=where,
        kind=effect_kind(effect),
        release=getattr(effect, "release", 0),
        body=dump_effect(effect),
        due_at=PARKED if standing else now,
        tries=0,
        lease_by=None,
        lease_until=None,
        done_at=None,
        failure=None,
    )
    return True


def claim(connection: Connection, owner: str, now: datetime, lasts: timedelta, most: int) -> list[Task]:
    """Lease the first due effect of as many destinations as wanted."""
    tasks = [Task(*row, owner=owner) for row in _claimable.rows(connection, now=micros(now), most=most)]
    for task in tasks:
        _lease.change(connection, which=task.id, owner=owner, until=micros(now + lasts))
    return tasks


def renew(connection: Connection, owner: str, until: datetime) -> None:
    """Lease what a worker still has for longer."""
    _renew.change(connection, owner=owner, until=micros(until))


def done(connection: Connection, task: Task, now: datetime, failure: str | None = None) -> None:
    """Mark an effect as performed, or as failed for good; the next one of its destination is due.

    Only who has the lease may say so: one whose lease another worker has taken over says nothing any more.
    """
    if _done.change(connection, which=task.id, owner=task.owner, now=micros(now), why=failure):
        _next_in_line.change(connection, where=task.destination, due=micros(now))


def unpark(connection: Connection, now: datetime) -> None:
    """Make effects due that stand first in line and were left parked.

    On PostgreSQL one that is written while the one before it is being marked as done sees that one as still undone.
    """
    _left_parked.change(connection, now=micros(now))


def again(connection: Connection, task: Task, due: datetime, why: str | None, *, failed: bool) -> None:
    """Put an effect back until a later time; `failed` counts a try. A card that a newer row will draw is done with."""
    if task.kind == ShowCard.__name__:
        _outdated_card.change(connection, which=task.id, now=micros(due))
        _next_in_line.change(connection, where=task.destination, due=micros(due))
    _again.change(connection, which=task.id, owner=task.owner, due=micros(due), why=why, more=int(failed))


def release_leases(connection: Connection) -> None:
    """Give all leases free: for the one process that knows that no other one is alive."""
    _outdated_card.change(connection, which=0, now=1)
    _release_leases.change(connection)
    _left_parked.change(connection, now=0)


def hasten(connection: Connection, where: str, now: datetime) -> None:
    """Make the effects of a destination due now: what they waited for has come."""
    _hasten.change(connection, where=where, due=micros(now))


def next_due(connection: Connection) -> int | None:
    """Give when the next effect is due, or a lease ends whose holder may have died, in microseconds."""
    times = (_next_due.scalar(connection), _next_lease_end.scalar(connection))
    return min((time for time in times if time is not None), default=None)


def failures(connection: Connection, number: int) -> list[str]:
    """List what failed last of a release's effects, for `status`."""
    return [f"{kind}: {failure}" for kind, failure in _failures.rows(connection, wanted=number)]


def prune(connection: Connection, before: datetime) -> None:
    """Forget effects that were performed before a time."""
    _prune.change(connection, before=micros(before))
