"""Trust: what vouches for the rows of each transaction, which policy is in force, locks by several."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    _carry_over_locks()


def _carry_over_locks() -> None:
    """Make the one lock that an environment had the first of several."""
    service = sa.table("service", *map(sa.column, ("service", "body")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(service.c.service, service.c.body)).all():
        states: dict[str, dict[str, Any]] = json.loads(row.body)
        if any("lock" in state for state in states.values()):
            body = {name: _with_locks(state) for name, state in states.items()}
            connection.execute(
                sa.update(service)
                .where(service.c.service == row.service)
                .values(body=json.dumps(body, separators=(",", ":")))
            )


def _with_locks(state: dict[str, Any]) -> dict[str, Any]:
    """Return an environment's state with its lock in the list of locks, under the names that locks have now."""
    lock: dict[str, Any] | None = state.get("lock")
    rest = {name: value for name, value in state.items() if name != "lock"}
    if lock is None:
        return rest
    named = {{"by": "owner", "at": "since"}.get(name, name): value for name, value in lock.items()}
    return {**rest, "locks": [named]}
