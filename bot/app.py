"""Builds every real object, once, and runs the bot: the only file that chooses implementations."""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping

from aiohttp import web

from bot.ci import PROVIDERS
from bot.ci.provider import Provider, Surroundings
from bot.clock import Clock, SystemClock
from bot.doing.doers import make_doers
from bot.engine import Engine, Parts
from bot.follow.looking import Looking
from bot.http.api import Api
from bot.http.claim import Claims
from bot.http.guard import SlackGuard
from bot.http.routes import make_web
from bot.http.webhooks import Webhooks
from bot.introduction import Introduction, learn_names
from bot.perform import Performer
from bot.policy_keeper import PolicyKeeper, is_alone
from bot.roster import Roster
from bot.schedule import Schedule
from bot.settings import Settings
from bot.slack.desk import Desk
from bot.slack.edge import SlackEdge
from bot.slack.views import Views
from bot.slack_api.web import SlackWeb
from bot.tasks import Tasks
from handlers.plan import Connection, Policy
from storage import schema
from storage.database import Database, StorageError
from storage.opening import open_database

log = logging.getLogger("shiproom")

DRAIN_SECONDS = 20.0
"""How long what is under way may take when the bot is told to stop."""

STATE = ".shiproom"
"""Where runs of local commands are kept, beside the policy file."""


class StartError(Exception):
    """The bot cannot start; the message is what people are told."""


