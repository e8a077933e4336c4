"""The SQLModel tables, with every index that a hot query needs.

Times are whole microseconds since 1970, UTC.
"""

from sqlalchemy import Index, Text
from sqlmodel import Field

from storage.columns import BIG, Row, partial_index
from storage.columns import table as table  # noqa: PLC0414 - every module takes rows and their tables from here
from storage.people_tables import AbsenceRow as AbsenceRow  # noqa: PLC0414 - the same
from storage.people_tables import FollowerRow as FollowerRow  # noqa: PLC0414 - the same
from storage.people_tables import HomeRow as HomeRow  # noqa: PLC0414 - the same
from storage.people_tables import ReminderRow as ReminderRow  # noqa: PLC0414 - the same


class ReleaseRow(Row, table=True):
    """A release: its body as JSON, and columns for what queries search."""

    __table_args__ = (
        partial_index(
            "release_open_build",
            "service",
            "version",
            where="ended_at IS NULL AND kind = 'normal'",
            unique=True,
        ),
        partial_index("release_wake", "wake_at", where="ended_at IS NULL"),
        partial_index("release_open", "service", "number", where="ended_at IS NULL"),
        partial_index("release_ended", "service", "ended_at", where="ended_at IS NOT NULL"),
        Index("release_build", "service", "version", "number"),
        Index("release_service", "service", "number"),
        Index("release_state", "state", "number"),
    )
    number: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    service: str
    version: str
    kind: str
    state: str
    in_flight: int = 0
    revision: int = Field(sa_type=BIG)
    plan: str
    wake_at: int | None = Field(default=None, sa_type=BIG)
    ended_at: int | None = Field(default=None, sa_type=BIG)
    body: str = Field(sa_type=Text)


