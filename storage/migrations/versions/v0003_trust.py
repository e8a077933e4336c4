"""Trust: what vouches for the rows of each transaction, which policy is in force, locks by several."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    _message()


def _message() -> None:
    """Keep where a message was before its channel changed."""
    for name in ("left_channel", "left_ts"):
        op.add_column("message", sa.Column(name, sa.String, nullable=False, server_default=""))
