"""What all tables have in common: how they, their numbers and their partial indexes are declared."""

from sqlalchemy import BigInteger, Index, Integer, Table, text
from sqlalchemy.orm import declared_attr
from sqlmodel import SQLModel

BIG = BigInteger().with_variant(Integer, "sqlite")
"""Eight bytes on both databases.

It is still SQLite's own row id where it is the primary key.
"""


def table_name(row: str) -> str:
    """Return the name of a row class's table."""
    return row.removesuffix("Row").lower()


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return a partial index, the same on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Row(SQLModel):
    """The base of all tables: how they are named."""

    # SQLModel declares the name as an attribute but accepts a function of the class, as SQLAlchemy documents.
    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - a class # pyright: ignore[reportIncompatibleVariableOverride] - a function
        """Name a table after its class: `ReleaseRow` is the row of table `release`."""
        return table_name(cls.__name__)


def table(row: type[SQLModel]) -> Table:
    """Return the table of a row class; statements are built on it once, at import."""
    return SQLModel.metadata.tables[table_name(row.__name__)]
