"""When to reevaluate releases: saved with each of them, with an index of its own."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, select, update

from storage.codec import micros, moment
from storage.prepared import Prepared
from storage.tables import ReleaseRow, table

_release = table(ReleaseRow)
_open = _release.c.ended_at.is_(None)

_due = Prepared(
    select(_release.c.number)
    .where(and_(_open, _release.c.wake_at <= bindparam("now")))
    .order_by(_release.c.wake_at)
    .limit(200)
)
_all_open = Prepared(select(_release.c.number).where(_open).order_by(_release.c.number))
_earliest = Prepared(select(func.min(_release.c.wake_at)).where(_open))
_save = Prepared(
    update(_release).where(_release.c.number == bindparam("wanted")).values(wake_at=bindparam("wake"))
)


def everything(connection: Connection) -> list[int]:
    """List all open releases."""
    return _all_open.scalars(connection)


def due(connection: Connection, now: datetime) -> list[int]:
    """List releases that are due to be reevaluated."""
    return _due.scalars(connection, now=micros(now))


def earliest(connection: Connection) -> datetime | None:
    """Return when the next release is due to be reevaluated; None if none is."""
    found = _earliest.scalar(connection)
    return None if found is None else moment(found)


def save(connection: Connection, number: int, wake_at: datetime | None) -> None:
    """Save when to reevaluate, where nothing else changed."""
    _save.change(connection, wanted=number, wake=None if wake_at is None else micros(wake_at))
