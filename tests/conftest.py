"""What all tests share: one PostgreSQL server, fast tests first, and the same chance each time in continuous integration."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import databases
from tests.amounts import ALL, amount

AFTER, APART = 60, 7
"""How many slow tests come before the first long one, and how many between two of those.

A worker of pytest-xdist is given many tests ahead as long as they take less than a tenth of a second, and two ahead after
that: a long one must not have others wait behind it.
"""

# No deadline: the machine's speed is not what a test looks at.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(amount("ci", "here"))


def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
    """Say nothing of what passes where nobody watches: those who keep the end of an output shall find what failed there."""
    quiet = ALL and report.when == "call" and report.passed and not config.get_verbosity()
    return (report.outcome, "", "PASSED") if quiet else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow tests last, after the random order has been drawn, so that a mistake is seen early.

    The longest are among the first of them.
    """

    def minutes(item: pytest.Item) -> float:
        marker = item.get_closest_marker("long")
        return 0.0 if marker is None else float(marker.args[0])

    quick = [item for item in items if item.get_closest_marker("slow") is None]
    slow = [item for item in items if item.get_closest_marker("slow") is not None]
    long = sorted((item for item in slow if minutes(item)), key=minutes, reverse=True)
    rest = [item for item in slow if not minutes(item)]
    for number, item in enumerate(long):
        rest.insert(AFTER + number * APART, item)
    items[:] = [*quick, *rest]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with databases.server() as url:
        yield url


@pytest.fixture(params=databases.KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run a test on each kind of database."""
    return str(request.param)


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database that nothing is in yet."""
    if database_kind == "sqlite":
        return databases.fresh_sqlite(tmp_path)
    return databases.fresh_postgres(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_server: str) -> str:
    """Give the address of a database at the newest schema, to be copied: that is faster than to migrate each."""
    url = databases.fresh_postgres(postgres_server)
    asyncio.run(databases.migrate(url))
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of a SQLite file at the newest schema, to be copied."""
    url = databases.fresh_sqlite(tmp_path_factory.mktemp("migrated"))
    asyncio.run(databases.migrate(url))
    return url


@pytest.fixture
def migrated_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of the kind at the newest schema, with nothing in it."""
    template: str = request.getfixturevalue(f"migrated_{database_kind}")
    if database_kind == "sqlite":
        return databases.copied_sqlite(template, tmp_path)
    server: str = request.getfixturevalue("postgres_server")
    return databases.fresh_postgres(server, template)
