"""Trust: what vouches for the rows of each transaction, which policy is in force, locks by several."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    op.create_table(
        "connection",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("silent_since", BIG, nullable=True),
        sa.Column("told_at", BIG, nullable=True),
        sa.Column("expires_at", BIG, nullable=True),
        sa.Column("days_told", sa.Integer, nullable=True),
        sa.Column("probed_at", BIG, nullable=True),
    )
