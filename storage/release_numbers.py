"""Numbers of releases: each is given once, in order, and what is left out is never given."""

from sqlalchemy import Connection, bindparam, select, update

from storage.dialects import insert_new
from storage.prepared import Prepared
from storage.tables import CounterRow, table
from storage.vouching import Rows, vouch

NAME = "release"
"""The counter of the last number that was used."""

_counter = table(CounterRow)
_last = Prepared(select(_counter.c.value).where(_counter.c.name == NAME).with_for_update())
_begin_counting = insert_new(_counter)
_count = Prepared(update(_counter).where(_counter.c.name == NAME).values(value=bindparam("to")))


def next_number(connection: Connection) -> int:
    """Return the next release number, under lock.

    It is used up when that release is saved.
    """
    value = _last.scalar(connection)
    if value is None:
        _begin_counting.change(connection, name=NAME, value=0)
        value = _last.scalar(connection)
    return int(value) + 1


def use(connection: Connection, number: int) -> None:
    """Use up a number."""
    _count.change(connection, to=number)


def leave_gap(connection: Connection, numbers: int) -> Rows:
    """Leave out so many numbers behind the last one that was used; return the digest of the row."""
    last = next_number(connection) - 1 + numbers
    use(connection, last)
    return vouch(_counter, {"name": NAME, "value": last})
