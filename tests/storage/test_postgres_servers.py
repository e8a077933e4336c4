"""PostgreSQL restarts, fails over to a second address, has few connections, or PgBouncer in front of it."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none
import pytest

from storage import kept_connection, postgres, postgres_connecting
from storage.database import Database, DatabaseUnavailableError, StorageError, UnconfirmedError
from storage.opening import open_database
from storage.postgres_address import read_address
from storage.postgres_errors import AT_CONNECTING
from tests import databases
from tests.storage import postgres_servers
from tests.storage.postgres_servers import Pair, Server
from tests.storage.test_postgres import keys, put

PEOPLE = 40


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    """Start one server for all tests here that leave it running."""
    with postgres_servers.server() as started:
        asyncio.run(databases.migrate(started.url))
        yield started


async def _write_many(database: Database, named: str) -> set[str]:
    """Write for many people at once; return what has to be there."""
    written = {f"{named} {number}" for number in range(PEOPLE)}
    await asyncio.gather(*(database.write(partial(put, key=key)) for key in written))
    return written


async def test_many_share_few_sessions_behind_pgbouncer_in_transaction_mode(own: Server) -> None:
    with postgres_servers.pooler(own, "transaction", connections=3) as url:
        database = await open_database(url, alone=False)
        heard: list[int] = []
        await database.listen(lambda: heard.append(1))
        for number in range(2):
            written, *_ = await asyncio.gather(
                _write_many(database, f"transaction {number}"), *(keys(database) for _ in range(PEOPLE))
            )
            assert written <= await keys(database)
        # Nobody can be woken there, so that each look wakes.
        await database.check_kept()
        assert heard
        await database.close()


async def test_a_local_ci_is_refused_behind_pgbouncer_in_transaction_mode(own: Server) -> None:
    with (
        postgres_servers.pooler(own, "transaction", connections=3) as url,
        pytest.raises(StorageError, match=r"pooler.*transaction mode.*name the server itself.*session mode"),
    ):
        await open_database(url, alone=True)


async def test_pgbouncer_in_session_mode_with_fewer_connections_than_the_bot_would_open(
    own: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connecting, "GIVEN_WITHIN", 0.2)
    with postgres_servers.pooler(own, "session", connections=3) as url:
        database = await open_database(url, alone=True)
        assert await _write_many(database, "session") <= await keys(database)
        await database.close()


async def test_pgbouncer_in_session_mode_without_a_connection_left(
    own: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connecting, "GIVEN_WITHIN", 0.2)
    monkeypatch.setattr(postgres, "PATIENCE", 0.1)
    with postgres_servers.pooler(own, "session", connections=2) as url:
        database = await open_database(url, alone=False)
        with pytest.raises(StorageError, match="no connection to PostgreSQL left"):
            await open_database(url, alone=False)
        others = [await _connect(f"{url}?application_name=other") for _ in range(2)]
        await _ask(others[0])
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shiproom'"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_ask(others[1]))
            await asyncio.to_thread(own.sql, end)
        with pytest.raises(DatabaseUnavailableError, match="no connection to PostgreSQL left"):
            await database.write(partial(put, key="one too many"))
        await others[0].close()
        await database.write(partial(put, key="one is free again"))
        await others[1].close()
        await database.close()


async def _ask(session: Any) -> None:  # noqa: ANN401 - the driver's connection
    await session.execute("SELECT 1")


async def _connect(url: str) -> Any:  # noqa: ANN401 - the driver's connection
    driver = cast("Any", asyncpg)
    return await driver.connect(**read_address(url).arguments)


class _Writing:
    """Writes again and again, and remembers what was confirmed."""

    def __init__(self, database: Database) -> None:
        self.confirmed = set[str]()
        self._database = database
        self._stopped = False

    async def go_on(self) -> None:
        number = 0
        while not self._stopped:
            number += 1
            key = f"write {number}"
            try:
                await self._database.write(partial(put, key=key))
            except UnconfirmedError:
                continue
            self.confirmed.add(key)
            await asyncio.sleep(0.01)

    async def watch(self) -> None:
        """Look after what is kept, as the bot does, and more often."""
        while not self._stopped:
            await asyncio.sleep(0.05)
            try:
                await self._database.check_kept()
            except AT_CONNECTING:
                continue  # the server cannot be reached yet

    async def more(self, writes: int = 10) -> None:
        """Wait until so many more were confirmed, and stop if that was the end of the story."""
        wanted = len(self.confirmed) + writes
        async with asyncio.timeout(30):
            while len(self.confirmed) < wanted:  # noqa: ASYNC110 - no event says so
                await asyncio.sleep(0.01)

    def stop(self) -> None:
        self._stopped = True


async def _through(database: Database, *events: Callable[[], None]) -> set[str]:
    """Let something happen to the server while the database is written to; return what was confirmed."""
    writing = _Writing(database)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(writing.go_on())
        tasks.create_task(writing.watch())
        await writing.more()
        for happens in events:
            await asyncio.to_thread(happens)
            await writing.more()
        writing.stop()
    return writing.confirmed


async def test_a_restart_loses_nothing_and_the_lock_is_held_again() -> None:
    with postgres_servers.server() as started:
        database = await open_database(started.url, alone=True, migrate=True)
        heard: list[int] = []
        await database.listen(lambda: heard.append(1))

        def restart() -> None:
            started.stop()
            started.start()

        def crash() -> None:
            started.crash()
            started.start()

        assert await _through(database, restart, crash) <= await keys(database)
        assert len(heard) >= 2
        with pytest.raises(StorageError, match="Another Shiproom"):
            await open_database(started.url, alone=True)
        await database.close()


@pytest.fixture
def both() -> Iterator[Pair]:
    with postgres_servers.pair(synchronous=True) as made:
        yield made


async def test_nothing_confirmed_is_lost_when_a_synchronous_standby_takes_over(both: Pair) -> None:
    database = await open_database(both.url, alone=True, migrate=True)
    assert await _through(database, both.fail_over) <= await keys(database)
    with pytest.raises(StorageError, match="Another Shiproom"):
        await open_database(both.standby.url, alone=True)
    await database.close()


async def test_a_machine_that_answers_no_more_keeps_nobody_from_the_second_address(
    both: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connections stay open: whoever waits for an answer on them would wait for minutes."""
    monkeypatch.setattr(kept_connection, "ASKED_WITHIN", 0.3)
    database = await open_database(f"{both.url}?connect_timeout=1", alone=True, migrate=True)
    with both.primary.freezable() as freeze:

        def lose() -> None:
            freeze()
            both.standby.promote()

        assert await _through(database, lose) <= await keys(database)
        await database.close()


async def test_a_commit_that_the_server_did_not_confirm_is_not_called_undone(both: Pair) -> None:
    database = await open_database(both.url, alone=False, migrate=True)
    await asyncio.to_thread(both.standby.stop)
    writing = asyncio.gather(database.write(partial(put, key="who knows")), return_exceptions=True)
    waits = "EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep')"
    await asyncio.to_thread(both.primary.until, waits)
    await asyncio.to_thread(both.primary.crash)
    assert [type(each) for each in await writing] == [UnconfirmedError]
    await database.close()
