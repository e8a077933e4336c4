"""Hot queries use an index however long the history is: the databases themselves say how they would run each."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from handlers.actions.approve import SignedOff
from handlers.effects import PostToThread, ShowCard
from handlers.plan import BuildSource
from storage import (
    audit_rows,
    deliveries,
    effects,
    facts,
    history,
    lineage,
    messages,
    reading,
    releases,
    transaction,
    wakes,
)
from storage.codec import dump_release, micros
from storage.database import Connection, Database
from storage.deliveries import Answer
from storage.driver import driver_of
from storage.incoming import IncomingEvent
from storage.reading import ReadContext, ReleaseFilter, ServiceParts
from storage.tables import DeliveryRow, EffectRow, HistoryRow, ReleaseRow, table
from tests.handlers import builders
from tests.handlers.builders import AMITA, NOW, SERVICE
from tests.storage import transactions

ROWS = 100_000
RELEASES = 20_000
LONG = ("release", "effect", "history", "delivery")
BATCH = 10_000
COMPARED = builders.plan(builds=BuildSource("main", "hub", "build.yml"))

pytestmark = pytest.mark.slow


Past = dict[type[Any], Callable[[int], dict[str, object]]]


def fill(connection: Connection) -> None:
    """Write a long past of another service beside a few releases that are open."""
    body, at = dump_release(builders.release()), micros(NOW)
    empty = dict.fromkeys(("lease_by", "lease_until", "failure"))
    past: Past = {
        HistoryRow: lambda n: {
            "service": "past",
            "row": n,
            "at": at,
            "actor": "",
            "event": "reevaluated",
            "release": 1000 + n % RELEASES,
            "body": "{}",
            "outcome": "{}",
            "hash": "",
        },
        EffectRow: lambda n: {
            "destination": f"card:{1000 + n % RELEASES}",
            "kind": "show_card",
            "release": 1000 + n % RELEASES,
            "body": "{}",
            "due_at": at + n,
            "tries": 0,
            "done_at": at + n,
            **empty,
        },
        DeliveryRow: lambda n: {"id": f"past {n}", "at": at + n, "answer": "{}"},
        ReleaseRow: lambda n: {
            "number": 1000 + n,
            "service": "past",
            "version": str(n),
            "kind": "normal",
            "state": "done",
            "in_flight": 0,
            "revision": 1,
            "plan": transactions.context().policy.plans[SERVICE].fingerprint,
            "wake_at": None,
            "ended_at": at,
            "body": body,
        },
    }
    for row, make in past.items():
        for start in range(0, RELEASES if row is ReleaseRow else ROWS, BATCH):
            connection.execute(insert(table(row)), [make(n) for n in range(start + 1, start + BATCH + 1)])
    connection.execute(text("ANALYZE"))


Statements = list[tuple[str, Any]]


def hot(connection: Connection, number: int) -> None:
    """Run everything that is asked per click, per card, per wake-up and per question."""
    incoming = IncomingEvent("id", SignedOff(number, AMITA, "ops"), NOW, "hot")
    transaction.apply_event(connection, incoming, transactions.context())
    reading.snapshot(connection, number, ReadContext(builders.membership()), with_history=True)
    plan = transactions.context().policy.plans[SERVICE]
    for parts in (
        ServiceParts(builds=9, history=9, ends=9),
        ServiceParts(history=9, since=1, until=micros(NOW), ends=9, ended_since=1),
        ServiceParts(version="2.1.0"),
    ):
        reading.service(connection, plan, parts)
    history.of_releases(connection, [number, 2])
    audit_rows.of_releases(connection, SERVICE, [number, 2], ROWS)
    reading.resolution_context(connection, plan, "staging", "2.1.0")
    for wanted in (
        ReleaseFilter(),
        ReleaseFilter(SERVICE),
        ReleaseFilter(state="waiting"),
        ReleaseFilter(SERVICE, "waiting"),
    ):
        reading.recent(connection, wanted)
    history.newest(connection, SERVICE, 9)
    wakes.due(connection, NOW)
    wakes.earliest(connection)
    releases.in_flight(connection)
    releases.open_of_build(connection, SERVICE, "2.1.0")
    lineage.wanted_pairs(connection, COMPARED)
    lineage.relation(connection, COMPARED, builders.build(1), builders.build(2))
    releases.of_correlation(connection, "corr")
    wakes.save(connection, number, None)
    _effects(connection)
    messages.find(connection, "card:1")
    facts.load(connection, 0)
    deliveries.remember(connection, "another", Answer(), NOW)
    deliveries.prune(connection, builders.later(days=-30))
    effects.prune(connection, builders.later(days=-30))


def _effects(connection: Connection) -> None:
    effects.add(connection, [PostToThread(1, "one"), PostToThread(1, "two"), ShowCard(1), ShowCard(2)], NOW)
    effects.next_due(connection)
    tasks = effects.claim(connection, "owner", NOW, builders.later(seconds=30) - NOW, 10)
    effects.done(connection, tasks[0], NOW)
    for task in tasks[1:]:
        effects.reschedule(connection, task, NOW, "why", failed=True)
    effects.run_now(connection, "thread:1", NOW)
    effects.release_reached(connection, 1, NOW)
    effects.release_blocked(connection, NOW)


def executed(connection: Connection, number: int) -> Statements:
    """Note every statement of the hot paths with its values; SQLite's own driver tells them with the values in place."""
    found: dict[str, Any] = {}

    def keep(statement: str, values: Any) -> None:  # noqa: ANN401
        if statement.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE"} and "pg_notify" not in statement:
            found.setdefault(statement, values)

    def note(_: object, __: object, statement: str, values: Any, ___: object, many: bool) -> None:  # noqa: ANN401
        keep(statement, values[0] if many else values)

    if connection.dialect.name == "sqlite":
        driver_of(connection).set_trace_callback(lambda statement: keep(statement, ()))
        hot(connection, number)
        driver_of(connection).set_trace_callback(None)
    else:
        event.listen(connection, "before_cursor_execute", note)
        hot(connection, number)
        event.remove(connection, "before_cursor_execute", note)
    return list(found.items())


