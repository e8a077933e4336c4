"""Stores who is away, for each service.

Who is back keeps their row, with an end that is over: what the history vouches for stays.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select

from handlers.absence import Absence
from handlers.people import Membership
from storage.codec import micros, moment
from storage.dialects import insert_or_replace
from storage.prepared import Prepared
from storage.tables import AbsenceRow, table
from storage.vouching import Rows, vouch

_absence = table(AbsenceRow)
_save = insert_or_replace(_absence)
_of_service = Prepared(
    select(_absence.c.user, _absence.c.until, _absence.c.since, _absence.c.by)
    .where(and_(_absence.c.service == bindparam("wanted"), _absence.c.until > bindparam("now")))
    .order_by(_absence.c.user)
)


def save(connection: Connection, service: str, absence: Absence) -> Rows:
    """Save that somebody is away, or until when they were; return the digest of the row."""
    row = {
        "service": service,
        "user": absence.user,
        "until": micros(absence.until),
        "since": micros(absence.since),
        "by": absence.by,
    }
    _save.change(connection, **row)
    return vouch(_absence, row)


def of_service(connection: Connection, service: str, now: datetime) -> dict[str, Absence]:
    """Return the absences of a service that are not over."""
    rows = _of_service.rows(connection, wanted=service, now=micros(now))
    return {user: Absence(user, moment(until), moment(since), by) for user, until, since, by in rows}


def known(connection: Connection, membership: Membership, service: str, now: datetime) -> Membership:
    """Return what is known of people, with who is away of a service."""
    return replace(membership, absences=of_service(connection, service, now))
