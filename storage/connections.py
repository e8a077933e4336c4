"""Keeps what people were told of connections: that one is silent, that it answers again, that its token ends.

What is told is decided in one transaction with its messages, so that it is told once by all replicas and across restarts.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from handlers.effects import Effect
from storage import effects
from storage.codec import micros, moment
from storage.dialects import insert_or_replace
from storage.prepared import Prepared
from storage.tables import ConnectionRow, table

QUIET = timedelta(minutes=30)
"""How long after a silence was told no other one of that connection is: one that comes and goes is told now and then."""

_connection = table(ConnectionRow)
_columns = tuple(
    _connection.c[name] for name in ("silent_since", "told_at", "expires_at", "days_told", "probed_at")
)
_one = Prepared(select(*_columns).where(_connection.c.name == bindparam("which")).with_for_update())
_silent = Prepared(
    select(_connection.c.name, _connection.c.silent_since).where(_connection.c.silent_since.is_not(None))
)
_save = insert_or_replace(_connection)


class _Told(NamedTuple):
    silent_since: int | None = None
    told_at: int | None = None
    expires_at: int | None = None
    days_told: int | None = None
    probed_at: int | None = None

    def save(self, connection: Connection, name: str) -> None:
        _save.change(connection, name=name, **self._asdict())


def _read(connection: Connection, name: str) -> _Told:
    row = _one.first(connection, which=name)
    return _Told(*row) if row is not None else _Told()


def silences(connection: Connection) -> dict[str, datetime]:
    """Return since when connections are silent of which people were told so."""
    return {name: moment(since) for name, since in _silent.rows(connection)}


def tell_silence(
    connection: Connection, name: str, since: datetime, now: datetime, messages: Iterable[Effect]
) -> bool:
    """Tell of a silence once; return whether that was now."""
    told = _read(connection, name)
    recently = told.told_at is not None and now - moment(told.told_at) < QUIET
    if told.silent_since is not None or recently:
        return False
    told._replace(silent_since=micros(since), told_at=micros(now)).save(connection, name)
    effects.add(connection, messages, now)
    return True


def tell_recovery(
    connection: Connection, name: str, now: datetime, messages: Callable[[datetime], Iterable[Effect]]
) -> bool:
    """Tell once that a connection answers again of whose silence people were told; return whether that was now."""
    told = _read(connection, name)
    if told.silent_since is None:
        return False
    told._replace(silent_since=None).save(connection, name)
    effects.add(connection, messages(moment(told.silent_since)), now)
    return True


class Expiry(NamedTuple):
    """When a connection's token ends, and the stage of the warning: at most so many days before."""

    name: str
    at: datetime
    days: int


def tell_expiry(connection: Connection, expiry: Expiry, now: datetime, messages: Iterable[Effect]) -> bool:
    """Tell once at each stage that a token ends; return whether that was now."""
    told = _read(connection, expiry.name)
    same = told.expires_at == micros(expiry.at)
    if same and told.days_told is not None and told.days_told <= expiry.days:
        return False
    told._replace(expires_at=micros(expiry.at), days_told=expiry.days).save(connection, expiry.name)
    effects.add(connection, messages, now)
    return True


def probe(connection: Connection, name: str, now: datetime) -> None:
    """Write a row, to see whether anything can be written."""
    _read(connection, name)._replace(probed_at=micros(now)).save(connection, name)
