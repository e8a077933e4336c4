"""The statements of the outbox."""

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, text, update

from handlers.effects import EFFECT_NAMES, ShowCard
from handlers.workflow_steps import AwaitRelease
from storage.prepared import Prepared, Value, numbered_insert
from storage.tables import EffectRow, HistoryRow, table

_effect, _history = table(EffectRow), table(HistoryRow)
_earlier = _effect.alias("earlier")
_is_pending = _effect.c.done_at.is_(None)
insert = numbered_insert(_effect)
_first_of_destination = ~exists(
    select(_earlier.c.id).where(
        and_(
            _earlier.c.done_at.is_(None),
            _earlier.c.destination == _effect.c.destination,
            _earlier.c.id < _effect.c.id,
        )
    )
)
TASK = ("id", "kind", "body", "release", "destination", "tries")
NEW: dict[str, Value] = {
    "tries": 0,
    "lease_by": None,
    "lease_until": None,
    "done_at": None,
    "failure": None,
    "seal": "",
}
BLOCKED = 2**62
"""The due time of an effect that waits for an earlier one of its destination."""

# Under lock: until this transaction ends, nobody performs an older card update or finishes a blocking effect.
pending = Prepared(
    select(_effect.c.lease_by)
    .where(and_(_is_pending, _effect.c.destination == bindparam("where")))
    .with_for_update(key_share=True)
)
unblock_next = Prepared(
    update(_effect)
    .where(
        _effect.c.id
        == select(func.min(_earlier.c.id))
        .where(and_(_earlier.c.done_at.is_(None), _earlier.c.destination == bindparam("where")))
        .scalar_subquery()
    )
    .where(_effect.c.due_at == BLOCKED)
    .values(due_at=bindparam("due"))
)
unblock_first = Prepared(
    update(_effect)
    .where(and_(_is_pending, _effect.c.due_at == BLOCKED, _first_of_destination))
    .values(due_at=bindparam("now"))
)
_free = or_(_effect.c.lease_by.is_(None), _effect.c.lease_until < bindparam("now"))
claimable = Prepared(
    select(*(_effect.c[name] for name in (*TASK, "service", "history_row")))
    .where(and_(_is_pending, _effect.c.due_at <= bindparam("now"), _free, _first_of_destination))
    .order_by(_effect.c.due_at, _effect.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
lease = Prepared(
    update(_effect)
    .where(_effect.c.id == bindparam("which"))
    .values(lease_by=bindparam("owner"), lease_until=bindparam("until"))
)
done = Prepared(
    update(_effect)
    .where(and_(_effect.c.id == bindparam("which"), _effect.c.lease_by == bindparam("owner")))
    .values(done_at=bindparam("now"), failure=bindparam("why"), lease_by=None, seal=bindparam("sealed"))
)
unfinished = select(_effect.c.id, _effect.c.kind).where(_is_pending).order_by(_effect.c.id)
call_off = Prepared(
    update(_effect)
    .where(_effect.c.id == bindparam("which"))
    .values(done_at=bindparam("now"), failure=bindparam("why"), lease_by=None, seal=bindparam("sealed"))
)
reschedule = Prepared(
    update(_effect)
    .where(and_(_effect.c.id == bindparam("which"), _is_pending, _effect.c.lease_by == bindparam("owner")))
    .values(
        due_at=bindparam("due"),
        tries=_effect.c.tries + bindparam("more"),
        lease_by=None,
        failure=bindparam("why"),
    )
)
renew = Prepared(
    update(_effect)
    .where(and_(_is_pending, _effect.c.lease_by == bindparam("owner")))
    .values(lease_until=bindparam("until"))
)
release_leases = Prepared(
    update(_effect).where(and_(_is_pending, _effect.c.lease_by.is_not(None))).values(lease_by=None)
)
_newer = _effect.alias("newer")
outdated_card = Prepared(
    update(_effect)
    .where(
        and_(
            _is_pending,
            _effect.c.kind == EFFECT_NAMES[ShowCard],
            _effect.c.lease_by.is_not(None),
            or_(_effect.c.id == bindparam("which"), bindparam("which") == 0),
            exists(
                select(_newer.c.id).where(
                    and_(
                        _newer.c.done_at.is_(None),
                        _newer.c.lease_by.is_(None),
                        _newer.c.destination == _effect.c.destination,
                        _newer.c.kind == EFFECT_NAMES[ShowCard],
                    )
                )
            ),
        )
    )
    .values(done_at=bindparam("now"), lease_by=None)
)
_may_run = and_(_is_pending, _effect.c.lease_by.is_(None), _effect.c.due_at < BLOCKED)
run_now = Prepared(
    update(_effect)
    .where(and_(_may_run, _effect.c.destination == bindparam("where")))
    .values(due_at=bindparam("due"))
)
run_awaiting = Prepared(
    update(_effect)
    .where(
        and_(
            _may_run,
            _effect.c.kind == EFFECT_NAMES[AwaitRelease],
            _effect.c.release == bindparam("which"),
        )
    )
    .values(due_at=bindparam("due"))
)
_next_due = select(func.min(_effect.c.due_at)).where(and_(_is_pending, _effect.c.lease_by.is_(None)))
_next_lease_end = select(func.min(_effect.c.lease_until)).where(
    and_(_is_pending, _effect.c.lease_by.is_not(None))
)
next_times = Prepared(select(_next_due.scalar_subquery(), _next_lease_end.scalar_subquery()))
prune = Prepared(delete(_effect).where(_effect.c.done_at < bindparam("before")))
outcome = Prepared(
    select(_history.c.outcome).where(
        and_(_history.c.service == bindparam("wanted"), _history.c.row == bindparam("which"))
    )
)
notify = text("SELECT pg_notify('shiproom', '')")
