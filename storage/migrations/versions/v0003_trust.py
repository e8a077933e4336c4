"""Trust: what vouches for the rows of each transaction, which policy is in force, locks by several."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Upgrade the schema to this revision."""
