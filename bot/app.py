"""Builds every object once and runs the bot; the only file that chooses implementations."""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping

from aiohttp import web

from bot.ci import KINDS
from bot.ci.provider import Provider, ProviderContext
from bot.clock import Clock, SystemClock
from bot.connections import ConnectionWatch
from bot.effects.registry import make_effect_handlers
from bot.effects.worker import EffectWorker
from bot.engine import Engine
from bot.freshness import Freshness
from bot.health import Health
from bot.http.api import Api
from bot.http.claim import Claims
from bot.http.guard import SlackGuard
from bot.http.routes import make_web
from bot.http.webhooks import Webhooks
from bot.identity import IdentityLookup, learn_names
from bot.membership_cache import MembershipCache
from bot.policy_source import PolicySource, needs_exclusive_database
from bot.polling.pollers import Pollers
from bot.readiness import Readiness
from bot.schedule import Schedule
from bot.settings import Settings
from bot.slack.bolt_app import BoltApp
from bot.slack.interactions import Interactions
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from bot.sweep import Sweep
from bot.tasks import Tasks
from handlers.plan import Connection, Policy
from storage.database import Database, StorageError
from storage.opening import open_database

log = logging.getLogger("shiproom")

DRAIN_SECONDS = 20.0
"""How many seconds running work may take when the bot is told to stop."""

STATE = ".shiproom"
"""The directory beside the policy file where runs of local commands are kept."""


class StartError(Exception):
    """The bot cannot start; the message is shown to the operator."""


