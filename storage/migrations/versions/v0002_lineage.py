"""Lineage: what CIs tell of two commits, and the order of builds within a branch."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Upgrade the schema to this revision."""
    op.create_table(
        "comparison",
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("ci", sa.String, primary_key=True),
        sa.Column("old", sa.String, primary_key=True),
        sa.Column("new", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.drop_column("release", "build_order")
    op.add_column("build", sa.Column("position", BIG, nullable=False, server_default="0"))
    op.add_column("success", sa.Column("branch", sa.String, nullable=False, server_default=""))
    _place_builds()
    _name_branches()
    op.drop_index("build_branch", "build")
    op.create_index("build_branch", "build", ["service", "branch", "position", "ordinal"], unique=False)
    op.create_index("success_branch", "success", ["service", "environment", "branch", "id"], unique=False)


def _place_builds() -> None:
    """Order the builds of a branch as they arrived, which is all that was known of them."""
    build = sa.table("build", *map(sa.column, ("service", "version", "ordinal", "position", "body")))
    connection = op.get_bind()
    for row in connection.execute(
        sa.select(build.c.service, build.c.version, build.c.ordinal, build.c.body)
    ).all():
        body: dict[str, Any] = {**json.loads(row.body), "position": row.ordinal}
        connection.execute(
            sa.update(build)
            .where(build.c.service == row.service, build.c.version == row.version)
            .values(position=row.ordinal, body=json.dumps(body, separators=(",", ":")))
        )


def _name_branches() -> None:
    success = sa.table("success", *map(sa.column, ("id", "branch", "body")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(success.c.id, success.c.body)).all():
        body: dict[str, Any] = json.loads(row.body)
        body["position"] = body.get("order", 0)
        connection.execute(
            sa.update(success)
            .where(success.c.id == row.id)
            .values(branch=body["branch"], body=json.dumps(body, separators=(",", ":")))
        )
