"""A local Slack with people in it, and a small bot beside it, over HTTP and over Socket Mode."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.local_slack.model import BOT, Channel, User, UserGroup
from bot.local_slack.server import LocalSlack
from bot.local_slack.workspace import Workspace
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, SECRET, make_bot

PEOPLE = (
    User("U0ANDY", "Andy", title="developer"),
    User("U0AMITA", "Amita", title="tester"),
    User("U0GUEST", "Gil", is_ultra_restricted=True),
    User("U0OTHER", "Olga", team_id="T0OTHER"),
)


@dataclass
class Watch:
    """The real time, turned forward by hand, since the bot checks the signature's age against its
    own clock.
    """

    forward: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return SystemClock().now() + self.forward

    def turn(self, **amount: float) -> None:
        self.forward += timedelta(**amount)


@dataclass
class StandStill:
    """A clock that goes only when it is turned."""

    at: datetime = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def populated(workspace: Workspace) -> Workspace:
    for person in PEOPLE:
        workspace.put_user(person)
    members = (BOT.id, *(person.id for person in PEOPLE))
    workspace.put_channel(Channel(CHANNEL, "releases", members))
    workspace.put_channel(Channel("C0ELSE", "elsewhere", ("U0ANDY",)))
    workspace.put_group(UserGroup("S0OPS", "ops", ("U0AMITA",)))
    return workspace


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def workspace(watch: Watch) -> Workspace:
    return populated(Workspace(watch))


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[LocalSlack]:
    local = LocalSlack(workspace, None, SECRET, BOT_TOKEN, APP_TOKEN)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
async def client(slack: LocalSlack) -> AsyncIterator[AsyncWebClient]:
    async with ClientSession() as session:
        yield AsyncWebClient(BOT_TOKEN, base_url=f"{slack.url}/api/", session=session, retry_handlers=[])


@asynccontextmanager
async def served(app: AsyncApp) -> AsyncGenerator[str]:
    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    application = web.Application()
    application.router.add_post("/slack/events", receive)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture(params=["http", "socket"])
async def bot(
    request: pytest.FixtureRequest, slack: LocalSlack, client: AsyncWebClient
) -> AsyncIterator[AsyncApp]:
    """The small bot, connected in the one way and in the other."""
    app = make_bot(client)
    if request.param == "http":
        async with served(app) as slack.bot_url:
            yield app
        return
    handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=AsyncWebClient(base_url=client.base_url))
    await handler.connect_async()
    yield app
    await handler.close_async()
