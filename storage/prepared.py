"""Statements on the SQLModel tables that are compiled once per database.

Hot paths run them as plain SQL. Compiling is done at first use; after that a run skips SQLAlchemy's per-run work, and on
SQLite goes to the driver itself (measured: half of a click's time). Values are passed as they are, which works only for
text, whole numbers and None.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.sql.expression import ClauseElement

from storage import driver

Value = str | int | None
Row = Sequence[Any]


class Prepared:
    """A statement with named values.

    Where dialects differ, a function makes the statement for a dialect's name.
    """

    __slots__ = ("_keys", "_ready", "_statement")

    def __init__(
        self, statement: ClauseElement | Callable[[str], ClauseElement], keys: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._keys = keys
        self._ready: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {}

    def rows(self, connection: Connection, **values: Value) -> list[tuple[Any, ...]]:
        """Run it and return all rows, as plain tuples, which the garbage collector soon leaves alone."""
        found = self._run(connection, values)
        if connection.dialect.name == "sqlite":
            return cast("list[tuple[Any, ...]]", found.fetchall())
        rows = [tuple(each) for each in found.cursor.fetchall()]
        found.close()
        return rows

    def first(self, connection: Connection, **values: Value) -> Row | None:
        """Run it and return its first row."""
        found: Row | None = self._run(connection, values).fetchone()
        return found

    def scalar(self, connection: Connection, **values: Value) -> Any:  # noqa: ANN401 - as the column is
        """Run it and return the first value of its first row; None if there is no row."""
        found = self._run(connection, values).fetchone()
        return None if found is None else found[0]

    def scalars(self, connection: Connection, **values: Value) -> list[Any]:
        """Run it and return the first value of every row."""
        return [value for (value, *_) in self._run(connection, values).fetchall()]

    def change(self, connection: Connection, **values: Value) -> int:
        """Run it and return how many rows it changed."""
        return int(self._run(connection, values).rowcount)

    def _run(self, connection: Connection, values: dict[str, Value]) -> Any:  # noqa: ANN401 - either cursor
        text, order, fixed = self._ready.get(connection.dialect.name) or self.compile(connection.dialect)
        bound = tuple([values[name] if name in values else fixed[name] for name in order])
        if connection.dialect.name == "sqlite":
            return driver.execute(connection, text, bound)
        return connection.exec_driver_sql(text, bound)

    def compile(self, dialect: Dialect) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """Compile it for a dialect.

        Returns its text, the order of its values, and the values that are constant.
        """
        made = self._statement
        statement = made if isinstance(made, ClauseElement) else made(dialect.name)
        compiled: Any = statement.compile(dialect=dialect, column_keys=self._keys)
        ready = (str(compiled), tuple(compiled.positiontup or ()), dict(compiled.params))
        self._ready[dialect.name] = ready
        return ready


def prepared_insert(into: Table) -> Prepared:
    """Prepare an insert of all columns except the database's own row number."""
    keys = [column.name for column in into.columns if column is not into.autoincrement_column]
    return Prepared(insert(into).inline(), keys)


def numbered_insert(into: Table) -> Prepared:
    """Prepare an insert of all columns except the database's own row number, `id`, which it returns."""
    keys = [column.name for column in into.columns if column.name != "id"]
    return Prepared(insert(into).inline().returning(into.c.id), keys)
