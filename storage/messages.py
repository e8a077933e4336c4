"""Where cards and announcements stand in Slack, so that they are edited in place."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage.codec import micros, moment
from storage.dialects import insert_or_replace
from storage.prepared import Prepared
from storage.tables import MessageRow, table

_message = table(MessageRow)
_get = Prepared(select(_message).where(_message.c.key == bindparam("wanted")))
_save = insert_or_replace(_message)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours: its channel and timestamp, a digest of what it shows, and when it was last drawn."""

    key: str
    channel: str
    ts: str
    drawn: str
    at: datetime


def find(connection: Connection, key: str) -> Posted | None:
    """Find a message by what it is about, such as `card:42`."""
    row = _get.first(connection, wanted=key)
    if row is None:
        return None
    key, channel, ts, drawn, at = row
    return Posted(key, channel, ts, drawn, moment(at))


def save(connection: Connection, posted: Posted) -> None:
    """Remember where a message stands and what it shows."""
    _save.change(
        connection,
        key=posted.key,
        channel=posted.channel,
        ts=posted.ts,
        drawn=posted.drawn,
        at=micros(posted.at),
    )
