"""Finds out whether a pooler such as PgBouncer stands in front of PostgreSQL, and what it does to sessions."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

TRIES = 5
"""How often two connections are compared; an idle pooler gives both the same session at the first try."""

_PID = "SELECT pg_backend_pid()"


class Pooling(Enum):
    """What stands between this process and the server."""

    NONE = "none"
    SESSION = "session"
    TRANSACTION = "transaction"


async def pooling_of(open_session: Callable[[], Awaitable[Any]]) -> Pooling:
    """Compare the sessions of two connections.

    A server tells its own process number when a connection begins (PostgreSQL's protocol, BackendKeyData); a pooler makes
    one up. Where two connections meet in one session, transactions are pooled.
    """
    first = await open_session()
    try:
        if await _backend(first) == first.get_server_pid():
            return Pooling.NONE
        second = await open_session()
        try:
            for _ in range(TRIES):
                if await _backend(first) == await _backend(second):
                    return Pooling.TRANSACTION
            return Pooling.SESSION
        finally:
            await second.close()
    finally:
        await first.close()


async def _backend(session: Any) -> int:  # noqa: ANN401 - the driver's connection
    # A transaction, because a question takes two messages, and a pooler may send them to two sessions otherwise.
    async with session.transaction():
        return int(await session.fetchval(_PID))
