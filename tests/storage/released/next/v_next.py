"""Adds a table, an index, and columns with defaults, and says that the code of the revision before may go on."""

import sqlalchemy as sa
from alembic import op

from storage import schema

revision = f"{int(schema.NEWEST) + 1:04}"
down_revision = schema.NEWEST


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    op.create_table("note", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("body", sa.Text))
    op.create_index("history_actor", "history", ["actor", "at"])
    op.add_column("message", sa.Column("colour", sa.String, nullable=False, server_default="grey"))
    op.add_column("release", sa.Column("priority", sa.Integer, nullable=False, server_default="0"))
    op.add_column("effect", sa.Column("why", sa.Text, nullable=True))
    if not sa.inspect(op.get_bind()).has_table(schema.SUPPORT):
        support = op.create_table(schema.SUPPORT, sa.Column("lowest", sa.String, nullable=False))
        op.bulk_insert(support, [{"lowest": ""}])
    op.execute(sa.update(sa.table(schema.SUPPORT, sa.column("lowest"))).values(lowest=down_revision))
