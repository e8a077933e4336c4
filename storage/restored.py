"""Whether the database was restored from a backup, and of which services no operator has confirmed since what is live.

A counter says that it ever was, so that the history is searched for it only then; each service's history has a row about it.
"""

import json
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select

from handlers.environments import Loss
from handlers.events import LossSettled
from storage.codec import micros
from storage.dialects import insert_new
from storage.prepared import Prepared
from storage.tables import CounterRow, HistoryRow, table
from storage.vouching import Rows, vouch

RESTORED = "database_restored"
"""The event in the history of each service of the backup."""

COUNTER = "restored"
"""The counter with the time of the last restore."""

BACKUP_AT = "backup_at"
"""What the outcome of the event calls the time of the backup."""

HASH_DIGITS = 12

_counter, _history = table(CounterRow), table(HistoryRow)
_when = select(_counter.c.value).where(_counter.c.name == COUNTER)
_rows = (
    select(_history.c.service, _history.c.row, _history.c.hash, _history.c.outcome)
    .where(_history.c.event == RESTORED)
    .order_by(_history.c.service, _history.c.row)
)
_confirmed = Prepared(
    select(
        exists().where(
            _history.c.service == bindparam("wanted"),
            _history.c.row > bindparam("after"),
            _history.c.event == LossSettled.event_name,
        )
    )
)
_new = insert_new(_counter)


def remember_restore(connection: Connection, at: datetime) -> Rows:
    """Save that the database was restored; return the digest of the row."""
    row = {"name": COUNTER, "value": micros(at)}
    if not _new.change(connection, **row):
        connection.execute(_counter.update().where(_counter.c.name == COUNTER).values(value=row["value"]))
    return vouch(_counter, row)


def losses_by_restore(connection: Connection) -> dict[str, Loss]:
    """Return what the last restore means for each service that was in the backup, confirmed since or not."""
    if connection.execute(_when).scalar() is None:
        return {}
    found: dict[str, Loss] = {}
    for service, row, digest, outcome in connection.execute(_rows):
        backup_at = datetime.fromisoformat(json.loads(outcome)[BACKUP_AT])
        found[service] = Loss(f"{row}:{digest[:HASH_DIGITS]}", row, backup_at)
    return found


def is_confirmed(connection: Connection, service: str, restore: Loss) -> bool:
    """Return whether an operator has confirmed since the restore what is live of a service."""
    return bool(_confirmed.scalar(connection, wanted=service, after=restore.found))
