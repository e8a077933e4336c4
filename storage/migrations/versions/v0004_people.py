"""People: who is away, when each was reminded last, and who follows their changes.

The code of 0003 knows neither absences nor the holds, windows and freezes that came with them, and would deploy past them.
"""

import sqlalchemy as sa
from alembic import op

from storage import schema

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    op.create_table(
        "absence",
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("user", sa.String, primary_key=True),
        sa.Column("until", BIG, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("by", sa.String, nullable=False),
    )
    for name in ("reminder", "follower"):
        op.create_table(
            name,
            sa.Column("user", sa.String, primary_key=True),
            sa.Column("at", BIG, nullable=False),
        )
    support = op.create_table(schema.SUPPORT, sa.Column("lowest", sa.String, nullable=False))
    op.bulk_insert(support, [{"lowest": revision}])
