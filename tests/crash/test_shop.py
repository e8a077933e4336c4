"""Kills around each decision of what is taken over, deployed again, not signed, and settled as not deployed."""

import asyncio
from pathlib import Path

import pytest

from tests import databases
from tests.crash.deciding import Kill
from tests.crash.forks import fork_server
from tests.crash.probe import Moment
from tests.crash.shop_story import tell
from tests.profile import size

EACH: tuple[Kill, ...] = ((Moment.AFTER, 1), (Moment.AFTER, 2), (Moment.BEFORE, 3))
"""After a deployment was decided, after it was marked as sent, and before it is noted that the CI took it."""

SQLITE, POSTGRES = size((EACH[:1], EACH[2:]), (EACH[:2], EACH[2:]), (EACH, EACH))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_no_kill_deploys_what_is_taken_over_or_keeps_what_is_settled(tmp_path: Path, seed: int) -> None:
    kills = (*SQLITE, *POSTGRES)
    with databases.server() as server:
        template = await databases.copied_postgres(server)
        await databases.migrate(template)
        async with fork_server() as forks, asyncio.TaskGroup() as group:
            for number, kill in enumerate(kills):
                directory = _folder(tmp_path, number)
                database = (
                    databases.fresh_sqlite(directory)
                    if number < len(SQLITE)
                    else await databases.copied_postgres(server, template)
                )
                group.create_task(tell(directory, database, forks, kill, seed))


def _folder(home: Path, number: int) -> Path:
    folder = home / str(number)
    folder.mkdir()
    return folder
