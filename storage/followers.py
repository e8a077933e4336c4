"""Stores who wants to know when a change of theirs is live."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from storage.codec import micros
from storage.dialects import insert_new
from storage.prepared import Prepared
from storage.tables import FollowerRow, table

_follower = table(FollowerRow)
_add = insert_new(_follower)
_remove = Prepared(delete(_follower).where(_follower.c.user == bindparam("wanted")))
_all = Prepared(select(_follower.c.user).order_by(_follower.c.user))


def add(connection: Connection, user: str, now: datetime) -> bool:
    """Add a person; False if they follow already."""
    return bool(_add.change(connection, user=user, at=micros(now)))


def remove(connection: Connection, user: str) -> bool:
    """Remove a person; False if they did not follow."""
    return bool(_remove.change(connection, wanted=user))


def everybody(connection: Connection) -> frozenset[str]:
    """Return all who follow."""
    return frozenset(_all.scalars(connection))
