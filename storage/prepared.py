"""Statements written once on the SQLModel tables and compiled once per database: what hot paths run as plain SQL.

Compiling is done at first use; after that a run skips SQLAlchemy's per-run work (measured: a third of a click's time).
Values go in as they are, so that only text, whole numbers and None may be bound.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Table, insert
from sqlalchemy.sql.expression import ClauseElement

Value = str | int | None


class Prepared:
    """A statement with named values."""

    __slots__ = ("_keys", "_ready", "_statement")

    def __init__(self, statement: ClauseElement, keys: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._keys = keys
        self._ready: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {}

    def run(self, connection: Connection, **values: Value) -> CursorResult[Any]:
        """Run it."""
        ready = self._ready.get(connection.dialect.name) or self._compile(connection)
        text, order, fixed = ready
        bound = tuple(values[name] if name in values else fixed[name] for name in order)
        return connection.exec_driver_sql(text, bound)

    def _compile(self, connection: Connection) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        compiled: Any = self._statement.compile(dialect=connection.dialect, column_keys=self._keys)
        ready = (str(compiled), tuple(compiled.positiontup or ()), dict(compiled.params))
        self._ready[connection.dialect.name] = ready
        return ready


def prepared_insert(into: Table) -> Prepared:
    """Prepare an insert of all columns but the database's own row number."""
    keys = [column.name for column in into.columns if column.autoincrement is not True]
    return Prepared(insert(into).inline(), keys)
