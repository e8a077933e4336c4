"""What a card shows while Slack is asked about people by others at the same time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from bot.snapshots import Snapshots
from storage.database import Database
from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

SERVICE = "website"


@dataclass
class Slow:
    """A database from which the first answer comes late: something else happens meanwhile."""

    database: Database
    meanwhile: Callable[[], Awaitable[None]]
    late: bool = True

    async def read(self, work: Any) -> Any:  # noqa: ANN401 - whatever is read
        found = await self.database.read(work)
        if self.late:
            self.late = False
            await self.meanwhile()
        return found


@pytest_asyncio.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Inside]:
    policy = HEAD + service(SERVICE, "[{sign_off: ops}, {sign_off: testers}]")
    async with inside(tmp_path, policy, furnish=furnished(SERVICE), DEPLOY_KEY="key") as running:
        yield running


@pytest.mark.slow
async def test_a_card_shows_what_slack_said_while_it_was_read(bot: Inside) -> None:
    scenario, app = ServiceScenario(bot, SERVICE), bot.app
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Olga", f"approve r{number} as ops")
    await scenario.shows(number, "Olga signed")
    drawn = await Snapshots(app.engine.database, bot.clock, app.engine, app.freshness).card(number)
    assert drawn is not None

    async def others_ask() -> None:
        await app.freshness.refresh_release(drawn.release)

    slow = Slow(app.engine.database, others_ask)
    bot.clock.advance(3600)
    view = await Snapshots(cast("Any", slow), bot.clock, app.engine, app.freshness).card(number)
    assert view is not None
    assert [each.code for each in view.reasons] == ["sign_off_missing"]
    assert not slow.late
