"""Stores the states of a service's environments and the head of its chain.

It is one row, locked by every transaction that changes anything of the service.
"""

from collections.abc import Mapping

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, select, update

from handlers.environments import EnvironmentState
from storage.codec import reading
from storage.dialects import insert_new
from storage.history import Head
from storage.prepared import Prepared, Value, numbered_insert
from storage.tables import HoldingRow, ServiceRow, table
from storage.vouching import Rows, vouch

_service = table(ServiceRow)
_holding = table(HoldingRow)
_states = TypeAdapter(dict[str, EnvironmentState])
_by_name = select(_service.c.body, _service.c.chain_row, _service.c.chain_hash, _service.c.policy).where(
    _service.c.service == bindparam("wanted")
)
_new = insert_new(_service)
_get = Prepared(_by_name)
_lock = Prepared(_by_name.with_for_update(key_share=True))
_save_all = Prepared(
    update(_service)
    .where(_service.c.service == bindparam("wanted"))
    .values(body=bindparam("environments"), chain_row=bindparam("row"), chain_hash=bindparam("digest"))
)
_save_head = Prepared(
    update(_service)
    .where(_service.c.service == bindparam("wanted"))
    .values(chain_row=bindparam("row"), chain_hash=bindparam("digest"))
)
_hold = numbered_insert(_holding)
_leave = Prepared(
    update(_holding)
    .where(
        _holding.c.service == bindparam("wanted"),
        _holding.c.environment == bindparam("place"),
        _holding.c.left_at.is_(None),
    )
    .values(left_at=bindparam("now"))
    .returning(_holding.c.id, _holding.c.release, _holding.c.since)
)


def lock(connection: Connection, service: str) -> tuple[dict[str, EnvironmentState], Head]:
    """Read a service's environments and chain head under lock.

    A new service gets its row first.
    """
    row = _lock.first(connection, wanted=service)
    if row is None:
        _new.change(connection, service=service, body="{}", chain_row=0, chain_hash="", policy=0)
        row = _lock.rows(connection, wanted=service)[0]
    body, number, digest, policy = row
    return read_states(service, body), Head(service, number, digest, policy)


def read(connection: Connection, service: str) -> tuple[dict[str, EnvironmentState], Head]:
    """Read a service's environments and chain head without a lock."""
    row = _get.first(connection, wanted=service)
    if row is None:
        return {}, Head(service)
    body, number, digest, policy = row
    return read_states(service, body), Head(service, number, digest, policy)


def read_states(service: str, body: str) -> dict[str, EnvironmentState]:
    """Parse the environments of a service.

    Raises UnreadableError.
    """
    with reading(f"service {service}"):
        return _states.validate_json(body)


def save(connection: Connection, head: Head, body: str = "") -> None:
    """Save the new head of a service's chain, and the environments that `change` returned, if any."""
    if not body:
        _save_head.change(connection, wanted=head.service, row=head.row, digest=head.hash)
        return
    _save_all.change(connection, wanted=head.service, row=head.row, digest=head.hash, environments=body)


def change(
    connection: Connection,
    service: str,
    before: Mapping[str, EnvironmentState],
    changed: Mapping[str, EnvironmentState],
    now: int,
) -> tuple[str, Rows]:
    """Save who holds the changed environments; return the service's environments as JSON, with the digests of all rows."""
    if not changed:
        return "", {}
    rows: Rows = {}
    for name, state in changed.items():
        rows |= _save_holding(connection, service, before.get(name) or EnvironmentState(name), state, now)
    body = _states.dump_json({**before, **changed}, exclude_defaults=True).decode()
    return body, rows | vouch(_service, {"service": service, "body": body})


def _save_holding(
    connection: Connection, service: str, before: EnvironmentState, after: EnvironmentState, now: int
) -> Rows:
    """Save who holds an environment, in a row of its own.

    The partial unique index is a second safeguard: two holders of one environment cannot both be saved.
    """
    rows: Rows = {}
    if before.holder == after.holder:
        return rows
    stay: dict[str, Value] = {"service": service, "environment": after.environment}
    if before.holder:
        for number, release, since in _leave.rows(
            connection, wanted=service, place=after.environment, now=now
        ):
            left = {**stay, "id": number, "release": release, "since": since, "left_at": now}
            rows |= vouch(_holding, left)
    if after.holder:
        stay |= {"release": after.holder, "since": now, "left_at": None}
        rows |= vouch(_holding, {**stay, "id": _hold.rows(connection, **stay)[0][0]})
    return rows
