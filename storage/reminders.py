"""Marks who was reminded when, so that nobody is reminded twice within an hour, whichever replica does it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from storage.codec import micros, moment
from storage.prepared import Prepared
from storage.tables import ReminderRow, table

PAUSE = timedelta(hours=1)
"""How long nobody is reminded again, over all releases and services."""

_reminder = table(ReminderRow)


def _claim(dialect: str) -> Insert:
    """Return the insert of a person's mark, which replaces one that is neither too young nor covers this reminder."""
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    made = make(_reminder)
    due = and_(_reminder.c.at <= bindparam("latest"), _reminder.c.at < bindparam("wanted"))
    return made.on_conflict_do_update(index_elements=["user"], set_={"at": made.excluded.at}, where=due)


_mark = Prepared(_claim, ["user", "at"])
_last = Prepared(select(_reminder.c.at).where(_reminder.c.user == bindparam("wanted")))


def claim(connection: Connection, user: str, now: datetime, at: datetime) -> bool:
    """Mark a person as reminded now; False if they were within the hour, or since `at`, for when this reminder is.

    It is committed before the message leaves: a crash loses one reminder rather than repeating it.
    """
    marked = _mark.change(
        connection, user=user, at=micros(now), latest=micros(now - PAUSE), wanted=micros(at)
    )
    return bool(marked)


def last(connection: Connection, user: str) -> datetime | None:
    """Return when a person was reminded last; None if they never were."""
    found = _last.scalar(connection, wanted=user)
    return None if found is None else moment(found)
