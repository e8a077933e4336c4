"""Stores the policies that came into force, numbered; the highest number is in force, for all replicas.

Each is also a row in the history of every service, and its number stands in the row of every service, which each decision reads
under lock. They are read as models, since that happens only at a start, when the policy is read again, and when a replica is
behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import col
from sqlmodel import select as select_models

from handlers.effects import Effect
from handlers.environments import EnvironmentState
from handlers.people import SHIPROOM
from handlers.policy import Policy
from storage import effects, environments, plans
from storage.codec import micros, moment
from storage.database_id import vouch_for_id
from storage.dialects import insert_new
from storage.history import POLICY_LOADED, Entry, Head
from storage.incoming import Context
from storage.prepared import Prepared
from storage.recording import Changes, Locked, record
from storage.session import read_models
from storage.tables import FactRow, PolicyRow, ServiceRow, table
from storage.vouching import Rows, vouch

_policy = table(PolicyRow)
_service = table(ServiceRow)
_newest = Prepared(select(func.max(_policy.c.number)))
_add = insert_new(_policy)
_put_under = Prepared(
    update(_service)
    .where(_service.c.policy < bindparam("taken"), _service.c.service == bindparam("wanted"))
    .values(policy=bindparam("taken"))
)
_services = Prepared(select(_service.c.service).order_by(_service.c.service))
_note = insert_new(table(FactRow))


class PolicyBehindError(Exception):
    """A newer policy is in force than the one that this process decides with; nothing was changed."""


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A policy that came into force, as it was written."""

    number: int
    digest: str
    taken_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Following:
    """What follows from a policy: the services that it does not name any more, and effects."""

    removed: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = field(default=())


def number_in_force(connection: Connection) -> int:
    """Return the number of the policy in force; 0 before the first."""
    return int(_newest.scalar(connection) or 0)


def in_force(connection: Connection) -> StoredPolicy | None:
    """Read the policy in force; None before the first."""
    return _read(connection, col(PolicyRow.number) == number_in_force(connection))


def last_with(connection: Connection, digest: str) -> StoredPolicy | None:
    """Read the last policy with a text; None if that text never was in force."""
    return _read(connection, col(PolicyRow.digest) == digest)


def _read(connection: Connection, which: object) -> StoredPolicy | None:
    # SQLModel types a condition as a plain bool; what compares a column is one for SQLAlchemy only.
    newest_first = select_models(PolicyRow).where(which).order_by(col(PolicyRow.number).desc()).limit(1)  # pyright: ignore[reportArgumentType]
    with read_models(connection) as session:
        row = session.exec(newest_first).first()
        return None if row is None else StoredPolicy(row.number, row.digest, moment(row.at), row.body)


def lock_service(
    connection: Connection, service: str, context: Context
) -> tuple[dict[str, EnvironmentState], Head]:
    """Read a service under lock, for a decision.

    Raises BehindError if what was confirmed of it is lost, and PolicyBehindError if a newer policy is in force for it.

    Whoever takes a policy changes every service's row, so that each decision comes before it or knows of it.
    """
    states, head = environments.lock(connection, service)
    context.confirmed.check(connection, head)
    if head.policy > context.policy.number:
        raise PolicyBehindError
    return states, head


def record_policy(
    connection: Connection, policy: Policy, by: str, at: datetime, following: Following | None = None
) -> list[str]:
    """Bring a policy into force under its number; return its services, none if another policy got ahead of it."""
    follows = following or Following()
    row = {
        "number": policy.number,
        "digest": policy.fingerprint,
        "at": micros(at),
        "actor": by,
        "body": policy.text,
    }
    # An insert waits for the one of another replica; of two the second does nothing.
    if number_in_force(connection) >= policy.number or not _add.change(connection, **row):
        return []
    known, identity = _services.scalars(connection), vouch_for_id(connection)
    for service in sorted({*policy.plans, *known}):
        states, head = environments.lock(connection, service)
        plan = policy.plans.get(service)
        if plan is not None or service in follows.removed:
            rows = (
                vouch(_policy, row) | identity | plans.save(connection, (plan,) if plan is not None else ())
            )
            told = tuple(each for each in follows.effects if getattr(each, "service", "") == service)
            digest = plan.fingerprint if plan is not None else ""
            outcome = {
                "reply": "policy_taken" if plan is not None else "service_removed",
                "number": policy.number,
                "policy": policy.fingerprint,
                "plan": digest,
            }
            entry = Entry(micros(at), by, POLICY_LOADED, 0, "{}", outcome)
            record(connection, Locked(states, head), entry, Changes(effects=told, rows=rows))
        _put_under.change(connection, taken=policy.number, wanted=service)
    effects.wake_replicas(connection)
    return sorted(policy.plans)


def leave_gap(connection: Connection, numbers: int, at: datetime) -> tuple[int, Rows]:
    """Give the policy in force a number that is so much higher; return the number and the digest of the row.

    A process that knows only a lower one decides nothing before it has looked at the database again. Who calls this puts the
    services under it.
    """
    newest = in_force(connection)
    if newest is None:
        return 0, {}
    row = {
        "number": newest.number + numbers,
        "digest": newest.digest,
        "at": micros(at),
        "actor": SHIPROOM,
        "body": newest.text,
    }
    _add.change(connection, **row)
    for service in _services.scalars(connection):
        _put_under.change(connection, taken=row["number"], wanted=service)
    return newest.number + numbers, vouch(_policy, row)


def note_older_file(
    connection: Connection, numbers: tuple[int, int], told: Iterable[Effect], at: datetime
) -> None:
    """Tell once that a start's file is an older policy than the one in force; `numbers` are of both."""
    key = f"older_policy:{numbers[0]}:{numbers[1]}"
    if _note.change(connection, key=key, as_of=micros(at), body=""):
        effects.add(connection, told, at)
