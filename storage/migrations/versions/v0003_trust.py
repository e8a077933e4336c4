"""Trust: what vouches for the rows of each transaction, which policy is in force, locks by several."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.database_id import make_id
from storage.migrations import adoption

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    _message()
    _number_policies()
    _carry_over_locks()
    _connections()
    _list_releases()
    make_id(op.get_bind())
    _vouch()


def _message() -> None:
    """Keep where a message was before its channel changed."""
    for name in ("left_channel", "left_ts"):
        op.add_column("message", sa.Column(name, sa.String, nullable=False, server_default=""))


def _number_policies() -> None:
    """Keep policies as numbered rows; until now there were only digests, beside Slack's facts."""
    op.create_table(
        "policy",
        sa.Column("number", BIG, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("policy_digest", "policy", ["digest"], unique=False)
    op.add_column("service", sa.Column("policy", BIG, nullable=False, server_default="0"))
    op.execute("DELETE FROM fact WHERE key LIKE 'policy:%'")


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


def _connections() -> None:
    """Keep what was told of connections that do not answer."""
    op.create_table(
        "connection",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("silent_since", BIG, nullable=True),
        sa.Column("told_at", BIG, nullable=True),
        sa.Column("expires_at", BIG, nullable=True),
        sa.Column("days_told", sa.Integer, nullable=True),
        sa.Column("probed_at", BIG, nullable=True),
    )


def _list_releases() -> None:
    """Find the releases of a service that ended last, and those of a build."""
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        "release_ended", "release", ["service", "ended_at"], sqlite_where=ended, postgresql_where=ended
    )
    op.create_index("release_build", "release", ["service", "version", "number"])


def _vouch() -> None:
    """Vouch for all rows as they are after the other steps, in all their columns."""
    op.add_column("effect", sa.Column("service", sa.String, nullable=False, server_default=""))
    op.add_column("effect", sa.Column("history_row", BIG, nullable=False, server_default="0"))
    op.add_column("effect", sa.Column("seal", sa.String, nullable=False, server_default=""))
    adoption.name_plans(op.get_bind())
    # The last step: it vouches for all columns of the rows as they are now.
    adoption.adopt(op.get_bind())
