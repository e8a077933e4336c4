"""A demo's folder with the sample's repository in it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.builds import BuildResult, Builds
from bot.demo.folder import DemoFolder
from bot.demo.repository import Repository


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample service with its repository and builds."""

    folder: DemoFolder
    repository: Repository
    builds: Builds

    async def built(self) -> BuildResult:
        """Build the newest commit, whatever the outcome."""
        return await self.builds.build()


@pytest.fixture(scope="session")
def first_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a prepared repository that tests copy."""
    return tmp_path_factory.mktemp("first") / "website"


@pytest.fixture
async def sample(tmp_path: Path, first_repository: Path) -> Sample:
    await Repository(first_repository).prepare()
    folder = DemoFolder(tmp_path / "demo")
    shutil.copytree(first_repository, folder.repository)
    repository = Repository(folder.repository)
    return Sample(folder, repository, Builds(folder, repository))
