"""The outbox: effects are leased by one worker, in order per destination."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select, text, update

from handlers.effects import EFFECT_NAMES, Effect, ShowCard, destination
from storage.codec import dump_effect, effect_kind, micros
from storage.prepared import Prepared, prepared_insert
from storage.tables import EffectRow, table

_effect = table(EffectRow)
_earlier = _effect.alias("earlier")
_is_pending = _effect.c.done_at.is_(None)
_insert = prepared_insert(_effect)
_first_of_destination = ~exists(
    select(_earlier.c.id).where(
        and_(
            _earlier.c.done_at.is_(None),
            _earlier.c.destination == _effect.c.destination,
            _earlier.c.id < _effect.c.id,
        )
    )
)
BLOCKED = 2**62
"""The due time of an effect that waits for an earlier one of its destination."""

# Under lock: until this transaction ends, nobody performs an older card update or finishes a blocking effect.
_pending = Prepared(
    select(_effect.c.lease_by)
    .where(and_(_is_pending, _effect.c.destination == bindparam("where")))
    .with_for_update(key_share=True)
)
_unblock_next = Prepared(
    update(_effect)
    .where(
        _effect.c.id
        == select(func.min(_earlier.c.id))
        .where(and_(_earlier.c.done_at.is_(None), _earlier.c.destination == bindparam("where")))
        .scalar_subquery()
    )
    .where(_effect.c.due_at == BLOCKED)
    .values(due_at=bindparam("due"))
)
_unblock_first = Prepared(
    update(_effect)
    .where(and_(_is_pending, _effect.c.due_at == BLOCKED, _first_of_destination))
    .values(due_at=bindparam("now"))
)
_free = or_(_effect.c.lease_by.is_(None), _effect.c.lease_until < bindparam("now"))
_claimable = Prepared(
    select(*(_effect.c[name] for name in ("id", "kind", "body", "release", "destination", "tries")))
    .where(and_(_is_pending, _effect.c.due_at <= bindparam("now"), _free, _first_of_destination))
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
_reschedule = Prepared(
    update(_effect)
    .where(and_(_effect.c.id == bindparam("which"), _is_pending, _effect.c.lease_by == bindparam("owner")))
    .values(
        due_at=bindparam("due"),
        tries=_effect.c.tries + bindparam("more"),
        lease_by=None,
        failure=bindparam("why"),
    )
)
_renew = Prepared(
    update(_effect)
    .where(and_(_is_pending, _effect.c.lease_by == bindparam("owner")))
    .values(lease_until=bindparam("until"))
)
_release_leases = Prepared(
    update(_effect).where(and_(_is_pending, _effect.c.lease_by.is_not(None))).values(lease_by=None)
)
_newer = _effect.alias("newer")
_outdated_card = Prepared(
    update(_effect)
    .where(
        and_(
            _is_pending,
            _effect.c.kind == EFFECT_NAMES[ShowCard],
            _effect.c.lease_by.is_not(None),
            or_(_effect.c.id == bindparam("which"), bindparam("which") == 0),
            exists(
                select(_newer.c.id).where(
                    and_(
                        _newer.c.done_at.is_(None),
                        _newer.c.lease_by.is_(None),
                        _newer.c.destination == _effect.c.destination,
                        _newer.c.kind == EFFECT_NAMES[ShowCard],
                    )
                )
            ),
        )
    )
    .values(done_at=bindparam("now"), lease_by=None)
)
_run_now = Prepared(
    update(_effect)
    .where(
        and_(
            _is_pending,
            _effect.c.lease_by.is_(None),
            _effect.c.destination == bindparam("where"),
            _effect.c.due_at < BLOCKED,
        )
    )
    .values(due_at=bindparam("due"))
)
_next_due = select(func.min(_effect.c.due_at)).where(and_(_is_pending, _effect.c.lease_by.is_(None)))
_next_lease_end = select(func.min(_effect.c.lease_until)).where(
    and_(_is_pending, _effect.c.lease_by.is_not(None))
)
_next_times = Prepared(select(_next_due.scalar_subquery(), _next_lease_end.scalar_subquery()))
_prune = Prepared(delete(_effect).where(_effect.c.done_at < bindparam("before")))
_notify = text("SELECT pg_notify('shiproom', '')")


@dataclass(frozen=True, slots=True)
class Task:
    """An effect that is leased to `owner`; `tries` counts its failures before."""

    id: int
    kind: str
    body: str
    release: int
    destination: str
    tries: int
    owner: str = ""


def add(connection: Connection, effects: Iterable[Effect], now: datetime) -> None:
    """Save effects, each blocked by the pending ones of its destination.

    A card update that is pending already is not saved twice.
    """
    written = False
    for effect in effects:
        written |= _add(connection, effect, micros(now))
    if written and connection.dialect.name == "postgresql":
        connection.execute(_notify)


def _add(connection: Connection, effect: Effect, now: int) -> bool:
    where = destination(effect)
    lease_holders = [holder for (holder,) in _pending.rows(connection, where=where)]
    if isinstance(effect, ShowCard) and None in lease_holders:
        return False
    _insert.change(
        connection,
        destination=where,
        kind=effect_kind(effect),
        release=getattr(effect, "release", 0),
        body=dump_effect(effect),
        due_at=BLOCKED if lease_holders else now,
        tries=0,
        lease_by=None,
        lease_until=None,
        done_at=None,
        failure=None,
    )
    return True


def claim(connection: Connection, owner: str, now: datetime, lasts: timedelta, most: int) -> list[Task]:
    """Lease the first due effect of up to `most` destinations."""
    tasks = [Task(*row, owner=owner) for row in _claimable.rows(connection, now=micros(now), most=most)]
    for task in tasks:
        _lease.change(connection, which=task.id, owner=owner, until=micros(now + lasts))
    return tasks


def renew(connection: Connection, owner: str, until: datetime) -> None:
    """Extend the leases of a worker."""
    _renew.change(connection, owner=owner, until=micros(until))


def done(connection: Connection, task: Task, now: datetime, failure: str | None = None) -> None:
    """Mark an effect as performed, or as failed for good, and unblock the next one.

    Only the holder of the lease may do so: if another worker has taken it over, nothing changes.
    """
    if _done.change(connection, which=task.id, owner=task.owner, now=micros(now), why=failure):
        _unblock_next.change(connection, where=task.destination, due=micros(now))


def release_blocked(connection: Connection, now: datetime) -> None:
    """Make effects due that are first of their destination and were left blocked.

    On PostgreSQL one that is written while the one before it is being marked as done sees that one as still undone.
    """
    _unblock_first.change(connection, now=micros(now))


def reschedule(connection: Connection, task: Task, due: datetime, why: str | None, *, failed: bool) -> None:
    """Postpone an effect; `failed` counts a try. A card with a newer row is dropped."""
    if task.kind == EFFECT_NAMES[ShowCard]:
        _outdated_card.change(connection, which=task.id, now=micros(due))
        _unblock_next.change(connection, where=task.destination, due=micros(due))
    _reschedule.change(
        connection, which=task.id, owner=task.owner, due=micros(due), why=why, more=int(failed)
    )


def release_leases(connection: Connection) -> None:
    """Release all leases: for the one process that knows that no other is alive."""
    _outdated_card.change(connection, which=0, now=1)
    _release_leases.change(connection)
    _unblock_first.change(connection, now=0)


def run_now(connection: Connection, where: str, now: datetime) -> None:
    """Make the effects of a destination due now: what they waited for has happened."""
    _run_now.change(connection, where=where, due=micros(now))


def next_due(connection: Connection) -> int | None:
    """Return when the next effect is due or lease ends, in microseconds."""
    times = _next_times.first(connection) or ()
    return min((time for time in times if time is not None), default=None)


def prune(connection: Connection, before: datetime) -> None:
    """Delete effects that were performed before a time."""
    _prune.change(connection, before=micros(before))
