"""A demo's folder with the sample's repository in it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.builds import Builds, Built
from bot.demo.place import Place
from bot.demo.repository import Repository


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample service as somebody at its keyboard has it."""

    place: Place
    repository: Repository
    builds: Builds

    async def built(self) -> Built:
        """Build it, whatever comes of it."""
        return await self.builds.build()


@pytest.fixture(scope="session")
def first_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a repository is kept once it was made, to be copied."""
    return tmp_path_factory.mktemp("first") / "website"


@pytest.fixture
async def sample(tmp_path: Path, first_repository: Path) -> Sample:
    await Repository(first_repository).prepare()
    place = Place(tmp_path / "demo")
    shutil.copytree(first_repository, place.repository)
    repository = Repository(place.repository)
    return Sample(place, repository, Builds(place, repository))
