"""Opens sessions of PostgreSQL, at whichever of its addresses takes writes, and gives up what does not answer."""

import asyncio
import weakref
from typing import Any, cast

# asyncpg ships no types; what is taken from it is typed here.
import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none

from storage.postgres_address import PostgresAddress
from storage.postgres_errors import is_away

GIVEN_WITHIN = 2.0
"""Seconds in which a pooler gives a new connection its session; PgBouncer itself lets it wait for two minutes."""


class NoSessionError(TimeoutError):
    """The pooler has no session left."""

    def __str__(self) -> str:
        return "the pooler has no connection to PostgreSQL left"


class _Session(asyncpg.Connection):
    """A session of the driver.

    SQLAlchemy sets a codec for JSON columns, of which there are none: two questions less for each connection, which behind
    a pooler are asked outside a transaction and may reach two servers.
    """

    async def set_type_codec(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - as the driver has it
        """Leave the types as they are."""


class Connector:
    """Opens sessions; `pooled` says whether a pooler may stand in front of the server."""

    def __init__(self, address: PostgresAddress) -> None:
        hosts: list[str] = address.arguments["host"] or []
        ports: list[int] = address.arguments["port"] or []
        self._hosts = list(zip(hosts, ports, strict=False))
        self._arguments = {**address.arguments, "connection_class": _Session}
        self._opened: weakref.WeakSet[Any] = weakref.WeakSet()
        self.pooled = True

    async def open(self, **more: Any) -> Any:  # noqa: ANN401 - the driver's arguments, and its connection
        """Open a session at the first address that takes writes.

        Each has the whole time to answer, as for libpq ("Specifying Multiple Hosts"): a machine that is switched off must not
        take the time of the next one. The one that answered last comes first, since who comes back later may lag behind.
        """
        *others, last = self._hosts or [None]
        for where in others:
            try:
                return await self._connect(where, more)
            except Exception as error:
                if not is_away(error):
                    raise
        return await self._connect(last, more)

    async def _connect(self, where: tuple[str, int] | None, more: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        driver = cast("Any", asyncpg)  # it leaves its arguments untyped
        at = {} if where is None else {"host": where[0], "port": where[1]}
        session = await driver.connect(**{**self._arguments, **at, **more})
        if self.pooled:
            await _wait_until_given(session)
        self._opened.add(session)
        if where is not None:
            self._hosts.sort(key=lambda each: each != where)
        return session

    def give_up_all(self) -> None:
        """End all sessions at once: the server does not answer them, and who waits for one would do so for minutes."""
        for session in tuple(self._opened):
            session.terminate()
        self._opened.clear()


async def _wait_until_given(session: Any) -> None:  # noqa: ANN401 - the driver's connection
    """Wait until a pooler gives a connection its session.

    A pooler takes connections as if it had a session for each; the first statement waits for it.
    Raises NoSessionError.
    """
    loop = asyncio.get_running_loop()
    # A limit of the driver's would first ask the pooler to cancel, which waits as well.
    limit = loop.call_later(GIVEN_WITHIN, session.terminate)
    try:
        # As one message, which cannot be divided among two sessions.
        await session.execute("SELECT 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if loop.time() >= limit.when():
            raise NoSessionError from error
        raise
    finally:
        limit.cancel()
