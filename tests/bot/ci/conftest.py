"""What a provider is lent in a test, and requests to start a run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ci.provider import ProviderContext
from bot.ci.run import StartRequest, Target
from bot.clock import SystemClock
from bot.tasks import Tasks
from handlers.plan import Deploy
from tests.bot.ci.stage import Ask, Stage


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[ProviderContext]:
    tasks = Tasks()
    yield ProviderContext(SystemClock(), tasks, tmp_path / "state", secrets=("hunter2-of-the-bot",))
    await tasks.drain(0)


@pytest.fixture
def ask() -> Ask:
    """Make requests, each with a new correlation id."""

    def request(deploy: Deploy) -> StartRequest:
        return StartRequest(
            correlation=SystemClock().new_id(),
            target=Target(deploy, "website", "staging", "tailspin/space-game-web", "main"),
            version="2.4.1",
            sha="4be1c9d" * 5 + "4be1c",
            digest="sha256:1",
            build_url="https://example.org/build/1",
            release=42,
        )

    return request


@pytest.fixture
def stage(tmp_path: Path, around: ProviderContext, ask: Ask) -> Stage:
    return Stage(tmp_path, around, ask)
