"""The rows: SQLModel tables with every index that a hot query needs; times are whole microseconds since 1970, UTC."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

BIG = BigInteger().with_variant(Integer, "sqlite")
"""Eight bytes on both databases, and still SQLite's own row id where it is the primary key."""


def table_name(row: str) -> str:
    """Name the table of a row class."""
    return row.removesuffix("Row").lower()


def some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Make an index on some of the rows, alike on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Row(SQLModel):
    """What all tables share: how they are named."""

    # SQLModel declares the name as an attribute and takes a function for it all the same, as SQLAlchemy documents.
    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 # pyright: ignore[reportIncompatibleVariableOverride]
        """Name a table after its class: `ReleaseRow` is the row of table `release`."""
        return table_name(cls.__name__)


def big(*, null: bool = False) -> Column[int]:
    """Make a column for times and counts."""
    return Column(BIG, nullable=null)


def number_key(*, auto: bool = False) -> Column[int]:
    """Make a column for a primary key of numbers."""
    return Column(BIG, primary_key=True, autoincrement=auto)


def long_text() -> Column[str]:
    """Make a column for text of any length."""
    return Column(Text, nullable=False)


class ReleaseRow(Row, table=True):
    """A release: its body as JSON, and beside it what queries look for."""

    __table_args__ = (
        some(
            "release_open_build",
            "service",
            "version",
            where="ended_at IS NULL AND kind = 'normal'",
            unique=True,
        ),
        some("release_wake", "wake_at", where="ended_at IS NULL"),
        some("release_open", "service", "number", where="ended_at IS NULL"),
        Index("release_service", "service", "number"),
        Index("release_state", "state", "number"),
    )
    number: int = Field(sa_column=number_key())
    service: str
    version: str
    build_order: int = Field(sa_column=big())
    kind: str
    state: str
    in_flight: int = 0
    revision: int = Field(sa_column=big())
    plan: str
    wake_at: int | None = Field(sa_column=big(null=True))
    ended_at: int | None = Field(sa_column=big(null=True))
    body: str = Field(sa_column=long_text())


class HoldingRow(Row, table=True):
    """Who holds an environment: one row per stay, at most one of them not left."""

    __table_args__ = (some("holding_one", "service", "environment", where="left_at IS NULL", unique=True),)
    id: int | None = Field(default=None, sa_column=number_key(auto=True))
    service: str
    environment: str
    release: int = Field(sa_column=big())
    since: int = Field(sa_column=big())
    left_at: int | None = Field(sa_column=big(null=True))


class GrantedRow(Row, table=True):
    """A grant, once per attempt of a step, found by its correlation id."""

    __table_args__ = (Index("granted_once", "release", "environment", "attempt", unique=True),)
    correlation: str = Field(primary_key=True)
    release: int = Field(sa_column=big())
    environment: str
    attempt: int
    at: int = Field(sa_column=big())


class ServiceRow(Row, table=True):
    """A service's ground: its environments as JSON, and the head of its history's hash chain."""

    service: str = Field(primary_key=True)
    body: str = Field(sa_column=long_text())
    chain_row: int = Field(sa_column=big())
    chain_hash: str


class HistoryRow(Row, table=True):
    """One state change or refused change, chained to the one before it."""

    __table_args__ = (Index("history_release", "release", "row"),)
    service: str = Field(primary_key=True)
    row: int = Field(sa_column=number_key())
    at: int = Field(sa_column=big())
    actor: str
    event: str
    release: int = Field(sa_column=big())
    body: str = Field(sa_column=long_text())
    outcome: str = Field(sa_column=long_text())
    hash: str


class EffectRow(Row, table=True):
    """Something to do, written with the decision that wants it; `lease_by` is who is at it."""

    __table_args__ = (
        some("effect_due", "due_at", "id", where="done_at IS NULL"),
        some("effect_line", "destination", "id", where="done_at IS NULL"),
        some(
            "effect_card",
            "destination",
            where="done_at IS NULL AND lease_by IS NULL AND kind = 'ShowCard'",
            unique=True,
        ),
        some("effect_lease", "lease_until", where="done_at IS NULL AND lease_by IS NOT NULL"),
        some("effect_failed", "release", "id", where="failure IS NOT NULL"),
        some("effect_done", "done_at", where="done_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=number_key(auto=True))
    destination: str
    kind: str
    release: int = Field(sa_column=big())
    body: str = Field(sa_column=long_text())
    due_at: int = Field(sa_column=big())
    tries: int = 0
    lease_by: str | None = None
    lease_until: int | None = Field(sa_column=big(null=True))
    done_at: int | None = Field(sa_column=big(null=True))
    failure: str | None = Field(sa_column=Column(Text, nullable=True))


class DeliveryRow(Row, table=True):
    """A delivery that was seen, with the answer it got."""

    __table_args__ = (Index("delivery_age", "at"),)
    id: str = Field(primary_key=True)
    at: int = Field(sa_column=big())
    answer: str = Field(sa_column=long_text())


class BuildRow(Row, table=True):
    """A build, known by service and version."""

    __table_args__ = (
        Index("build_newest", "service", "ordinal"),
        Index("build_branch", "service", "branch", "ordinal"),
        Index("build_sha", "service", "sha"),
    )
    service: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    ordinal: int = Field(sa_column=big())
    sha: str
    branch: str
    body: str = Field(sa_column=long_text())


class SuccessRow(Row, table=True):
    """A deployment that succeeded: what has been live where."""

    __table_args__ = (Index("success_line", "service", "environment", "id"),)
    id: int | None = Field(default=None, sa_column=number_key(auto=True))
    service: str
    environment: str
    release: int = Field(sa_column=big())
    at: int = Field(sa_column=big())
    body: str = Field(sa_column=long_text())


class FactRow(Row, table=True):
    """What Slack last said of an account or a user group."""

    key: str = Field(primary_key=True)
    as_of: int = Field(sa_column=big())
    body: str = Field(sa_column=long_text())


class PlanRow(Row, table=True):
    """A service's plan as some release has it, found by its fingerprint."""

    fingerprint: str = Field(primary_key=True)
    body: str = Field(sa_column=long_text())


class MessageRow(Row, table=True):
    """Where a card or an announcement stands in Slack, and what it showed last."""

    key: str = Field(primary_key=True)
    channel: str
    ts: str
    drawn: str
    at: int = Field(sa_column=big())


class CounterRow(Row, table=True):
    """The last release number given."""

    name: str = Field(primary_key=True)
    value: int = Field(sa_column=big())


def table(row: type[SQLModel]) -> Table:
    """Give the table of a row class; statements are built on it once, at import."""
    return SQLModel.metadata.tables[table_name(row.__name__)]
