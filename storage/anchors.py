"""The heads of all chains, as they are remembered outside the database, and the one message a day that has them."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import Connection, select

from handlers.effects import PostToChannel
from storage import deliveries, effects
from storage.codec import moment
from storage.confirmed import ConfirmedHeads
from storage.deliveries import Answer
from storage.history import Head
from storage.prepared import Prepared
from storage.tables import HistoryRow, ServiceRow, table

_history, _service = table(HistoryRow), table(ServiceRow)
_heads = Prepared(
    select(_service.c.service, _service.c.chain_row, _service.c.chain_hash, _history.c.at)
    .join(_history, (_history.c.service == _service.c.service) & (_history.c.row == _service.c.chain_row))
    .order_by(_service.c.service)
)

DatedHeads = tuple[tuple[Head, datetime], ...]


def heads(connection: Connection) -> DatedHeads:
    """Return the head of each chain that has rows, with the time of its last row."""
    found = _heads.rows(connection)
    return tuple((Head(name, row, digest), moment(at)) for name, row, digest, at in found)


def confirmed_heads(connection: Connection, confirmed: ConfirmedHeads) -> DatedHeads:
    """Return the heads, after comparing all that was confirmed with the database in the same transaction."""
    confirmed.look(connection)
    return heads(connection)


@dataclass(frozen=True, slots=True)
class AnchorPost:
    """The message of a day: its channel, and the day in the zone of the policy."""

    channel: str
    day: date


def post_once(connection: Connection, post: AnchorPost, now: datetime) -> bool:
    """Post the heads, once a day for all processes and only if they changed since the last message; return whether it was.

    What makes it once are two deliveries, which are kept for 30 days: after that the same heads are posted again.
    """
    lines = [str(head) for head, _ in heads(connection)]
    text = "\n".join(lines)
    once = (
        f"anchors {post.channel} {post.day.isoformat()}",
        f"anchors {post.channel} {sha256(text.encode()).hexdigest()}",
    )
    if not lines or any(deliveries.find(connection, key) is not None for key in once):
        return False
    for key in once:
        deliveries.remember(connection, key, Answer(), now)
    values = {"heads": text, "day": post.day.isoformat()}
    effects.add(connection, (PostToChannel("", "anchors", values, post.channel),), now)
    return True
