"""The two inserts that each database spells differently.

They are: insert unless the key exists, and insert or replace.
"""

from functools import partial

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from storage.prepared import Prepared


def insert_new(into: Table) -> Prepared:
    """Prepare an insert that does nothing if the row exists already."""
    return Prepared(partial(_insert_new, into), [column.name for column in into.columns])


def _insert_new(into: Table, dialect: str) -> Insert:
    if dialect == "sqlite":
        return sqlite.insert(into).on_conflict_do_nothing()
    return postgresql.insert(into).on_conflict_do_nothing()


def insert_or_replace(into: Table) -> Prepared:
    """Prepare an insert that replaces a row with the same key."""
    return Prepared(partial(_insert_or_replace, into), [column.name for column in into.columns])


def _insert_or_replace(into: Table, dialect: str) -> Insert:
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
