"""Whether the database was restored from a backup, and of which services no operator has confirmed since what is live.

A counter says that it ever was, so that the history is searched for it only then; each service's history has a row about it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from handlers.environments import Loss
from handlers.events import LossSettled
from storage.codec import micros
from storage.dialects import insert_new
from storage.history import POLICY_LOADED
from storage.prepared import Prepared
from storage.tables import CounterRow, HistoryRow, table
from storage.vouching import Rows, vouch

RESTORED = "database_restored"
"""The event in the history of each service of the backup."""

COUNTER = "restored"
"""The counter with the time of the last restore."""

BACKUP_AT = "backup_at"
"""What the outcome of the event calls the time of the backup."""

POLICY = "policy"
"""What it calls the number that the policy in force had from then on."""

HASH_DIGITS = 12

_counter, _history = table(CounterRow), table(HistoryRow)
_when = select(_counter.c.value).where(_counter.c.name == COUNTER)
_columns = (_history.c.service, _history.c.row, _history.c.hash, _history.c.outcome)
_rows = select(*_columns).where(_history.c.event == RESTORED).order_by(_history.c.service, _history.c.row)
_of_service = Prepared(
    select(*_columns)
    .where(
        _history.c.service == bindparam("wanted"),
        _history.c.row > bindparam("after"),
        _history.c.event == bindparam("kind"),
    )
    .order_by(_history.c.row)
)
_services = select(_history.c.service).where(_history.c.row == 1)
_new = insert_new(_counter)


@dataclass(frozen=True, slots=True)
class Restores:
    """The last restore: what it means for each service that was in the backup, confirmed since or not.

    `policy` is the number that the policy of the backup had from then on.
    """

    losses: Mapping[str, Loss]
    policy: int
    backup_at: datetime


def remember_restore(connection: Connection, at: datetime) -> Rows:
    """Save that the database was restored; return the digest of the row."""
    row = {"name": COUNTER, "value": micros(at)}
    if not _new.change(connection, **row):
        connection.execute(_counter.update().where(_counter.c.name == COUNTER).values(value=row["value"]))
    return vouch(_counter, row)


def last_restore(connection: Connection) -> Restores | None:
    """Return the last restore of a backup with a history; None if there was none."""
    if connection.execute(_when).scalar() is None:
        return None
    found: dict[str, tuple[Loss, int]] = {}
    for service, row, digest, text in connection.execute(_rows):
        outcome = json.loads(text)
        backup_at = datetime.fromisoformat(outcome[BACKUP_AT])
        found[service] = Loss(f"{row}:{digest[:HASH_DIGITS]}", row, backup_at), outcome[POLICY]
    newest = max((number for _, number in found.values()), default=0)
    losses = {service: loss for service, (loss, number) in found.items() if number == newest}
    backup_at = next((loss.backup_at for loss in losses.values() if loss.backup_at is not None), None)
    return None if backup_at is None else Restores(losses, newest, backup_at)


def services_with_history(connection: Connection) -> Sequence[str]:
    """Return every service that has a history."""
    return connection.execute(_services).scalars().all()


def left_policy(connection: Connection, service: str) -> bool:
    """Return whether the policy in force does not name a service any more."""
    loaded = _of_service.rows(connection, wanted=service, after=0, kind=POLICY_LOADED)
    return bool(loaded) and json.loads(loaded[-1][3])["reply"] == "service_removed"


def joined(connection: Connection, service: str, restore: Restores) -> Loss | None:
    """Return what the restore means for a service that came, or came back, with the first policy after it.

    The installation released it before, maybe: the backup is older than its place in the policy. One that comes later is new.
    """
    for _, row, digest, text in _of_service.rows(connection, wanted=service, after=0, kind=POLICY_LOADED):
        outcome = json.loads(text)
        if outcome.get("number") == restore.policy + 1 and outcome["reply"] == "policy_taken":
            return Loss(f"{row}:{digest[:HASH_DIGITS]}", row, restore.backup_at)
    return None


def is_confirmed(connection: Connection, service: str, restore: Loss) -> bool:
    """Return whether an operator has said since the restore what is live of a service: a word about it, not about a loss."""
    words = _of_service.rows(connection, wanted=service, after=restore.found, kind=LossSettled.event_name)
    return any(json.loads(text).get("backup") == restore.backup for *_, text in words)
