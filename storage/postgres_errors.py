"""Tells the errors of PostgreSQL and its driver apart: whether the server is away, and what people are told."""

import ssl

# asyncpg ships no types; what is taken from it is typed here.
import asyncpg  # pyright: ignore[reportMissingTypeStubs] - it ships none
from sqlalchemy.exc import DBAPIError

from storage.postgres_tls import tls_fault

NOT_NOW = frozenset({"57P01", "57P02", "57P03", "25006", "08000", "08003", "08006", "08001", "08004"})
"""Shutting down, starting up, a server that became a standby, a connection that was cut (PostgreSQL's appendix A)."""

TOO_MANY = frozenset({"53300"})

AT_CONNECTING = (
    OSError,
    DBAPIError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


def sqlstate_of(error: BaseException) -> str:
    """Return the code that PostgreSQL gave to an error; empty if it is not from the server."""
    original = getattr(error, "orig", None) or error
    return str(getattr(original, "sqlstate", None) or "")


def is_away(error: BaseException) -> bool:
    """Return whether the server is away or has no connection left for now."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, ssl.SSLError):
        return False
    unreachable = isinstance(error, OSError | asyncpg.exceptions.TargetServerAttributeNotMatched)
    return unreachable or sqlstate_of(error) in NOT_NOW | TOO_MANY


def cause_of(error: BaseException) -> str:
    """Return the first line of what went wrong, for people."""
    if fault := tls_fault(error):
        return fault
    if type(error) is TimeoutError:
        return "it does not answer in time"
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return (lines[0] if lines else "").rstrip(".") or type(error).__name__