class App:
    """The bot, from its settings to its last task."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str] | None = None, clock: Clock | None = None
    ) -> None:
        self._settings = settings
        self._environ = os.environ if environ is None else environ
        self._clock = clock or SystemClock()
        self._tasks = Tasks()
        self._keeper = PolicyKeeper(settings.policy, self._environ, self._clock)
        self._slack = SlackWeb(settings.bot_token, settings.slack_api, self._clock.monotonic, self._tasks)
        self._providers: dict[str, Provider] = {}
        self._introduction = Introduction(self._slack, self._tasks)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Start everything, or nothing.

        Raises StartError with what people are told.
        """
        policy = self._read_policy()
        alone = is_alone(policy)
        try:
            self._database: Database = await open_database(self._settings.database, alone=alone)
        except StorageError as error:
            raise StartError(str(error)) from error
        try:
            await self._build(policy)
            await self._listen()
            await self._identify()
            await self._database.listen(self._wake)
        except BaseException:
            await self._let_go()
            raise
        self._begin()

    def _read_policy(self) -> Policy:
        reading = self._keeper.read()
        for warning in reading.warnings:
            log.warning("%s", warning)
        if reading.policy is None:
            raise StartError("\n".join(str(fault) for fault in reading.faults))
        return reading.policy

    async def _build(self, policy: Policy) -> None:
        self._connect(policy.connections)
        roster = Roster(self._slack, self._database, self._clock)
        await roster.load()
        self._roster = roster
        self._capabilities = {name: provider.capabilities for name, provider in self._providers.items()}
        parts = Parts(self._database, roster, self._clock, self._tasks, self._capabilities)
        self.engine = Engine(parts, policy)
        views = Views(self.engine)
        self._edge = SlackEdge(
            self._settings, self._slack, Desk(self.engine, self._slack, views, self._tasks)
        )
        self._performer = Performer(
            self._database,
            self._clock,
            self._tasks,
            make_doers(self.engine, self._providers, self._slack, views),
        )
        self._looking = Looking(self.engine, self._providers)
        self._schedule = Schedule(self.engine, self._providers)
        self.engine.woken.append(self._wake)
        await self._keeper.write_down(self._database, policy)

    def _connect(self, connections: Mapping[str, Connection]) -> None:
        state = self._settings.policy.absolute().parent / STATE
        secrets = (*self._settings.secrets, *sorted(self._keeper.secrets))
        around = Surroundings(self._clock, self._tasks, state, secrets, self._environ)
        for name, connection in connections.items():
            self._providers[name] = PROVIDERS[connection.kind](connection, around)

    async def _listen(self) -> None:
        guard = None if self._settings.socket_mode else SlackGuard(self._settings.signing_secret, self._clock)
        machines = (
            Api(self.engine, self._settings.api_token),
            Claims(self.engine, self._providers),
            Webhooks(self._providers, self._clock, self._looking.hint),
        )
        routes = [route for each in machines for route in each.routes()]
        application = make_web(guard, self._edge, routes, self)
        self._runner = web.AppRunner(application, access_log=None, keepalive_timeout=75.0)
        await self._runner.setup()
        host, port = self._settings.host, self._settings.port
        try:
            await web.TCPSite(self._runner, host, port, backlog=512).start()
        except OSError as error:
            message = (
                f"Port {port} on {host} cannot be opened: {os.strerror(error.errno or 0)}. "
                "Stop what uses it, or set SHIPROOM_PORT or SHIPROOM_HOST."
            )
            raise StartError(message) from error

    @property
    def port(self) -> int:
        """The port that is listened on."""
        addresses = self._runner.addresses if self._runner is not None else []
        return int(addresses[0][1]) if addresses else 0

    async def _identify(self) -> None:
        self._introduction.tell(lambda identity: self._roster.belongs_to(identity.team), self._edge.is_now)
        try:
            await self._introduction.begin()
        except PermissionError as error:
            message = f"Slack refuses the bot token ({error}): copy SLACK_BOT_TOKEN anew from your Slack app."
            raise StartError(message) from error

    def _begin(self) -> None:
        self._tasks.start(self._performer.run(), "effects")
        self._looking.start(self._tasks)
        self._schedule.start()
        people = self.engine.policy.directory.teams.values()
        names = learn_names(self._roster, (user for team in people for user in team.members))
        self._tasks.start(names, "names")
        if self._settings.socket_mode:
            self._tasks.start(self._edge.connect(), "socket mode")
        log.info("Shiproom is up on port %s", self.port)

    def _wake(self) -> None:
        """There may be something to do: an event was decided, or another process has written effects."""
        self._performer.wake()
        self._looking.wake()

    async def ready(self) -> str:
        """Say what is missing before the bot can work: the database, or its own Slack identity."""
        if not self._introduction.done:
            return "Slack has not said who the bot is"
        try:
            await self._database.read(schema.version)
        except Exception as error:
            log.exception("the database does not answer")
            return f"the database does not answer: {type(error).__name__}"
        return ""

    async def reload(self) -> None:
        """Take the policy file as it is now."""
        alone = self._database.name == "sqlite" or is_alone(self.engine.policy)
        await self._keeper.reload(self._database, self._taken, alone=alone)

    def _taken(self, policy: Policy) -> None:
        """Teams, people and connections count as of now; the plans of releases under way stay what they were."""
        changed = {
            name: connection
            for name, connection in policy.connections.items()
            if self.engine.policy.connections.get(name) != connection
        }
        for name in changed.keys() & self._providers.keys():
            self._tasks.start(self._providers[name].close(), f"leave {name} as it was")
        self._connect(changed)
        self._capabilities.update({name: self._providers[name].capabilities for name in changed})
        self.engine.take(policy, self._capabilities)

    async def stop(self) -> None:
        """Take nothing new in, finish what is under way, let go of everything."""
        self._schedule.stop()
        self._performer.stop()
        self._looking.stop()
        self._introduction.stop()
        self._slack.stop()
        await self._edge.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._tasks.drain(DRAIN_SECONDS)
        await self._let_go()

    async def _let_go(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        for provider in self._providers.values():
            await provider.close()
        await self._slack.close()
        await self._database.close()


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until it is told to stop (SIGINT, SIGTERM); SIGHUP reads the policy anew."""
    app = App(settings, clock=clock)
    stop, started, reloading = asyncio.Event(), asyncio.Event(), Tasks()

    async def reload() -> None:
        await started.wait()
        await app.reload()

    # Before anybody can see that the bot is up: a signal that nobody handles ends the process.
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: reloading.start(reload(), "reload"))
    await app.start()
    started.set()
    await stop.wait()
    await app.stop()
