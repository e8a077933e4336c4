"""The migrations make exactly the tables that the code works with, on an empty database and on a filled one."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from handlers.environments import Lock
from storage import audit, builds, effects, environments, schema, tables
from storage.database import Connection, Database, StorageError
from storage.history import Entry, chain
from storage.opening import connect, open_database
from tests.handlers import builders
from tests.house.tree import ROOT
from tests.storage import transactions


def test_newest_is_what_the_migrations_lead_to() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.NEWEST


def differences(connection: Connection) -> list[Any]:
    def is_part_of_it(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name not in schema.BOOKKEEPING

    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": is_part_of_it}
    )
    return compare_metadata(context, SQLModel.metadata)


async def test_migrations_make_the_columns_and_indexes_of_the_tables(opened: Database) -> None:
    assert tables.HistoryRow.__tablename__ == "history"
    assert await opened.read(differences) == []


def clauses(connection: Connection) -> dict[str, str]:
    """Give the definition of every index, with what makes it partial, as the database itself writes it."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        )
    else:
        rows = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()")
        )
    return {name: " ".join(re.sub(r"[()\"]", " ", sql).split()) for name, sql in rows.all()}


async def test_partial_indexes_have_the_conditions_of_the_tables(
    opened: Database, database: str, database_kind: str
) -> None:
    def create(connection: Connection) -> None:
        SQLModel.metadata.create_all(connection)

    other = await connect(database.replace("shiproom.db", "other.db"), alone=False)
    await other.write(create)
    wanted = await other.read(clauses)
    await other.close()
    found = await opened.read(clauses)
    assert {name: sql for name, sql in found.items() if not name.startswith("alembic")} == wanted
    assert sum(" WHERE " in sql for sql in wanted.values()) >= 6


async def test_empty_database_is_brought_to_the_newest(database: str) -> None:
    opened = await connect(database, alone=False)
    assert await opened.read(schema.version) == ""
    await opened.write(schema.migrate)
    assert await opened.read(schema.version) == schema.NEWEST
    await opened.write(schema.migrate)
    await opened.close()


async def test_filled_database_keeps_what_it_holds(opened: Database) -> None:
    await transactions.story(opened)
    before = await opened.read(audit.verify)
    await opened.write(schema.migrate)
    assert await opened.read(audit.verify) == before


async def test_builds_of_the_first_schema_keep_their_order(database: str) -> None:
    """Before builds had a place in their branch, they were ordered as they came."""
    opened = await connect(database, alone=False)
    build = json.dumps({"service": "web", "version": "1", "sha": "c0ffee0", "branch": "main", "order": 7})

    def fill(connection: Connection) -> None:
        schema.migrate(connection, "0001")
        ready = "INSERT INTO build (service, version, ordinal, sha, branch, body) VALUES ('web', '1', 7, 'c0', 'main', :body)"
        connection.execute(text(ready), {"body": build})
        there = "INSERT INTO success (service, environment, release, at, body) VALUES ('web', 'live', 1, 1, :body)"
        connection.execute(text(there), {"body": build})

    await opened.write(fill)
    await opened.write(schema.migrate)
    newest = await opened.read(partial(builds.newest_of_branch, service="web", branch="main"))
    last = await opened.read(partial(builds.last_success, service="web", environment="live", branch="main"))
    await opened.close()
    assert newest is not None
    assert newest.position == 7
    assert last == newest


async def test_rows_of_an_older_schema_are_vouched_for_by_the_upgrade(database: str) -> None:
    """Except a release that is not what the older history says of it."""
    opened = await connect(database, alone=False)

    def fill(connection: Connection) -> None:
        schema.migrate(connection, "0002")
        plan = json.dumps({"service": "web", "channel": "C", "fingerprint": "old"})
        connection.execute(text("INSERT INTO plan VALUES ('old', :body)"), {"body": plan})
        connection.execute(text("INSERT INTO counter VALUES ('release', 2)"))
        for statement in OLDER_EFFECTS:
            connection.exec_driver_sql(statement)
        previous = ""
        for number in (1, 2):
            values = {"n": number, "v": str(number), "b": f'{{"number":{number}}}'}
            connection.execute(text(OLDER_RELEASE), values)
            digest = sha256(b'{"number":1}').hexdigest()  # so r2 was altered
            outcome = json.dumps({"reply": "started", "digest": digest})
            entry = Entry(1, "U0TIM", "started", number, "{}", {})
            previous = chain(previous, "web", number, entry, outcome)
            connection.execute(text(OLDER_LINE), {"n": number, "outcome": outcome, "hash": previous})
        service = "INSERT INTO service VALUES ('web', '{}', 2, :hash)"
        connection.execute(text(service), {"hash": previous})

    await opened.write(fill)
    await opened.write(schema.migrate)
    found = await opened.read(audit.verify)
    claim = partial(effects.claim, owner="worker", now=builders.NOW, lasts=timedelta(seconds=9), most=9)
    due = await opened.write(claim)
    await opened.close()
    assert [str(each) for each in found.findings] == ["release r2: no history row vouches for it"]
    assert found.rows == 3
    assert [(task.kind, task.vouched) for task in due] == [("trigger", True)]


