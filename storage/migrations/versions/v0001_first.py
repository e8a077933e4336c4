"""The first schema.

Releases, history, effects, deliveries, facts, builds, environments, plans and messages.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    _build()
    _counter()
    _delivery()
    _effect()
    _fact()
    _granted()
    _history()
    _holding()
    _message()
    _plan()
    _release()
    _service()
    _success()


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool) -> None:
    clause = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=clause, postgresql_where=clause)


def _build() -> None:
    op.create_table(
        "build",
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("sha", sa.String, nullable=False),
        sa.Column("branch", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("build_branch", "build", ["service", "branch", "ordinal"], unique=False)
    op.create_index("build_newest", "build", ["service", "ordinal"], unique=False)
    op.create_index("build_sha", "build", ["service", "sha"], unique=False)


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", BIG, nullable=False),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_index("delivery_age", "delivery", ["at"], unique=False)


def _effect() -> None:
    op.create_table(
        "effect",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("destination", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("release", BIG, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("due_at", BIG, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_by", sa.String, nullable=True),
        sa.Column("lease_until", BIG, nullable=True),
        sa.Column("done_at", BIG, nullable=True),
        sa.Column("failure", sa.Text, nullable=True),
        sqlite_autoincrement=True,
    )
    _partial(
        "effect_card",
        "effect",
        ["destination"],
        "done_at IS NULL AND lease_by IS NULL AND kind = 'show_card'",
        unique=True,
    )
    _partial("effect_done", "effect", ["done_at"], "done_at IS NOT NULL", unique=False)
    _partial("effect_due", "effect", ["due_at", "id"], "done_at IS NULL", unique=False)
    _partial(
        "effect_lease", "effect", ["lease_until"], "done_at IS NULL AND lease_by IS NOT NULL", unique=False
    )
    _partial("effect_failed", "effect", ["release", "id"], "failure IS NOT NULL", unique=False)
    _partial("effect_line", "effect", ["destination", "id"], "done_at IS NULL", unique=False)


def _fact() -> None:
    op.create_table(
        "fact",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("as_of", BIG, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )


def _granted() -> None:
    op.create_table(
        "granted",
        sa.Column("correlation", sa.String, primary_key=True),
        sa.Column("release", BIG, nullable=False),
        sa.Column("environment", sa.String, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("at", BIG, nullable=False),
    )
    op.create_index("granted_once", "granted", ["release", "environment", "attempt"], unique=True)


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("row", BIG, primary_key=True, autoincrement=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("release", BIG, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_index("history_release", "history", ["release", "row"], unique=False)


def _holding() -> None:
    op.create_table(
        "holding",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("environment", sa.String, nullable=False),
        sa.Column("release", BIG, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("left_at", BIG, nullable=True),
    )
    _partial("holding_one", "holding", ["service", "environment"], "left_at IS NULL", unique=True)


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("ts", sa.String, nullable=False),
        sa.Column("drawn", sa.String, nullable=False),
        sa.Column("at", BIG, nullable=False),
    )


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("fingerprint", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("number", BIG, primary_key=True, autoincrement=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("build_order", BIG, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("in_flight", sa.Integer, nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("plan", sa.String, nullable=False),
        sa.Column("wake_at", BIG, nullable=True),
        sa.Column("ended_at", BIG, nullable=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    _partial("release_open", "release", ["service", "number"], "ended_at IS NULL", unique=False)
    _partial(
        "release_open_build",
        "release",
        ["service", "version"],
        "ended_at IS NULL AND kind = 'normal'",
        unique=True,
    )
    op.create_index("release_service", "release", ["service", "number"], unique=False)
    op.create_index("release_state", "release", ["state", "number"], unique=False)
    _partial("release_wake", "release", ["wake_at"], "ended_at IS NULL", unique=False)


def _service() -> None:
    op.create_table(
        "service",
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("chain_row", BIG, nullable=False),
        sa.Column("chain_hash", sa.String, nullable=False),
    )


def _success() -> None:
    op.create_table(
        "success",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("environment", sa.String, nullable=False),
        sa.Column("release", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("success_line", "success", ["service", "environment", "id"], unique=False)
