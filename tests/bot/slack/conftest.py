"""A bot for the tests of a module, first behind HTTP, then behind a socket."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.world import POLICY_WITHOUT_CHECKLIST


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=[False, True], ids=["http", "socket mode"]
)
async def bot(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Inside]:
    """Run a bot whose releases are signed off without a list to tick."""
    directory = tmp_path_factory.mktemp("bot")
    async with inside(directory, POLICY_WITHOUT_CHECKLIST, socket_mode=request.param) as running:
        yield running
