"""Shiproom as a package that pip installs without an index; what it needs is installed where the tests run."""

import os
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from tests.house.tree import ROOT
from tests.policy_ci.reviews import Reviews, reviews, run
from tests.profile import size

collect_ignore = size(["test_jobs.py"], ["test_jobs.py"], [])
"""The jobs themselves, which take 20 s, are run at full size only."""


@pytest_asyncio.fixture
async def api() -> AsyncIterator[Reviews]:
    async with reviews() as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def packages(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Give the variables with which pip finds Shiproom; python3 is the one of the tests."""
    place: Path = tmp_path_factory.mktemp("packages")
    command = (
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(place),
        str(ROOT),
    )
    built = await run(sys.executable, *command, cwd=place)
    assert built.status == 0, built.said
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place), "PIP_NO_DEPS": "1", "PATH": path}
