"""Fixtures that all tests share: one PostgreSQL server for each worker; and the order in which tests run, and where."""

import asyncio
import os
from collections.abc import Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import databases, scheduling
from tests.profile import PROFILE, Profile

# No deadline: the machine's speed is not what a test looks at.
settings.register_profile(Profile.QUICK, deadline=None)
settings.register_profile(Profile.LAND, deadline=None, derandomize=True, print_blob=True)
settings.register_profile(Profile.FULL, deadline=None, print_blob=True)
settings.load_profile(PROFILE)


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker that computes yield to those that wait."""
    worker: dict[str, str] = getattr(config, "workerinput", {})
    if worker and scheduling.computes(worker["workerid"]):
        os.nice(scheduling.NICENESS)


def pytest_xdist_auto_num_workers() -> int:
    """Return what `-n auto` means."""
    return scheduling.COMPUTING + scheduling.WAITING_ONLY


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> scheduling.TwoQueues:  # noqa: ANN401 - untyped in pytest-xdist
    return scheduling.TwoQueues(config, log)


def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
    """Print nothing for a test that passes where nobody watches, so that the end of an output holds what failed."""
    quiet = (
        PROFILE is not Profile.QUICK
        and report.when == "call"
        and report.passed
        and not config.get_verbosity()
    )
    return (report.outcome, "", "PASSED") if quiet else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only `full` runs, and put slow tests last, so that a mistake is seen early.

    The random order has been drawn before.
    The longest come first among them, each with a shorter one behind it: a worker keeps the next test for itself.
    """

    left_out = [] if PROFILE is Profile.FULL else [each for each in items if each.get_closest_marker("full")]
    items[:] = [each for each in items if each not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)

    def minutes(item: pytest.Item) -> float:
        marker = item.get_closest_marker("long")
        return 0.0 if marker is None else float(marker.args[0])

    quick = [item for item in items if item.get_closest_marker("slow") is None]
    slow = [item for item in items if item.get_closest_marker("slow") is not None]
    long = sorted((item for item in slow if minutes(item)), key=minutes, reverse=True)
    rest = [item for item in slow if not minutes(item)]
    items[:] = [*quick, *(item for item in chain(*zip_longest(long, rest)) if item is not None)]


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """Return where chance begins: at the same place, but with `full` at the seed of pytest-randomly, which is printed first."""
    given: Any = pytestconfig.getoption("randomly_seed", 0)
    return int(given) if PROFILE is Profile.FULL else 0


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
