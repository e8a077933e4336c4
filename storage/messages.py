"""Stores where cards, announcements and calls are in Slack, to edit them in place.

The statements are prepared, since every card update needs them: a model would cost twice the card's snapshot.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, cast, delete, literal, or_, select

from storage.codec import micros, moment
from storage.dialects import insert_or_replace
from storage.prepared import Prepared
from storage.tables import MessageRow, ReleaseRow, table

_message = table(MessageRow)
_get = Prepared(select(_message).where(_message.c.key == bindparam("wanted")))
_starting = Prepared(
    select(_message)
    .where(and_(_message.c.key >= bindparam("least"), _message.c.key < bindparam("end")))
    .order_by(_message.c.key)
)
_save = insert_or_replace(_message)
_at = Prepared(
    select(_message.c.key).where(
        or_(
            and_(_message.c.channel == bindparam("place"), _message.c.ts == bindparam("stamp")),
            and_(_message.c.left_channel == bindparam("place"), _message.c.left_ts == bindparam("stamp")),
        )
    )
)
_OF_A_RELEASE = re.compile(r"(?:card:|call:r)(\d+)(?::|\Z)")
_forget = Prepared(
    delete(_message)
    .where(_message.c.key == bindparam("wanted"))
    .where(and_(_message.c.channel == bindparam("place"), _message.c.ts == bindparam("stamp")))
)
_release = table(ReleaseRow)
_open_cards = Prepared(
    select(_release.c.number, _release.c.service, _message.c.channel)
    .outerjoin(_message, _message.c.key == literal("card:").concat(cast(_release.c.number, String)))
    .where(_release.c.ended_at.is_(None))
    .order_by(_release.c.number)
)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that Shiproom posted: where it is, and what it shows.

    `drawn` is a digest of what it shows, `at` when it was last updated. `left_channel` and `left_ts` are where it was
    before, as long as that message does not say yet where it goes on.
    """

    key: str
    channel: str
    ts: str
    drawn: str
    at: datetime
    left_channel: str = ""
    left_ts: str = ""


def find(connection: Connection, key: str) -> Posted | None:
    """Find a message by what it is about, such as `card:42`."""
    row = _get.first(connection, wanted=key)
    if row is None:
        return None
    return _posted(row)


def _posted(row: Sequence[Any]) -> Posted:
    key, channel, ts, drawn, at, left_channel, left_ts = row
    return Posted(key, channel, ts, drawn, moment(at), left_channel, left_ts)


def starting(connection: Connection, start: str) -> list[Posted]:
    """Return the messages whose keys start like this, such as the calls of a release; the start ends with a colon."""
    return [_posted(row) for row in _starting.rows(connection, least=start, end=start[:-1] + ";")]


def release_of(connection: Connection, channel: str, ts: str) -> int:
    """Return the release that a message was posted for, as its card or to call people; 0 if it was for none."""
    keys = _at.scalars(connection, place=channel, stamp=ts)
    found = (_OF_A_RELEASE.match(key) for key in keys)
    return next((int(each[1]) for each in found if each is not None), 0)


def save(connection: Connection, posted: Posted) -> None:
    """Save where a message is and what it shows."""
    _save.change(
        connection,
        key=posted.key,
        channel=posted.channel,
        ts=posted.ts,
        drawn=posted.drawn,
        at=micros(posted.at),
        left_channel=posted.left_channel,
        left_ts=posted.left_ts,
    )


def forget(connection: Connection, posted: Posted) -> None:
    """Forget a message that is gone from Slack or edited no more, unless it was posted again meanwhile."""
    _forget.change(connection, wanted=posted.key, place=posted.channel, stamp=posted.ts)


def cards_elsewhere(connection: Connection, channels: Mapping[str, str]) -> list[int]:
    """List the open releases whose card is nowhere, or not in the channel of their service.

    `channels` maps a service to its channel.
    """
    return [
        number
        for number, service, channel in _open_cards.rows(connection)
        if service in channels and channel != channels[service]
    ]
