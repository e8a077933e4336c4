"""Databases of every released schema are upgraded while they are written to, and older code goes on with what was added."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.unlock import Unlocked
from handlers.reports import RunReported
from handlers.step import StepState
from storage import audit, codec, effects, environments, releases, schema
from storage.database import Connection, Database, StorageError
from storage.opening import connect, open_database, open_for_reading
from tests.handlers import builders
from tests.handlers.builders import ANDY, TIM
from tests.house.tree import ROOT
from tests.profile import size
from tests.storage import transactions
from tests.storage.released import REVISIONS, SERVICES, file_of, load
from tests.storage.released.next import v_next

SIGNED, SENT = 2, 4
"""Releases that are open in a released database: one waits for its last signature, of one nobody knows whether it runs."""
KNOWN = transactions.context(builders.SERVICE, *SERVICES)

pytestmark = pytest.mark.parametrize("revision", REVISIONS)


def upgrade_to_next(connection: Connection) -> None:
    """Upgrade to the made-up revision after the newest."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage/migrations"))
    config.set_main_option("path_separator", "newline")
    folders = (ROOT / "storage/migrations/versions", ROOT / "tests/storage/released/next")
    config.set_main_option("version_locations", "\n".join(map(str, folders)))
    config.attributes["connection"] = connection
    command.upgrade(config, v_next.revision)


@asynccontextmanager
async def released(url: str, kind: str, revision: str) -> AsyncGenerator[Database]:
    """Open a released database as its next bot does."""
    await load(url, revision, kind)
    database = await open_database(url, alone=False, migrate=True)
    try:
        yield database
    finally:
        await database.close()


async def verify(database: Database) -> int:
    """Verify the history; return how many rows it has."""
    found = await database.read(audit.verify)
    assert [str(each) for each in found.findings] == []
    return found.rows


async def carry_on(database: Database) -> None:
    """Let the releases that are open go on: one run is found and ends, one release gets its last signature."""
    apply = partial(transactions.apply_event, database, known=KNOWN)
    sent = await database.read(partial(releases.get, number=SENT))
    assert sent is not None
    assert sent.step.intent is not None
    ended = RunReported(SENT, sent.step.intent.correlation, "run 4", "succeeded")
    assert (await apply(ended)).release is not None
    states, _ = await database.read(partial(environments.read, service="search"))
    assert [lock.owner for lock in states["production"].locks] == [TIM]
    assert (await apply(Unlocked("search", ("production",), TIM))).result is not None
    signed = await apply(SignedOff(SIGNED, TIM, "ops"))
    assert signed.release is not None
    assert signed.release.step.state is StepState.GRANTED
    assert (await apply(CancelRequested(SENT, ANDY, "enough"))).release is not None


async def busy(database: Database, service: str, over: asyncio.Event) -> int:
    """Ship builds of a service until it is over; return how many."""
    shipped = 0
    while not over.is_set() or not shipped:
        shipped += 1
        first = await transactions.ship_one(database, shipped, service, KNOWN)
        await transactions.apply_event(database, CancelRequested(first, TIM, "enough"), known=KNOWN)
        with suppress(
            StorageError, DBAPIError
        ):  # two of these may block each other; the product tries again later
            await database.write(partial(effects.release_blocked, now=builders.NOW))
    return shipped


async def test_open_releases_go_on_after_an_upgrade(database: str, database_kind: str, revision: str) -> None:
    async with released(database, database_kind, revision) as opened:
        assert await opened.read(schema.version) == schema.NEWEST
        before = await verify(opened)
        await carry_on(opened)
        assert await verify(opened) > before


async def upgraded(database: Database) -> None:
    """Upgrade; PostgreSQL may end an upgrade that waits for writers which wait for it, and then it is run again."""
    for _ in range(9):
        with suppress(DBAPIError):
            await database.write(upgrade_to_next)
            return
    await database.write(upgrade_to_next)


async def test_an_upgrade_while_older_code_writes(database: str, database_kind: str, revision: str) -> None:
    """On SQLite nobody else writes, so what goes on meanwhile is of the same process; on PostgreSQL another one upgrades."""
    async with released(database, database_kind, revision) as opened:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            writers = [group.create_task(busy(opened, each, over)) for each in SERVICES[1:]]
            await asyncio.sleep(size(0.1, 0.2, 2.0))
            other = opened if database_kind == "sqlite" else await connect(database, alone=False)
            await upgraded(other)
            await asyncio.sleep(size(0.1, 0.2, 2.0))
            over.set()
        if other is not opened:
            await other.close()
        assert all(writer.result() for writer in writers)
        assert await opened.read(schema.version) == v_next.revision
        await opened.read(schema.require_still_usable)
        await carry_on(opened)
        await verify(opened)


async def test_older_code_starts_again_on_a_schema_that_was_only_added_to(
    database: str, database_kind: str, revision: str
) -> None:
    """Which is how to go back within a minor version: the database stays as it is."""
    async with released(database, database_kind, revision) as opened:
        await opened.write(upgrade_to_next)
    again = await open_database(database, alone=False)
    await carry_on(again)
    await again.close()
    reading = await open_for_reading(database)
    await reading.read(schema.require_usable)
    await verify(reading)
    await reading.close()


async def test_older_code_neither_starts_nor_goes_on_where_something_was_taken_away(
    database: str, database_kind: str, revision: str
) -> None:
    async with released(database, database_kind, revision) as opened:
        await opened.write(upgrade_to_next)
        beyond = text(f"UPDATE {schema.SUPPORT} SET lowest = :lowest")  # noqa: S608 - a constant
        await opened.write(lambda to: to.execute(beyond, {"lowest": v_next.revision}))
        with pytest.raises(StorageError, match="install the newer Shiproom"):
            await opened.read(schema.require_still_usable)
    with pytest.raises(StorageError, match=f"at schema {v_next.revision}, newer than this Shiproom"):
        await open_database(database, alone=False)


async def test_a_released_database_is_kept_for_both_kinds(revision: str) -> None:
    for kind in ("sqlite", "postgresql"):
        assert f"'{revision}'" in file_of(revision, kind).read_text(encoding="utf-8")
    assert REVISIONS[0] == "0003"


async def test_a_revision_that_adds_says_which_code_goes_on(
    database: str, database_kind: str, revision: str
) -> None:
    """Every revision after the first released one does; that one itself has no such table."""
    async with released(database, database_kind, revision) as opened:
        there = await opened.read(lambda connection: inspect(connection).has_table(schema.SUPPORT))
        assert there is (REVISIONS[0] < schema.NEWEST)


def test_older_code_drops_the_fields_that_it_does_not_know(revision: str) -> None:
    """For which reason no decision may depend on a field before all older code is gone."""
    body = json.loads(codec.dump_release(builders.release()))
    known = codec.load_release(json.dumps({**body, "colour": revision}), builders.plan(), 1)
    assert json.loads(codec.dump_release(known)) == body
