"""Reads what the report on deployments needs of the history: first which rows tell that one ended, then those of its release.

That way a report on one quarter reads the JSON of that quarter, however long the history is, and keeps no release in memory
that it has told. Only of runs from outside, which belong to no release, all rows are read.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select

from storage import plans
from storage.history import POLICY_LOADED
from storage.prepared import Prepared
from storage.tables import HistoryRow, table

_history = table(HistoryRow).c

OUTSIDE_RUN = "external_run_seen"
STARTS = ("started", "rollback_started", "emergency_started")
_TOLD = (*STARTS, "signed_off", "authors_waived", "reviewed", "review_waived")
"""The events of which a report needs what people said."""

AuditRow = tuple[int, int, str, str, int, str, str, str]
"""A row as the report reads it: its number, its time, who, the event, the release, body and outcome as JSON, and its hash."""

_columns = (
    _history.row,
    _history.at,
    _history.actor,
    _history.event,
    _history.release,
    _history.body,
    _history.outcome,
    _history.hash,
)


def _says(dialect: str, text: str) -> ColumnElement[bool]:
    """Return whether an outcome has a text; databases name that search differently."""
    find = func.instr if dialect == "sqlite" else func.strpos
    return find(_history.outcome, text) > 0


def _endings(dialect: str) -> Select[Any, Any, Any, Any, Any, Any, Any, Any]:
    """Return the statement for the rows that tell how deployments ended, and for starts that tell less than they do today."""
    starts = or_(*(_history.event == name for name in STARTS))
    tells_less = and_(starts, *(~_says(dialect, f'"{each}"') for each in ("waits", "taken_over", "refused")))
    ended = or_(_says(dialect, '"attempt_ended"'), tells_less)
    within = and_(_history.at >= bindparam("since"), _history.at < bindparam("until"))
    return (
        select(*_columns)
        .where(_history.service == bindparam("wanted"))
        .where(_history.row > bindparam("after"), _history.row <= bindparam("last"))
        .where(or_(_history.event == OUTSIDE_RUN, and_(within, ended)))
        .order_by(_history.row)
        .limit(bindparam("most"))
    )


_found = Prepared(_endings)
_plans = Prepared(
    select(_history.outcome).where(
        _history.service == bindparam("wanted"),
        _history.event == POLICY_LOADED,
        _history.row <= bindparam("last"),
    )
)


def endings(
    connection: Connection, service: str, between: tuple[int, int], span: tuple[int, int], most: int
) -> Sequence[AuditRow]:
    """Read a service's next rows that tell of the end of a deployment in a span of time, in their order.

    `between` are the row after which they begin and the last one that is read.
    """
    (after, last), (since, until) = between, span
    return cast(
        "Sequence[AuditRow]",
        _found.rows(connection, wanted=service, after=after, last=last, since=since, until=until, most=most),
    )


def of_releases(
    connection: Connection, service: str, numbers: Sequence[int], last: int
) -> Sequence[AuditRow]:
    """Read what the rows of some releases of a service tell of their deployments, up to a row: by release, in their order.

    The statement names no service: with it databases walk along the whole chain (measured: 112 s instead of 8 for the last
    quarter of a million rows), and a release is one of one service anyway.
    """
    dialect = connection.dialect.name
    granted, ended = _says(dialect, '"granted"'), _says(dialect, '"attempt_ended"')
    wanted = (
        select(_history.service, *_columns)
        .where(_history.release.in_(numbers))
        .where(or_(_history.event.in_(_TOLD), granted, ended))
        .order_by(_history.release, _history.row)
    )
    found = ((str(row[0]), cast("AuditRow", tuple(row[1:]))) for row in connection.execute(wanted))
    return [row for whose, row in found if whose == service and row[0] <= last]


def plans_told(connection: Connection, service: str, last: int) -> list[str]:
    """Read the outcomes of the rows with which policies came into force for a service, the oldest first."""
    return [str(each) for each in _plans.scalars(connection, wanted=service, last=last)]


def protection(connection: Connection, fingerprint: str) -> dict[str, bool]:
    """Return whether each environment of a plan is protected.

    Raises UnreadableError.
    """
    return {each.name: each.protected for each in plans.get(connection, fingerprint).environments}
