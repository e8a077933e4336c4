"""Stores where cards, announcements and calls are in Slack, to edit them in place.

Both statements are prepared, since every card update needs them: a model would cost twice the card's snapshot.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, select

from storage.codec import micros, moment
from storage.dialects import insert_or_replace
from storage.prepared import Prepared
from storage.tables import MessageRow, table

_message = table(MessageRow)
_get = Prepared(select(_message).where(_message.c.key == bindparam("wanted")))
_starting = Prepared(
    select(_message)
    .where(and_(_message.c.key >= bindparam("least"), _message.c.key < bindparam("end")))
    .order_by(_message.c.key)
)
_forget = Prepared(delete(_message).where(_message.c.key == bindparam("wanted")))
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
    return _posted(*row)


def _posted(key: str, channel: str, ts: str, drawn: str, at: int) -> Posted:
    return Posted(key, channel, ts, drawn, moment(at))


def starting(connection: Connection, start: str) -> list[Posted]:
    """Return the messages whose keys start like this, such as the calls of a release; the start ends with a colon."""
    return [_posted(*row) for row in _starting.rows(connection, least=start, end=start[:-1] + ";")]


def forget(connection: Connection, key: str) -> None:
    """Forget a message that is edited no more."""
    _forget.change(connection, wanted=key)


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
