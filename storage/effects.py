"""The outbox: effects are leased by one worker, in order per destination."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from handlers.effects import EFFECT_NAMES, Effect, ShowCard, destination
from storage import effect_statements as statements
from storage import vouching
from storage.codec import dump_effect, effect_kind, micros
from storage.effect_statements import BLOCKED
from storage.tables import EffectRow, table
from storage.vouching import Rows, vouch

_effect = table(EffectRow)
KEPT = timedelta(days=30)
"""How long performed effects are kept."""


@dataclass(frozen=True, slots=True)
class Task:
    """An effect that is leased to `owner`; `tries` counts its failures before.

    One that is not `vouched` for was not written by a decision, and must not be performed.
    """

    id: int
    kind: str
    body: str
    release: int
    destination: str
    tries: int
    owner: str = ""
    vouched: bool = True


@dataclass(frozen=True, slots=True)
class Origin:
    """The history row that vouches for effects: its service and number."""

    service: str = ""
    row: int = 0


NOBODY = Origin()
"""The origin of effects that only show something, and need nobody to vouch for them."""


def add(connection: Connection, effects: Iterable[Effect], now: datetime, origin: Origin = NOBODY) -> Rows:
    """Save effects, each blocked by the pending ones of its destination; return the digests of the rows.

    A card update that is pending already is not saved twice.
    """
    written, rows = False, Rows()
    for effect in effects:
        row = _add(connection, effect, micros(now), origin)
        written |= row is not None
        if row is not None and vouching.is_vouched(row["kind"]):
            rows |= vouch(_effect, row)
    if written:
        wake_replicas(connection)
    return rows


def wake_replicas(connection: Connection) -> None:
    """Wake all processes that listen to the database, once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(statements.notify)


def _add(connection: Connection, effect: Effect, now: int, origin: Origin) -> dict[str, Any] | None:
    where = destination(effect)
    lease_holders = [holder for (holder,) in statements.pending.rows(connection, where=where)]
    if isinstance(effect, ShowCard) and None in lease_holders:
        return None
    row: dict[str, Any] = {
        "destination": where,
        "kind": effect_kind(effect),
        "release": getattr(effect, "release", 0),
        "body": dump_effect(effect),
        "service": origin.service,
        "history_row": origin.row,
    }
    number = statements.insert.rows(
        connection, due_at=BLOCKED if lease_holders else now, **row, **statements.NEW
    )[0][0]
    return {**row, "id": number}


def claim(connection: Connection, owner: str, now: datetime, lasts: timedelta, most: int) -> list[Task]:
    """Lease the first due effect of up to `most` destinations."""
    found = statements.claimable.rows(connection, now=micros(now), most=most)
    tasks = [_task(connection, owner, Origin(service, line), row) for *row, service, line in found]
    for task in tasks:
        statements.lease.change(connection, which=task.id, owner=owner, until=micros(now + lasts))
    return tasks


def _task(connection: Connection, owner: str, origin: Origin, row: list[Any]) -> Task:
    task = Task(*row, owner=owner)
    if not vouching.is_vouched(task.kind):
        return task
    saved = {
        **dict(zip(statements.TASK, row, strict=True)),
        "service": origin.service,
        "history_row": origin.row,
    }
    outcome = statements.outcome.scalar(connection, wanted=origin.service, which=origin.row)
    try:
        vouched = json.loads(outcome or "{}").get("rows", {}).get(vouching.key(_effect, saved), "")
    except (ValueError, AttributeError):  # somebody wrote into the history
        vouched = ""
    return replace(task, vouched=vouched == vouching.digest(_effect, saved))


def renew(connection: Connection, owner: str, until: datetime) -> None:
    """Extend the leases of a worker."""
    statements.renew.change(connection, owner=owner, until=micros(until))


def done(connection: Connection, task: Task, now: datetime, failure: str | None = None) -> None:
    """Mark an effect as performed, or as failed for good, and unblock the next one.

    Only the holder of the lease may do so: if another worker has taken it over, nothing changes.
    """
    end = micros(now)
    sealed = vouching.seal(task.id, end, failure) if vouching.is_vouched(task.kind) else ""
    if statements.done.change(
        connection, which=task.id, owner=task.owner, now=end, why=failure, sealed=sealed
    ):
        statements.unblock_next.change(connection, where=task.destination, due=micros(now))


def call_off(connection: Connection, now: datetime, why: str) -> int:
    """End all effects that nobody has performed yet; return how many.

    Only for a database that no process works on.
    """
    pending = connection.execute(statements.unfinished).all()
    for number, kind in pending:
        sealed = vouching.seal(number, micros(now), why) if vouching.is_vouched(kind) else ""
        statements.call_off.change(connection, which=number, now=micros(now), why=why, sealed=sealed)
    return len(pending)


def release_blocked(connection: Connection, now: datetime) -> None:
    """Make effects due that are first of their destination and were left blocked.

    On PostgreSQL one that is written while the one before it is being marked as done sees that one as still undone.
    """
    statements.unblock_first.change(connection, now=micros(now))


def reschedule(connection: Connection, task: Task, due: datetime, why: str | None, *, failed: bool) -> None:
    """Postpone an effect; `failed` counts a try. A card with a newer row is dropped."""
    if task.kind == EFFECT_NAMES[ShowCard]:
        statements.outdated_card.change(connection, which=task.id, now=micros(due))
        statements.unblock_next.change(connection, where=task.destination, due=micros(due))
    statements.reschedule.change(
        connection, which=task.id, owner=task.owner, due=micros(due), why=why, more=int(failed)
    )


def release_leases(connection: Connection) -> None:
    """Release all leases: for the one process that knows that no other is alive."""
    statements.outdated_card.change(connection, which=0, now=1)
    statements.release_leases.change(connection)
    statements.unblock_first.change(connection, now=0)


def run_now(connection: Connection, where: str, now: datetime) -> None:
    """Make the effects of a destination due now: what they waited for has happened."""
    statements.run_now.change(connection, where=where, due=micros(now))


def release_reached(connection: Connection, release: int, now: datetime) -> None:
    """Make due what waits for a release: it is live somewhere, or has ended."""
    statements.run_awaiting.change(connection, which=release, due=micros(now))


def next_due(connection: Connection) -> int | None:
    """Return when the next effect is due or lease ends, in microseconds."""
    times = statements.next_times.first(connection) or ()
    return min((time for time in times if time is not None), default=None)


def prune(connection: Connection, before: datetime) -> None:
    """Delete effects that were performed before a time."""
    statements.prune.change(connection, before=micros(before))
