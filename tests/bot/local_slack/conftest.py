"""A local Slack with users, and a small bot over HTTP and Socket Mode."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack.model import BOT, Channel, User, UserGroup
from bot.local_slack.workspace import Workspace
from tests.bot.local_slack.tiny_bot import APP_TOKEN, BOT_TOKEN, CHANNEL, SECRET, make_bot
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock

PEOPLE = (
    User("U0ANDY", "Andy", title="developer"),
    User("U0AMITA", "Amita", title="tester"),
    User("U0GUEST", "Gil", is_ultra_restricted=True),
    User("U0OTHER", "Olga", team_id="T0OTHER"),
)


def populated(workspace: Workspace) -> Workspace:
    for person in PEOPLE:
        workspace.put_user(person)
    members = (BOT.id, *(person.id for person in PEOPLE))
    workspace.put_channel(Channel(CHANNEL, "releases", members))
    workspace.put_channel(Channel("C0ELSE", "elsewhere", ("U0ANDY",)))
    workspace.put_group(UserGroup("S0OPS", "ops", ("U0AMITA",)))
    return workspace


@pytest.fixture
def clock() -> ManualClock:
    """The real time, because the bot checks the age of signatures against it."""
    return ManualClock()


@pytest.fixture
def workspace(clock: ManualClock) -> Workspace:
    return populated(Workspace(clock.now))


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[SlackForTests]:
    local = SlackForTests(workspace, None, SECRET, BOT_TOKEN, APP_TOKEN)
    await local.start()
    yield local
    await local.stop()


@pytest.fixture
async def client(slack: SlackForTests) -> AsyncIterator[AsyncWebClient]:
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
    request: pytest.FixtureRequest, slack: SlackForTests, client: AsyncWebClient
) -> AsyncIterator[AsyncApp]:
    """The small bot, connected over HTTP or Socket Mode."""
    app = make_bot(client)
    if request.param == "http":
        async with served(app) as slack.bot_url:
            yield app
        return
    handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=AsyncWebClient(base_url=client.base_url))
    await handler.connect_async()
    yield app
    await handler.close_async()
