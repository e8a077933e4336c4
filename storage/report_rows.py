"""Reads what reports need of the history: the rows that say where a release stands, in slices.

Rows are read as tuples: a year of forty services is read while somebody waits. What a report needs of an event is in few of
them; the JSON of all others stays in the database.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, or_, select

from storage.prepared import Prepared
from storage.tables import HistoryRow, ServiceRow, table

_history, _service = table(HistoryRow).c, table(ServiceRow).c

TOLD_BY_BODY = frozenset(
    {
        "started",
        "rollback_started",
        "emergency_started",
        "build_reported",
        "external_run_seen",
    }
)
"""The events whose body tells something that no outcome does."""

_OF_INTEREST = TOLD_BY_BODY | {"reviewed", "review_waived"}


ReportRow = tuple[int, int, str, int, str, str]
"""A history row as a report reads it: its number, its time, the event, the release, body and outcome as JSON.

The body is empty where the outcome tells all.
"""


def _select(dialect: str) -> Select[Any, Any, Any, Any, Any, Any]:
    """Return the statement; databases name the search for a part of a text differently."""
    find = func.instr if dialect == "sqlite" else func.strpos

    def says(name: str) -> ColumnElement[bool]:
        return find(_history.outcome, f'"{name}"') > 0

    def is_one_of(names: frozenset[str]) -> ColumnElement[bool]:
        return or_(*(_history.event == name for name in sorted(names)))

    body = case((is_one_of(TOLD_BY_BODY), _history.body), else_="")
    return (
        select(_history.row, _history.at, _history.event, _history.release, body, _history.outcome)
        .where(_history.service == bindparam("wanted"), _history.row > bindparam("after"))
        .where(or_(is_one_of(_OF_INTEREST), says("waits"), says("attempt_ended")))
        .order_by(_history.row)
        .limit(bindparam("most"))
    )


_rows = Prepared(_select)
_services = Prepared(select(_service.service).order_by(_service.service))


def services(connection: Connection) -> list[str]:
    """List the services that have a history."""
    return _services.scalars(connection)


def after(connection: Connection, service: str, row: int, most: int) -> Sequence[ReportRow]:
    """Read a service's next rows that a report needs, oldest first."""
    return cast("Sequence[ReportRow]", _rows.rows(connection, wanted=service, after=row, most=most))
