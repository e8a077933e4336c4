"""Assembles a running demo: sites, repository, local Slack and bot.

They start in this order and end in reverse.
"""

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
from bot.demo.code_host import CodeHost
from bot.demo.editor import Editor
from bot.demo.errors import DemoError
from bot.demo.folder import DemoFolder
from bot.demo.panels import Panels
from bot.demo.policy import write_policy
from bot.demo.programs import minimal_environment
from bot.demo.progress import Progress
from bot.demo.repository import Repository
from bot.demo.serving import HOST, Server
from bot.demo.sites import Site
from bot.demo.supervisor import Supervisor
from bot.demo.tamper import Tampering
from bot.local_slack.server import LocalSlack
from bot.tasks import Tasks

LOOK_EVERY = 0.4
ENVIRONMENTS = ("staging", "production")


@dataclass(frozen=True, slots=True)
class DemoEnvironment:
    """A running demo; `again` is set when its reader wants to begin from the start."""

    folder: DemoFolder
    slack: LocalSlack
    sites: tuple[Site, ...]
    supervisor: Supervisor
    editor: Editor
    progress: Progress
    again: asyncio.Event

    async def watch(self) -> None:
        """Refresh the pages whenever a side panel has changed."""
        before = self._panels()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.progress.update()
            now = self._panels()
            if now != before:
                self.slack.web_ui.refresh_panels()
            before = now

    def _panels(self) -> object:
        return self.slack.side_panels.panels() if self.slack.side_panels else ()


@asynccontextmanager
async def running_demo(
    folder: DemoFolder, port: int, notify: Callable[[str], None]
) -> AsyncGenerator[DemoEnvironment]:
    """Start a demo in its folder, or continue the one that is there.

    The page is served on `port`, or a free one if it is 0; `notify` receives messages about later events. Raises DemoError
    when something cannot be started, after stopping what was started before.
    """
    async with AsyncExitStack() as ends:
        repository = Repository(folder.repository)
        await repository.prepare()
        sites = tuple(Site(name, folder.sites / name) for name in ENVIRONMENTS)
        code = CodeHost(repository, Builds(folder, repository))
        await _open(ends, folder, (*(site.server for site in sites), code.server))
        addresses = {site.name: site.url for site in sites}
        write_policy(folder.policy, {**addresses, "repository": code.repository_url})
        demo = _put_together(folder, code, sites, notify)
        await _open_slack(ends, demo.slack, port)
        tasks = Tasks()
        ends.push_async_callback(tasks.drain, 0)
        ends.push_async_callback(demo.supervisor.stop)
        await demo.supervisor.start(_environment(demo))
        tasks.start(demo.supervisor.supervise(), "keep the bot running")
        tasks.start(demo.watch(), "watch what stands beside")
        await demo.editor.catch_up()
        yield demo


def free_port() -> int:
    """Find a free port."""
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def port_in_use(port: int) -> bool:
    """Tell whether the port is in use."""
    try:
        with socket.create_server((HOST, port)):
            return False
    except OSError:
        return True


async def _open(ends: AsyncExitStack, folder: DemoFolder, servers: tuple[Server, ...]) -> None:
    """Serve the sites and the code at the same ports as before, because the policy names them."""
    file = folder.root / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    for server in servers:
        ports[server.name] = await server.start(ports.get(server.name, 0))
        ends.push_async_callback(server.stop)
    file.write_text(json.dumps(ports), encoding="utf-8")


async def _open_slack(ends: AsyncExitStack, slack: LocalSlack, port: int) -> None:
    ends.push_async_callback(slack.stop)
    try:
        await slack.start(HOST, port)
    except OSError as error:
        message = f"Port {port} is in use: end what uses it, or choose another with --port."
        raise DemoError(message) from error


def _put_together(
    folder: DemoFolder, code: CodeHost, sites: tuple[Site, ...], notify: Callable[[str], None]
) -> DemoEnvironment:
    clock = SystemClock()
    bot_url, api_token = f"http://{HOST}:{free_port()}", clock.new_id()
    editor = Editor(code.repository, code.builds, Announcer(bot_url, api_token, code.build_url))
    supervisor = Supervisor(bot_url, folder.log, notify)
    workspace = make_workspace(clock.now)
    progress = Progress(api_token, supervisor, sites, editor.builds, Tampering(folder))
    buttons = Buttons(folder, editor, progress)
    slack = LocalSlack(
        workspace,
        bot_url,
        signing_secret=clock.new_id(),
        bot_token=f"xoxb-{clock.new_id()}",
        app_token=f"xapp-{clock.new_id()}",
        side_panels=Panels(buttons, sites).side_panels(),
    )
    progress.inspector = slack.inspector
    return DemoEnvironment(folder, slack, sites, supervisor, editor, progress, buttons.again)


def _environment(demo: DemoEnvironment) -> Mapping[str, str]:
    """Return the bot's environment, without anything of this terminal's."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return {
        **minimal_environment(),
        "PATH": path,  # `python3` in the policy is then this Python
        "PYTHONPATH": str(Path(bot.__file__).parents[1]),
        "SLACK_BOT_TOKEN": demo.slack.bot_token,
        "SLACK_SIGNING_SECRET": demo.slack.signing_secret,
        "SLACK_API_URL": f"{demo.slack.url}/api/",
        "DATABASE_URL": demo.folder.database,
        "SHIPROOM_CONFIG": str(demo.folder.policy),
        "SHIPROOM_HOST": HOST,
        "SHIPROOM_PORT": str(urlsplit(demo.supervisor.url).port),
        "SHIPROOM_API_TOKEN": demo.editor.announcer.token,
    }
