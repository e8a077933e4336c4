"""All parts of a running demo, put together: sites, repository, local Slack and bot, started in order and ended in reverse."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import bot
from bot.clock import SystemClock
from bot.demo.announce import Announcer
from bot.demo.builds import Builds
from bot.demo.buttons import Buttons
from bot.demo.cast import make_workspace
from bot.demo.cheat import Cheat
from bot.demo.keeper import Keeper
from bot.demo.outlook import Outlook
from bot.demo.panels import Panels
from bot.demo.place import DemoError, Place, least_environment
from bot.demo.policy import write_policy
from bot.demo.repository import Repository
from bot.demo.sites import HOST, Site
from bot.demo.studio import Studio
from bot.local_slack.server import LocalSlack
from bot.tasks import Tasks

LOOK_EVERY = 0.4
ENVIRONMENTS = ("staging", "production")


@dataclass(frozen=True, slots=True)
class Stage:
    """A running demo."""

    place: Place
    slack: LocalSlack
    sites: tuple[Site, ...]
    keeper: Keeper
    studio: Studio
    outlook: Outlook

    async def watch(self) -> None:
        """Let the pages look again whenever something beside the channel has changed."""
        before = self._beside()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.outlook.look()
            now = self._beside()
            if now != before:
                self.slack.desk.refresh_beside()
            before = now

    def _beside(self) -> object:
        return self.slack.beside.panels() if self.slack.beside else ()


@asynccontextmanager
async def staged(place: Place, port: int, told: Callable[[str], None]) -> AsyncGenerator[Stage]:
    """Start a demo in its folder, or go on with the one that is there; `told` gets what happens later.

    The page is served on `port`, a free one if it is 0. Raises DemoError when something cannot be started; nothing
    that was started before then stays.
    """
    async with AsyncExitStack() as ends:
        repository = Repository(place.repository)
        await repository.prepare()
        sites = tuple(Site(name, place.sites / name) for name in ENVIRONMENTS)
        await _open_sites(ends, place, sites)
        write_policy(place.policy, {site.name: site.url for site in sites})
        stage = _put_together(place, repository, sites, told)
        await _open_slack(ends, stage.slack, port)
        tasks = Tasks()
        ends.push_async_callback(tasks.drain, 0)
        ends.push_async_callback(stage.keeper.stop)
        await stage.keeper.start(_environment(stage))
        tasks.start(stage.keeper.keep(), "keep the bot running")
        tasks.start(stage.watch(), "watch what stands beside")
        await stage.studio.catch_up()
        yield stage


def free_port() -> int:
    """Find a port that nobody uses now."""
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def port_in_use(port: int) -> bool:
    """Tell whether somebody serves this port."""
    try:
        with socket.create_server((HOST, port)):
            return False
    except OSError:
        return True


async def _open_sites(ends: AsyncExitStack, place: Place, sites: tuple[Site, ...]) -> None:
    """Serve the sites where they were served before, since the policy names their addresses."""
    file = place.root / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for site in sites:
        ports[site.name] = await site.start(ports.get(site.name, 0))
        ends.push_async_callback(site.stop)
    file.write_text(json.dumps(ports), encoding="utf-8")


async def _open_slack(ends: AsyncExitStack, slack: LocalSlack, port: int) -> None:
    ends.push_async_callback(slack.stop)
    try:
        await slack.start(HOST, port)
    except OSError as error:
        message = f"Port {port} is in use: end what uses it, or choose another with --port."
        raise DemoError(message) from error


def _put_together(
    place: Place, repository: Repository, sites: tuple[Site, ...], told: Callable[[str], None]
) -> Stage:
    clock = SystemClock()
    bot_url, api_token = f"http://{HOST}:{free_port()}", clock.new_id()
    announcer = Announcer(bot_url, api_token, lambda number: f"{slack.url}/demo/builds/{number}")
    studio = Studio(repository, Builds(place, repository), announcer)
    keeper = Keeper(bot_url, place.log, told)
    workspace = make_workspace(clock.now)
    outlook = Outlook(api_token, keeper, sites, studio.builds, workspace, Cheat(place))
    slack = LocalSlack(
        workspace,
        bot_url,
        signing_secret=clock.new_id(),
        bot_token=f"xoxb-{clock.new_id()}",
        app_token=f"xapp-{clock.new_id()}",
        beside=Panels(Buttons(place, studio, outlook), sites).beside(),
    )
    return Stage(place, slack, sites, keeper, studio, outlook)


def _environment(stage: Stage) -> Mapping[str, str]:
    """Give the bot's environment: all that it is told, and nothing of this terminal's."""
    beside = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return {
        **least_environment(),
        "PATH": beside,  # so that `python3` in the policy is the Python that is there for sure
        "PYTHONPATH": str(Path(bot.__file__).parents[1]),
        "SLACK_BOT_TOKEN": stage.slack.bot_token,
        "SLACK_SIGNING_SECRET": stage.slack.signing_secret,
        "SLACK_API_URL": f"{stage.slack.url}/api/",
        "DATABASE_URL": stage.place.database,
        "SHIPROOM_CONFIG": str(stage.place.policy),
        "SHIPROOM_HOST": HOST,
        "SHIPROOM_PORT": str(urlsplit(stage.keeper.url).port),
        "SHIPROOM_API_TOKEN": stage.studio.announcer.token,
    }
