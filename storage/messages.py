"""Stores where cards and announcements are in Slack, to edit them in place.

Both statements are prepared, since every card update needs them: a model would cost twice the card's snapshot.
"""

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
    """A message that Shiproom posted: where it is, and what it shows.

    `drawn` is a digest of what it shows, `at` when it was last updated.
    """

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
    """Save where a message is and what it shows."""
    _save.change(
        connection,
        key=posted.key,
        channel=posted.channel,
        ts=posted.ts,
        drawn=posted.drawn,
        at=micros(posted.at),
    )
