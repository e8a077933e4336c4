"""Kills where two decisions of the gates meet: windows, emergencies, holds, takes and stand-ins."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests import databases
from tests.crash.deciding import Kill
from tests.crash.forks import fork_server
from tests.crash.gates_story import tell
from tests.crash.probe import Moment
from tests.crash.programs import said, story_runs_at_once
from tests.crash.seeded import GATES_BUGS, Bug
from tests.profile import size

FIRST: tuple[Kill, ...] = ((Moment.AFTER, 1), (Moment.AFTER, 2), (Moment.BEFORE, 3), (Moment.BEFORE, 2))
"""After one of two decisions, after the other, before it is noted that the CI took what follows, and before the other."""

ALSO: tuple[Kill, ...] = ((Moment.BEFORE, 1), (Moment.AFTER, 3))
KILLS = {
    "sqlite": size(FIRST[:1], FIRST, FIRST + ALSO),
    "postgresql": size(FIRST[1:2], FIRST[:2], FIRST + ALSO),
}
TIMES = size(1, 1, 5)
"""How often each is told: another one of two begins each time."""

AT_ONCE = 4
"""How many tellings go on at the same time: most of one is waiting."""

PLANTED = GATES_BUGS[: size(1, 1, len(GATES_BUGS))]

Fresh = Callable[[Path], Awaitable[str]]


@pytest.fixture
def fresh(database_kind: str, request: pytest.FixtureRequest) -> Fresh:
    """Say how to make a database of the kind at the newest schema."""
    template: str = request.getfixturevalue(f"migrated_{database_kind}")
    server: str = request.getfixturevalue("postgres_server") if database_kind == "postgresql" else ""

    async def make(directory: Path) -> str:
        if not server:
            return databases.copied_sqlite(template, directory)
        return await databases.copied_postgres(server, template)

    return make


@pytest.mark.slow
@pytest.mark.long(0.5)
@pytest.mark.timeout(size(300, 300, 3600))
async def test_no_kill_deploys_what_gates_keep_back_or_anything_twice(
    tmp_path: Path, seed: int, database_kind: str, fresh: Fresh
) -> None:
    gate = asyncio.Semaphore(story_runs_at_once(AT_ONCE))
    async with fork_server() as forks, asyncio.TaskGroup() as group:

        async def tell_one(kill: Kill, number: int) -> None:
            async with gate:
                directory = _folder(tmp_path, kill, number)
                await tell(directory, await fresh(directory), forks, kill, seed + number)

        for number in range(TIMES):
            for kill in KILLS[database_kind]:
                group.create_task(tell_one(kill, number))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name)
async def test_a_planted_bug_is_noticed(bug: Bug, tmp_path: Path, seed: int, migrated_sqlite: str) -> None:
    """Some show only where one of two people is first, and that is another one after another kill."""
    failures: list[str] = []
    async with fork_server(bug.name) as forks:
        for kill in FIRST:
            directory = _folder(tmp_path, kill, 0)
            try:
                await tell(directory, databases.copied_sqlite(migrated_sqlite, directory), forks, kill, seed)
            except BaseExceptionGroup as group:
                failures += said(group)
                break
    assert any(bug.found in failure for failure in failures), failures


def _folder(home: Path, kill: Kill, number: int) -> Path:
    moment, passage = kill
    folder = home / f"{moment.name}-{passage}-{number}"
    folder.mkdir()
    return folder