class HoldingRow(Row, table=True):
    """A holder of an environment: one row per stay, at most one of them not left."""

    __table_args__ = (
        partial_index("holding_one", "service", "environment", where="left_at IS NULL", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    service: str
    environment: str
    release: int = Field(sa_type=BIG)
    since: int = Field(sa_type=BIG)
    left_at: int | None = Field(default=None, sa_type=BIG)


class GrantedRow(Row, table=True):
    """A grant, once per attempt of a step, found by its correlation id."""

    __table_args__ = (Index("granted_once", "release", "environment", "attempt", unique=True),)
    correlation: str = Field(primary_key=True)
    release: int = Field(sa_type=BIG)
    environment: str
    attempt: int
    at: int = Field(sa_type=BIG)


class ServiceRow(Row, table=True):
    """A service: its environments as JSON, the head of its hash chain, and the policy that is in force for it."""

    service: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    chain_row: int = Field(sa_type=BIG)
    chain_hash: str
    policy: int = Field(default=0, sa_type=BIG, sa_column_kwargs={"server_default": "0"})


class HistoryRow(Row, table=True):
    """One state change or refused change, chained to the one before it."""

    __table_args__ = (Index("history_release", "release", "row"),)
    service: str = Field(primary_key=True)
    row: int = Field(primary_key=True, sa_type=BIG)
    at: int = Field(sa_type=BIG)
    actor: str
    event: str
    release: int = Field(sa_type=BIG)
    body: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    hash: str


class EffectRow(Row, table=True):
    """An effect, saved with its decision; `lease_by` is the worker that performs it.

    `service` and `history_row` name the history row that vouches for it; `seal` vouches for how it ended.
    """

    __table_args__ = (
        partial_index("effect_due", "due_at", "id", where="done_at IS NULL"),
        partial_index("effect_line", "destination", "id", where="done_at IS NULL"),
        partial_index(
            "effect_card",
            "destination",
            where="done_at IS NULL AND lease_by IS NULL AND kind = 'show_card'",
            unique=True,
        ),
        partial_index("effect_lease", "lease_until", where="done_at IS NULL AND lease_by IS NOT NULL"),
        partial_index("effect_failed", "release", "id", where="failure IS NOT NULL"),
        partial_index("effect_done", "done_at", where="done_at IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    destination: str
    kind: str
    release: int = Field(sa_type=BIG)
    body: str = Field(sa_type=Text)
    due_at: int = Field(sa_type=BIG)
    tries: int = 0
    lease_by: str | None = None
    lease_until: int | None = Field(default=None, sa_type=BIG)
    done_at: int | None = Field(default=None, sa_type=BIG)
    failure: str | None = Field(default=None, sa_type=Text)
    service: str = Field(default="", sa_column_kwargs={"server_default": ""})
    history_row: int = Field(default=0, sa_type=BIG, sa_column_kwargs={"server_default": "0"})
    seal: str = Field(default="", sa_column_kwargs={"server_default": ""})


class DeliveryRow(Row, table=True):
    """A delivery that was handled, with its answer."""

    __table_args__ = (Index("delivery_age", "at"),)
    id: str = Field(primary_key=True)
    at: int = Field(sa_type=BIG)
    answer: str = Field(sa_type=Text)


class BuildRow(Row, table=True):
    """A build, identified by service and version."""

    __table_args__ = (
        Index("build_newest", "service", "ordinal"),
        Index("build_branch", "service", "branch", "position", "ordinal"),
        Index("build_sha", "service", "sha"),
    )
    service: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    ordinal: int = Field(sa_type=BIG)
    position: int = Field(default=0, sa_type=BIG, sa_column_kwargs={"server_default": "0"})
    sha: str
    branch: str
    body: str = Field(sa_type=Text)


class SuccessRow(Row, table=True):
    """A successful deployment."""

    __table_args__ = (
        Index("success_line", "service", "environment", "id"),
        Index("success_branch", "service", "environment", "branch", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    service: str
    environment: str
    release: int = Field(sa_type=BIG)
    at: int = Field(sa_type=BIG)
    branch: str = Field(default="", sa_column_kwargs={"server_default": ""})
    body: str = Field(sa_type=Text)


class ComparisonRow(Row, table=True):
    """What a CI told of two commits; it never changes."""

    service: str = Field(primary_key=True)
    ci: str = Field(primary_key=True)
    old: str = Field(primary_key=True)
    new: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class FactRow(Row, table=True):
    """What Slack last reported about an account or a user group."""

    key: str = Field(primary_key=True)
    as_of: int = Field(sa_type=BIG)
    body: str = Field(sa_type=Text)


class ConnectionRow(Row, table=True):
    """What people were told of a connection: since when it is silent, and that its token ends; `probed_at` of the database."""

    name: str = Field(primary_key=True)
    silent_since: int | None = Field(default=None, sa_type=BIG)
    told_at: int | None = Field(default=None, sa_type=BIG)
    expires_at: int | None = Field(default=None, sa_type=BIG)
    days_told: int | None = None
    probed_at: int | None = Field(default=None, sa_type=BIG)


class PlanRow(Row, table=True):
    """A service's plan as some release has it, found by its fingerprint."""

    fingerprint: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class PolicyRow(Row, table=True):
    """A policy that came into force: its text as it was written, secrets unresolved.

    The highest number is in force. A text that came into force twice has two rows.
    """

    __table_args__ = (Index("policy_digest", "digest"),)
    number: int = Field(primary_key=True, sa_type=BIG, sa_column_kwargs={"autoincrement": False})
    digest: str
    at: int = Field(sa_type=BIG)
    actor: str
    body: str = Field(sa_type=Text)


class MessageRow(Row, table=True):
    """Where a card or an announcement is in Slack, and what it showed last.

    `left_channel` and `left_ts` are where it was before, as long as that does not say yet where it goes on.
    """

    key: str = Field(primary_key=True)
    channel: str
    ts: str
    drawn: str
    at: int = Field(sa_type=BIG)
    left_channel: str = Field(default="", sa_column_kwargs={"server_default": ""})
    left_ts: str = Field(default="", sa_column_kwargs={"server_default": ""})


class CounterRow(Row, table=True):
    """The last release number that was used (`release`), the random id of this database (`database`), when it was restored."""

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BIG)
