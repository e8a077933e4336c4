"""A small database with a rich story, and random changes to any row of any table."""

import random
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel

from handlers import events
from handlers.actions.approve import SignedOff
from handlers.actions.away import WentAway
from handlers.actions.cancel import CancelRequested
from handlers.actions.lock import Locked
from handlers.actions.rollback import RollbackStarted
from handlers.build import Change
from handlers.events import CommitsCompared, Everywhere, ExternalRunSeen
from handlers.lineage import Comparison
from handlers.people import SHIPROOM, AccountStatus, Member
from handlers.reports import Reevaluated, RunReported, RunState, SendAccepted, SendRequested
from storage import (
    connections,
    database_id,
    effects,
    facts,
    followers,
    home_views,
    messages,
    policies,
    reminders,
    transaction,
)
from storage.incoming import IncomingEvent, Outcome
from storage.messages import Posted
from storage.tables import EffectRow, table
from storage.vouching import UNVOUCHED, UNVOUCHED_COLUMNS, is_vouched
from tests.handlers import builders
from tests.handlers.builders import AMITA, ANDY, NOW, SERVICE, TIM
from tests.storage import transactions

Row = dict[str, Any]
CONTEXT = transactions.context("shop", SERVICE)


@dataclass(slots=True)
class Story:
    """Applies events to a database in memory, one transaction each."""

    connection: Connection
    count: int = 0

    def apply(self, happened: events.Event) -> Outcome:
        """Apply an event."""
        self.count += 1
        incoming = IncomingEvent(f"id {self.count}", happened, NOW, f"delivery {self.count}")
        return transaction.apply_event(self.connection, incoming, CONTEXT)

    def start(self, order: int, service: str = SERVICE) -> tuple[int, str]:
        """Start a build; return the number of its release, and the correlation id of its grant if it has one."""
        build = replace(transactions.build(order, service), changes=(Change(f"c{order}", "mara-dev", "x"),))
        reported = self.apply(events.BuildReported(build))
        release = self.apply(events.Started(reported.build, "staging", ANDY, (ANDY,))).release
        assert release is not None
        return release.number, release.step.intent.correlation if release.step.intent is not None else ""

    def deploy(self, number: int, correlation: str, state: RunState | None = "succeeded") -> None:
        """Send a grant, and let its run end."""
        self.apply(SendRequested(number, correlation))
        self.apply(SendAccepted(number, correlation, f"run {number}"))
        if state is not None:
            self.apply(RunReported(number, correlation, f"run {number}", state))


