"""The one statement that the two databases spell in their own way: insert unless it is there."""

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert


def insert_new(connection: Connection, into: Table) -> Insert:
    """Give an insert that leaves a row alone which is there already."""
    return _insert_new(connection.dialect.name, into)


@cache
def _insert_new(dialect: str, into: Table) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(into).on_conflict_do_nothing()
    return postgresql.insert(into).on_conflict_do_nothing()


def insert_or_replace(connection: Connection, into: Table) -> Insert:
    """Give an insert that takes the place of a row with the same key."""
    return _insert_or_replace(connection.dialect.name, into)


@cache
def _insert_or_replace(dialect: str, into: Table) -> Insert:
    keys = [column.name for column in into.primary_key]
    others = [column.name for column in into.columns if column.name not in keys]
    if dialect == "sqlite":
        lite = sqlite.insert(into)
        return lite.on_conflict_do_update(
            index_elements=keys, set_={name: lite.excluded[name] for name in others}
        )
    post = postgresql.insert(into)
    return post.on_conflict_do_update(
        index_elements=keys, set_={name: post.excluded[name] for name in others}
    )
