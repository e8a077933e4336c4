"""Who looks at the app's Home, and what it shows them.

Only adds a table. Code of 0004 leaves it alone: a Home that is not drawn meanwhile is drawn by the newer code when it changes
or is opened.
"""

import sqlalchemy as sa
from alembic import op

from storage import schema

revision = "0005"
down_revision = "0004"

LOWEST = "0004"
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    op.create_table(
        "home",
        sa.Column("user", sa.String, primary_key=True),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("drawn", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("until", BIG, nullable=False),
    )
    op.execute(sa.table(schema.SUPPORT, sa.column("lowest")).update().values(lowest=LOWEST))
