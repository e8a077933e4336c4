"""The random id of a database, made once by its migrations: a copy has the same, any other database has another.

It is a row of the counters, and every policy that comes into force vouches for it in the history.
"""

import os

from sqlalchemy import Connection, inspect, select

from storage.tables import CounterRow, table
from storage.vouching import Rows, vouch

NAME = "database"
"""The name of its row."""

_counter = table(CounterRow)
_value = select(_counter.c.value).where(_counter.c.name == NAME)


def make_id(connection: Connection) -> None:
    """Give a database its id; 62 bits, which both databases keep as a whole number."""
    value = int.from_bytes(os.urandom(8)) >> 2
    connection.execute(_counter.insert().values(name=NAME, value=value))


def database_id(connection: Connection) -> str:
    """Return the id of a database, "" if it has none: it is empty, or of an older schema."""
    if not inspect(connection).has_table(_counter.name):
        return ""
    value = connection.execute(_value).scalar()
    return "" if value is None else f"{value:016x}" if isinstance(value, int) else str(value)


def vouch_for_id(connection: Connection) -> Rows:
    """Return the digest of the row with the id."""
    value = connection.execute(_value).scalar()
    return {} if value is None else vouch(_counter, {"name": NAME, "value": value})
