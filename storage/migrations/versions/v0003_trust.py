"""Trust: what vouches for the rows of each transaction, which policy is in force, locks by several."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import adoption

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    op.add_column("effect", sa.Column("service", sa.String, nullable=False, server_default=""))
    op.add_column("effect", sa.Column("history_row", BIG, nullable=False, server_default="0"))
    op.add_column("effect", sa.Column("seal", sa.String, nullable=False, server_default=""))
    adoption.name_plans(op.get_bind())
    # The last step: it vouches for all columns of the rows as they are now.
    adoption.adopt(op.get_bind())
