"""One running bot for all requests of a module; its clock stands still, so that ages are exact."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.http.claiming import Office, office
from tests.bot.inside import Inside, inside


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    async with inside(tmp_path_factory.mktemp("bot")) as running:
        running.clock.stop()
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """One running bot for all claims of a module."""
    async with office(tmp_path_factory.mktemp("claims"), services=40) as running:
        yield running
