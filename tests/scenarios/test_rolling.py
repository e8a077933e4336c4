"""Two bots behind a proxy: one is killed at random during fifty releases, and both are replaced under load."""

import asyncio
import io
import random
import subprocess
import tarfile
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from storage.opening import connect
from tests import databases
from tests.house.tree import ROOT
from tests.install.wheels import Installed, build, install
from tests.scenarios.on_github import Remote, remote
from tests.scenarios.replicas import ENVIRONMENTS, SERVICES, Replicas, audited, replicas
from tests.storage.released import COMMITS
from tests.storage.test_released import upgrade_to_next

RELEASES = 50
Record = Callable[[str, object], None]
OLDER = [commit for revision, commit in COMMITS.items() if revision >= "0004"] or ["HEAD"]
"""What is replaced: the last commit of each schema that only additions followed, or what was committed last.

0004 took away from the code of 0003 that it may go on: it does not know who holds a release, or when nothing may start.
"""
pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(900), pytest.mark.long(2)]


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    wheel = build(ROOT, tmp_path_factory.mktemp("dist")).wheel
    return install(tmp_path_factory.mktemp("present"), str(wheel))


@pytest.fixture(scope="module", params=OLDER)
def past(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install what the history of this repository has of a released schema."""
    tree = tmp_path_factory.mktemp("tree")
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "archive", str(request.param)]
    archive = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as unpacked:
        unpacked.extractall(tree, filter="data")
    wheel = build(tree, tmp_path_factory.mktemp("dist")).wheel
    return install(tmp_path_factory.mktemp("past"), str(wheel))


@pytest.fixture
async def hub(postgres_server: str, tmp_path: Path) -> AsyncIterator[Remote]:
    async with remote(tmp_path, await databases.copied_postgres(postgres_server)) as made:
        yield made


async def check(running: Replicas, installed: Installed, record: Record) -> None:
    """Check that each release was deployed once to each environment, and that the history holds."""
    counted = running.deployments()
    record("deployments", counted.total())
    record("settled by a person", len(running.settled))
    record("doubled", sum(count > 1 for count in counted.values()))
    record("lost", RELEASES * len(ENVIRONMENTS) - len(counted))
    assert set(counted.values()) == {1}
    assert len(counted) == RELEASES * len(ENVIRONMENTS)
    said = await audited(running.hub, installed)
    record("audit", said)
    assert said.endswith(f"{RELEASES} releases.")


async def test_one_is_killed_at_random(
    hub: Remote, present: Installed, seed: int, record_property: Record
) -> None:
    chance = random.Random(seed)
    begun = time.monotonic()
    async with replicas(hub, chance, present, present) as running:
        async with asyncio.TaskGroup() as group:
            killing = group.create_task(running.kill_at_random())
            await running.ship_all(RELEASES)
            killing.cancel()
        record_property("kills", running.kills)
        record_property("seconds", round(time.monotonic() - begun, 1))
        assert running.kills >= RELEASES // 10
        await check(running, present, record_property)


async def test_one_after_the_other_is_replaced_by_the_next_version(
    hub: Remote, past: Installed, present: Installed, seed: int, record_property: Record
) -> None:
    """In the middle the schema is upgraded, to a revision that only adds: what is not replaced yet goes on."""
    chance = random.Random(seed)
    begun = time.monotonic()
    async with replicas(hub, chance, past, past) as running:
        at = partial(until_deployed, running)
        async with asyncio.TaskGroup() as group:
            group.create_task(running.ship_all(RELEASES))
            await at(RELEASES // 4)
            database = await connect(hub.world.database, alone=False)
            await database.write(upgrade_to_next)
            await database.close()
            await at(RELEASES // 2)
            await running.replace(running.replicas[0], present)
            await at(RELEASES)
            await running.replace(running.replicas[1], present)
            replaced_at = running.deployments().total()
        record_property("deployments when both were replaced", replaced_at)
        record_property("seconds", round(time.monotonic() - begun, 1))
        assert replaced_at < RELEASES * len(ENVIRONMENTS)
        await check(running, present, record_property)


async def until_deployed(running: Replicas, count: int) -> None:
    """Wait until the CI has been told so often to deploy."""
    while running.deployments().total() < count:  # noqa: ASYNC110 - other programs do it
        await asyncio.sleep(0.05)


def test_the_load_is_what_it_is_said_to_be() -> None:
    assert RELEASES % len(SERVICES) == 0
