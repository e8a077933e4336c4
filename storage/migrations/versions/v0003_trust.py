"""Trust: what vouches for the rows of each transaction, which policy is in force, locks by several."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    _message()
    _number_policies()


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