def plans(connection: Connection, statements: Statements) -> dict[str, list[str]]:
    """Let the database say how it would run each statement."""
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    found: dict[str, list[str]] = {}
    for statement, values in statements:
        rows = connection.exec_driver_sql(f"{explain} {statement}", values).all()
        found[statement] = [str(row[-1]) for row in rows]
    return found


def scans(lines: list[str]) -> list[str]:
    """Pick the lines that read one of the long tables from end to end, or everything that is undone."""
    whole = [f"Seq Scan on {name}" for name in LONG] + [f"SCAN {name}" for name in LONG] + ["(done_at=?)"]
    return [line for line in lines if any(each in line for each in whole) and not _of_few(line)]


def _of_few(line: str) -> bool:
    """A walk along a partial index reads what is open or undone; one along a key in order stops at its limit."""
    return "USING" in line and any(name in line for name in PARTIAL)


PARTIAL = ("release_open", "release_wake", "effect_due", "effect_line", "effect_card", "effect_lease")


async def test_no_hot_query_reads_a_long_table_from_end_to_end(opened: Database) -> None:
    number = await transactions.ship(opened)
    await opened.write(fill)
    statements = await opened.write(partial(executed, number=number))
    assert len(statements) > 30
    explained = await opened.write(partial(plans, statements=statements))
    whole = {statement: found for statement, lines in explained.items() if (found := scans(lines))}
    # A list that is not narrowed shows the newest releases: it walks back along the key until it has enough.
    listed = {
        statement
        for statement in whole
        if "LIMIT" in statement and "ORDER BY release.number DESC" in statement
    }
    assert {statement: whole[statement] for statement in whole.keys() - listed} == {}
