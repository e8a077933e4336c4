"""Stores the grant of each attempt of a step, found by its correlation id."""

from sqlalchemy import Connection

from handlers.release import Release
from storage.codec import micros
from storage.prepared import Value, prepared_insert
from storage.tables import GrantedRow, table
from storage.vouching import Rows, vouch

_granted = table(GrantedRow)
_grant = prepared_insert(_granted)


def save(connection: Connection, before: Release | None, after: Release) -> Rows:
    """Save new grants.

    The unique index is a second safeguard: an attempt of a step is granted once, whatever the code above does.
    """
    steps = () if before is None else before.steps
    known = {step.intent.correlation for step in steps if step.intent is not None}
    rows: Rows = {}
    for step in after.steps:
        if step.intent is not None and step.intent.correlation not in known:
            grant: dict[str, Value] = {
                "correlation": step.intent.correlation,
                "release": after.number,
                "environment": step.environment,
                "attempt": step.attempt,
                "at": micros(step.intent.granted_at),
            }
            _grant.change(connection, **grant)
            rows |= vouch(_granted, grant)
    return rows
