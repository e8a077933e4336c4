"""What waits behind an effect of the same destination, and may be performed together with it."""

from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection, and_, bindparam, select, update

from handlers.effects import EFFECT_NAMES, PostToThread
from storage.codec import micros
from storage.effects import Task
from storage.prepared import Prepared
from storage.tables import EffectRow, table

MOST = 40
"""How many effects of one destination are looked at together."""

_effect = table(EffectRow)
_is_pending = and_(_effect.c.done_at.is_(None), _effect.c.destination == bindparam("where"))
_waits_behind = and_(_is_pending, _effect.c.lease_by.is_(None), _effect.c.id > bindparam("after"))
_pending = Prepared(select(_effect.c.id).where(_is_pending).limit(1))
_following = Prepared(
    select(*(_effect.c[name] for name in ("id", "kind", "body", "release", "destination", "tries")))
    .where(_waits_behind)
    .order_by(_effect.c.id)
    .limit(MOST)
)
_done_with = Prepared(
    update(_effect)
    .where(and_(_waits_behind, _effect.c.id <= bindparam("last")))
    .values(done_at=bindparam("now"))
)


def is_pending(connection: Connection, where: str) -> bool:
    """Return whether a destination has an effect that was not performed."""
    return _pending.first(connection, where=where) is not None


def thread_posts_after(connection: Connection, task: Task) -> list[Task]:
    """Return the posts that wait in a thread behind the one that is performed now."""
    found = (Task(*row) for row in _following.rows(connection, where=task.destination, after=task.id))
    return list(takewhile(lambda each: each.kind == EFFECT_NAMES[PostToThread], found))


def done_up_to(connection: Connection, task: Task, last: int, now: datetime) -> None:
    """Mark what waits behind an effect as done, up to the id `last`: it was said with it."""
    _done_with.change(connection, where=task.destination, after=task.id, last=last, now=micros(now))