class App:
    """The bot, from its settings to its last task."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str] | None = None, clock: Clock | None = None
    ) -> None:
        self._settings = settings
        self._environ = os.environ if environ is None else environ
        self._clock = clock or SystemClock()
        self._health = Health(self._clock)
        self._tasks = Tasks()
        self._policy_source = PolicySource(settings.policy, self._environ, self._clock)
        self._slack = SlackWeb(settings.bot_token, settings.slack_api, self._clock.monotonic, self._tasks)
        self._providers: dict[str, Provider] = {}
        self._identity = IdentityLookup(self._slack, self._tasks)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Start everything, or nothing.

        Raises StartError with a message for the operator.
        """
        policy = self._read_policy()
        alone = needs_exclusive_database(policy)
        try:
            self._database: Database = await open_database(self._settings.database, alone=alone)
        except StorageError as error:
            raise StartError(str(error)) from error
        try:
            await self._build(policy)
            await self._listen()
            await self._identify()
            await self._database.listen(self.wake)
        except BaseException:
            await self._close_all()
            raise
        self._begin()

    def _read_policy(self) -> Policy:
        result = self._policy_source.read()
        for warning in result.warnings:
            log.warning("%s", warning)
        if result.policy is None:
            raise StartError("\n".join(str(error) for error in result.errors))
        return result.policy

    async def _build(self, policy: Policy) -> None:
        self._connect(policy.connections)
        database, clock = self._database, self._clock
        membership_cache = MembershipCache(self._slack, database, clock)
        await membership_cache.load()
        self.freshness = Freshness(membership_cache, clock, self._tasks, policy)
        self._capabilities = {name: provider.capabilities for name, provider in self._providers.items()}
        self.engine = Engine(database, clock, self.freshness, policy, self._capabilities)
        self.engine.health = self._health
        snapshots = Snapshots(database, clock, self.engine, self.freshness)
        interactions = Interactions(self.engine, self.freshness, self._slack, snapshots, self._tasks)
        self._bolt_app = BoltApp(self._settings, self._slack, interactions)
        handlers = make_effect_handlers(self.engine, self.freshness, self._providers, self._slack, snapshots)
        self._effect_worker = EffectWorker(database, clock, self._tasks, handlers)
        self._pollers = Pollers(self.engine, self._providers)
        self._connections = ConnectionWatch(self.engine, self._providers)
        self._schedule = Schedule(database, clock, self._providers)
        self._sweep = Sweep(database, clock, self.engine, self.freshness, self._schedule.wake_at)
        self.engine.decision_listeners += (self._effect_worker.wake, self._pollers.wake)
        self.engine.schedule_listeners.append(self._schedule.wake_at)
        await self._connections.begin()
        await self._policy_source.record(database, policy)

    def _connect(self, connections: Mapping[str, Connection]) -> None:
        state = self._settings.policy.absolute().parent / STATE
        secrets = (*self._settings.secrets, *sorted(self._policy_source.secrets))
        context = ProviderContext(self._clock, self._tasks, state, secrets, self._environ, self._health)
        for name, connection in connections.items():
            self._providers[name] = KINDS[connection.kind].connect(connection, context)

    async def _listen(self) -> None:
        guard = None if self._settings.socket_mode else SlackGuard(self._settings.signing_secret, self._clock)
        apis = (
            Api(self.engine, self._settings.api_token),
            Claims(self.engine, self.freshness, self._providers),
            Webhooks(self._providers, self._clock, self._pollers.on_hint),
        )
        routes = [route for each in apis for route in each.routes()]
        self.readiness = Readiness(self._database, self._clock, self._health, self._identity, self._bolt_app)
        application = make_web(guard, self._bolt_app, routes, self.readiness)
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
        """The port that the bot listens on."""
        addresses = self._runner.addresses if self._runner is not None else []
        return int(addresses[0][1]) if addresses else 0

    async def _identify(self) -> None:
        cache = self.freshness.membership_cache
        self._identity.on_identity(lambda known: cache.set_workspace(known.team), self._bolt_app.set_identity)
        try:
            await self._identity.start()
        except PermissionError as error:
            hint = "copy SLACK_BOT_TOKEN again from your Slack app"
            raise StartError(f"Slack refuses the bot token ({error}): {hint}.") from error

    def _begin(self) -> None:
        self._tasks.start(self._effect_worker.run(), "effects")
        self._pollers.start(self._tasks)
        self._tasks.start(self._sweep.run(), "sweep")
        self._tasks.start(self._connections.run(), "connections")
        self._schedule.start(self._sweep.wake)
        cache, teams = self.freshness.membership_cache, self.engine.policy.directory.teams.values()
        users = [user for team in teams for user in team.members]
        self._identity.on_identity(lambda _: self._tasks.start(learn_names(cache, users), "names"))
        if self._settings.socket_mode:
            self._tasks.start(self._bolt_app.connect(), "socket mode")
        log.info("Shiproom is up on port %s", self.port)

    def wake(self) -> None:
        """Wake every worker: another process has committed a decision."""
        self._effect_worker.wake()
        self._pollers.wake()
        self._sweep.wake()

    async def reload(self) -> None:
        """Apply the policy file as it is now."""
        alone = self._database.name == "sqlite" or needs_exclusive_database(self.engine.policy)
        await self._policy_source.reload(self._database, self._apply_policy, alone=alone)

    def _apply_policy(self, policy: Policy) -> None:
        """Apply a policy's teams, people and connections; releases that have started keep their plans."""
        changed = {
            name: connection
            for name, connection in policy.connections.items()
            if self.engine.policy.connections.get(name) != connection
        }
        for name in changed.keys() & self._providers.keys():
            self._tasks.start(self._providers[name].close(), f"leave {name} as it was")
        for name in {*changed, *(self.engine.policy.connections.keys() - policy.connections.keys())}:
            self._health.forget(name)
        self._connect(changed)
        self._capabilities.update({name: self._providers[name].capabilities for name in changed})
        self.engine.use_policy(policy, self._capabilities)
        self._pollers.wake()

    async def stop(self) -> None:
        """Stop accepting work, finish what is running, and close everything."""
        for worker in (self._schedule, self._sweep, self._effect_worker, self._pollers, self._connections):
            worker.stop()
        self._identity.stop()
        self._slack.stop()
        await self._bolt_app.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._tasks.drain(DRAIN_SECONDS)
        await self._close_all()

    async def _close_all(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        for provider in self._providers.values():
            await provider.close()
        await self._slack.close()
        await self._database.close()


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until SIGINT or SIGTERM; SIGHUP reads the policy again."""
    app = App(settings, clock=clock)
    stop, started, reloading = asyncio.Event(), asyncio.Event(), Tasks()

    async def reload() -> None:
        await started.wait()
        await app.reload()

    # Installed before anybody can see that the bot is up: a signal without a handler ends the process.
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: reloading.start(reload(), "reload"))
    await app.start()
    started.set()
    await stop.wait()
    await app.stop()