def in_memory() -> Engine:
    """Make an empty database at the newest schema."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _: object) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        dbapi.isolation_level = None

    SQLModel.metadata.create_all(engine)
    return engine


def tell(connection: Connection) -> None:
    """Tell a story that leaves rows of every kind in every table."""
    story = Story(connection)
    database_id.make_id(connection)
    policies.record_policy(connection, CONTEXT.policy, SHIPROOM, NOW)
    story.deploy(*story.start(1))
    for signer, team in ((AMITA, "testers"), (TIM, "ops")):
        story.apply(SignedOff(1, signer, team))
    asked = story.apply(events.StepRequested(1, ANDY, "production")).release
    assert asked is not None
    assert asked.step.intent is not None
    story.deploy(1, asked.step.intent.correlation)
    story.deploy(*story.start(2))
    story.apply(SignedOff(2, AMITA, "testers"))
    story.deploy(*story.start(3), "failed")
    old, new = builders.build(1).sha, builders.build(2).sha
    story.apply(CommitsCompared(SERVICE, "here", old, new, Comparison(contains=True)))
    story.start(4)
    story.apply(CancelRequested(3, TIM, "broken"))
    seen = ExternalRunSeen(SERVICE, "production", "run 77", "running", builders.build(2))
    story.apply(seen)
    story.apply(RollbackStarted(builders.build(1), "production", TIM, "broken"))
    story.apply(Locked(SERVICE, ("production",), TIM, "incident"))
    story.deploy(*story.start(1, "shop"), None)
    for task in effects.claim(connection, "worker", NOW, timedelta(seconds=20), 3):
        effects.done(connection, task, NOW)
    facts.save(connection, {ANDY: Member(AccountStatus.FULL, NOW, "Andy")}, {})
    messages.save(connection, Posted("card:1", "C0RELEASES", "1.1", "x", NOW))
    connections.tell_silence(connection, "here", NOW, NOW, ())
    reminders.claim(connection, AMITA, NOW, NOW)
    story.apply(Everywhere((WentAway(SERVICE, (), TIM, AMITA, NOW + timedelta(days=3)),), TIM))
    followers.add(connection, ANDY, NOW)
    home_views.opened(connection, AMITA, NOW, shown=True)


def decisions(connection: Connection) -> list[object]:
    """Return what is decided on many events, each on the rows as they are."""
    build = replace(transactions.build(5), service=SERVICE)
    wanted: tuple[events.Event, ...] = (
        *(Reevaluated(number) for number in range(1, 7)),
        SignedOff(2, TIM, "ops"),
        SignedOff(4, AMITA, "testers"),
        events.StepRequested(2, ANDY, "production"),
        CancelRequested(4, TIM, "enough"),
        Locked("shop", ("staging",), TIM, "x"),
        RollbackStarted(builders.build(1), "staging", TIM, "broken"),
        events.Started(build, "staging", ANDY, (ANDY,)),
        RunReported(6, "", "run 6", "succeeded"),
    )
    found: list[object] = []
    for number, each in enumerate(wanted):
        with connection.begin_nested() as savepoint:
            outcome = transaction.apply_event(connection, IncomingEvent(f"new {number}", each, NOW), CONTEXT)
            states = None if outcome.facts is None else outcome.facts.environments
            found.append((outcome.result, outcome.release, states, outcome.effects, outcome.wake_at))
            savepoint.rollback()
    return found


@dataclass(frozen=True, slots=True)
class Tamper:
    """What was changed: the table, the rows as they were, and the column with its new value if it was only one."""

    table: Table
    rows: tuple[Row, ...]
    column: str = ""
    value: object = None

    @property
    def needs_no_voucher(self) -> bool:
        """Whether it is named as being without effect on any decision."""
        if any(table(row) is self.table for row in UNVOUCHED):
            return True
        if self.table is table(EffectRow) and not any(is_vouched(row["kind"]) for row in self.rows):
            return self.column != "kind" or (isinstance(self.value, str) and not is_vouched(self.value))
        return any(self.column in left for row, left in UNVOUCHED_COLUMNS.items() if table(row) is self.table)


def tamper(connection: Connection, chance: random.Random) -> Tamper | None:
    """Change something at random; None if it changed nothing, or a key of the database forbids it."""
    of = chance.choice(SQLModel.metadata.sorted_tables)
    rows = [dict(row) for row in connection.execute(select(of)).mappings()]
    way = chance.choice((alter, alter, alter, alter, delete, insert, swap))
    try:
        changed = way(connection, of, [{str(k): v for k, v in row.items()} for row in rows], chance)
    except IntegrityError:
        return None
    after = [dict(row) for row in connection.execute(select(of)).mappings()]
    return changed if after != rows else None


def alter(connection: Connection, of: Table, rows: list[Row], chance: random.Random) -> Tamper:
    """Give one column another value that looks right."""
    row, column = chance.choice(rows), chance.choice(list(of.columns)).name
    value = other(row[column], column, rows, chance)
    connection.execute(update(of).where(is_row(of, row)).values({column: value}))
    return Tamper(of, (row,), column, value)


def other(value: object, column: str, rows: list[Row], chance: random.Random) -> object:
    """Return another value that looks right: of another row, or a small edit, or none."""
    elsewhere = [row[column] for row in rows if row[column] != value]
    way = chance.randrange(5)
    if way == 0:
        return None
    if way == 1 and elsewhere:
        return chance.choice(elsewhere)
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 3600_000_000])
    text = str(value or "")
    places = list(re.finditer(r"true|false|null|\d+|[A-Za-z]+|\[[^\[\]]*\]", text))
    if not places:
        return f"{text}x"
    place = chance.choice(places)
    instead = {"true": "false", "false": "true"}.get(place.group(), chance.choice(["0", "[]", "x", "9", ""]))
    return text[: place.start()] + instead + text[place.end() :]


def delete(connection: Connection, of: Table, rows: list[Row], chance: random.Random) -> Tamper:
    """Delete a row."""
    row = chance.choice(rows)
    connection.execute(of.delete().where(is_row(of, row)))
    return Tamper(of, (row,))


def insert(connection: Connection, of: Table, rows: list[Row], chance: random.Random) -> Tamper:
    """Insert a copy of a row under another key."""
    row = dict(chance.choice(rows))
    for key in of.primary_key:
        highest = connection.execute(select(func.max(key))).scalar()
        row[key.name] = highest + 1 if isinstance(highest, int) else f"{row[key.name]}x"
    connection.execute(of.insert().values(row))
    return Tamper(of, (row,))


def swap(connection: Connection, of: Table, rows: list[Row], chance: random.Random) -> Tamper:
    """Let two rows change places."""
    one, two = chance.sample(rows, 2) if len(rows) > 1 else (rows[0], rows[0])
    keys = [key.name for key in of.primary_key]
    connection.execute(of.delete().where(is_row(of, one)))
    connection.execute(of.delete().where(is_row(of, two)))
    if one is not two:
        connection.execute(of.insert().values({**one, **{key: two[key] for key in keys}}))
        connection.execute(of.insert().values({**two, **{key: one[key] for key in keys}}))
    return Tamper(of, (one, two))


def is_row(of: Table, row: Row) -> Any:  # noqa: ANN401 - a condition
    """Return the condition that only this row meets."""
    condition = of.c[next(iter(of.primary_key)).name].is_not(None)
    for key in of.primary_key:
        condition &= key == row[key.name]
    return condition