OLDER_RELEASE = """
    INSERT INTO release (number, service, version, kind, state, in_flight, revision, plan, body)
    VALUES (:n, 'web', :v, 'normal', 'waiting', 0, 1, 'old', :b)
"""
OLDER_LINE = "INSERT INTO history VALUES ('web', :n, 1, 'U0TIM', 'started', :n, '{}', :outcome, :hash)"
OLDER_EFFECTS = (
    """
    INSERT INTO effect (id, destination, kind, release, body, due_at, tries)
    VALUES (1, 'run:x', 'trigger', 1, '{"release":1,"correlation":"x"}', 0, 0)
    """,
    """
    INSERT INTO effect (id, destination, kind, release, body, due_at, tries, done_at)
    VALUES (2, 'run:y', 'trigger', 1, '{"release":1,"correlation":"y"}', 0, 0, 5)
    """,
)


async def put_version(url: str, version: str) -> None:
    database = await connect(url, alone=False)
    for statement in (
        "UPDATE alembic_version SET version_num = :to",
        "UPDATE schema_support SET lowest = :to",
    ):
        await database.write(
            lambda connection, wanted=statement: connection.execute(text(wanted), {"to": version})
        )
    await database.close()


@pytest.mark.parametrize("version", ["0000", "9999", "abcdef"])
@pytest.mark.parametrize("migrate", [None, True, False])
async def test_other_schema_is_refused_with_a_sentence(
    migrated_database: str, version: str, migrate: bool | None
) -> None:
    await put_version(migrated_database, version)
    with pytest.raises(StorageError, match=rf"schema {version}.*[.]$"):
        await open_database(migrated_database, alone=False, migrate=migrate)


async def test_database_without_schema_is_refused_with_the_command_to_run(database: str) -> None:
    with pytest.raises(StorageError, match="run `shiproom migrate` first"):
        await open_database(database, alone=False, migrate=False)


async def test_tables_of_another_program_are_left_alone(database: str) -> None:
    opened = await connect(database, alone=False)
    await opened.write(lambda connection: connection.execute(text("CREATE TABLE release (name TEXT)")))
    await opened.close()
    with pytest.raises(StorageError, match="cannot be brought to schema"):
        await open_database(database, alone=False, migrate=True)
    opened = await connect(database, alone=False)
    names = await opened.read(lambda connection: inspect(connection).get_table_names())
    await opened.close()
    assert names == ["release"]


async def test_the_lock_of_an_environment_becomes_the_first_of_several(database: str) -> None:
    lock = {"by": "U0TIM", "at": "2026-03-02T10:00:00Z", "reason": "upgrade"}
    ends = {**lock, "until": "2026-03-02T12:00:00Z", "release": 5}
    body = {
        "production": {"environment": "production", "lock": lock},
        "staging": {"environment": "staging", "holder": 5, "lock": ends},
        "qa": {"environment": "qa"},
    }

    def fill(connection: Connection) -> None:
        schema.migrate(connection, "0002")
        for service, states in (("website", body), ("shop", {"qa": {"environment": "qa"}})):
            connection.execute(
                text(
                    "INSERT INTO service (service, body, chain_row, chain_hash) VALUES (:service, :body, 0, '')"
                ),
                {"service": service, "body": json.dumps(states)},
            )
        schema.migrate(connection)

    filled = await connect(database, alone=False)
    await filled.write(fill)
    states, _ = await filled.read(partial(environments.read, service="website"))
    since = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert states["production"].locks == (Lock("U0TIM", since, "upgrade"),)
    assert states["staging"].locks == (Lock("U0TIM", since, "upgrade", since + timedelta(hours=2), 5),)
    assert states["staging"].holder == 5
    assert states["qa"].locks == ()
    others, _ = await filled.read(partial(environments.read, service="shop"))
    assert others["qa"].locks == ()
    await filled.close()
