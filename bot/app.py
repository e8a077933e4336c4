"""Builds every object once and runs the bot; the only file that chooses implementations."""

import logging
import os
from collections.abc import Callable, Mapping
from functools import partial

from bot.ci import KINDS
from bot.ci.provider import Provider, ProviderContext, capabilities_of
from bot.clock import Clock, SystemClock
from bot.connections import ConnectionWatch
from bot.database_watch import DatabaseWatch
from bot.effects.redraw import redraw_misplaced
from bot.effects.registry import make_effect_handlers
from bot.effects.worker import EffectWorker
from bot.engine import Engine
from bot.freshness import Freshness
from bot.heads import HeadRecorder
from bot.health import Health
from bot.http.api import Api
from bot.http.claim import Claims
from bot.http.guard import SlackGuard
from bot.http.openapi import Documents
from bot.http.routes import make_web
from bot.http.server import HttpServer
from bot.http.webhooks import Webhooks
from bot.identity import IdentityLookup, learn_names
from bot.known_database import open_known_database
from bot.loop import WakeableLoop
from bot.membership_cache import MembershipCache
from bot.policy_in_force import PolicyInForce, PolicyWatch, changed_connections
from bot.policy_source import PolicyFileError, PolicySource, needs_exclusive_database
from bot.polling.pollers import Pollers
from bot.readiness import Obstacles, Readiness
from bot.schedule import Schedule
from bot.settings import Settings
from bot.slack.bolt_app import BoltApp
from bot.slack.surfaces import Surfaces
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from bot.sweep import Sweep
from bot.tasks import Tasks
from handlers.policy import Connection, Policy
from storage.database import Database, StorageError

log = logging.getLogger("shiproom")

DRAIN_SECONDS = 20.0
"""How many seconds running work may take when the bot is told to stop."""


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
        self.health = Health(self._clock)
        self._tasks = Tasks()
        self.ended = ""
        self.end_listeners: list[Callable[[], None]] = []
        self._policy_source = PolicySource(settings.policy, self._environ)
        self._policy_in_force = PolicyInForce(self._policy_source, self._clock)
        self._slack = SlackWeb(
            settings.bot_token, settings.slack_api, self._clock.monotonic, self._tasks, self.health
        )
        self._providers: dict[str, Provider] = {}
        self._identity = IdentityLookup(self._slack, self._tasks)
        self.server: HttpServer | None = None

    async def start(self) -> None:
        """Start everything, or nothing.

        Raises StartError with a message for the operator.
        """
        try:
            policy = await self._policy_source.read_valid()
            alone = needs_exclusive_database(policy)
            self._database: Database = await open_known_database(self._settings, alone=alone)
        except (PolicyFileError, StorageError) as error:
            raise StartError(str(error)) from error
        try:
            await self._build(await self._policy_in_force.start(self._database, policy))
            # From here on no restore begins: what the database says of one is the last word.
            await self._database.listen(self.wake)
            await self._database.read(self.engine.confirmed.look_for_restore)
            await self._listen()
            await self._identify()
        except BaseException:
            await self._close_all()
            raise
        self._begin()

    async def _build(self, policy: Policy) -> None:
        self._connect(policy.connections)
        database, clock = self._database, self._clock
        cache = MembershipCache(self._slack, database, clock)
        await cache.load()
        self.freshness = Freshness(cache, clock, self._tasks, policy)
        self._capabilities = {name: capabilities_of(each) for name, each in self._providers.items()}
        self.engine = Engine(database, clock, self.freshness, policy, self._capabilities)
        self.engine.health = self.health
        snapshots = Snapshots(database, clock, self.engine, self.freshness)
        self.surfaces = Surfaces(self.engine, self.freshness, self._slack, snapshots, self._tasks)
        self._bolt_app = BoltApp(self._settings, self._slack, self.surfaces.listeners, self.health)
        handlers = make_effect_handlers(self.engine, self.freshness, self._providers, self._slack, snapshots)
        self._effect_worker = EffectWorker(database, clock, self._tasks, handlers)
        self._pollers = Pollers(self.engine, self._providers)
        self._connections = ConnectionWatch(self.engine, self._providers)
        self._schedule = Schedule(database, clock, self._providers)
        self._database_watch = DatabaseWatch(self.engine, self._end)
        self._heads = HeadRecorder(self.engine, self._settings.state)
        self._sweep = Sweep(database, clock, self.engine, self.freshness, self._schedule.wake_at)
        self.engine.decision_listeners += (self._effect_worker.wake, self._pollers.wake)
        self.engine.schedule_listeners.append(self._schedule.wake_at)
        self._policy_watch = PolicyWatch(self._policy_in_force, database, clock)
        self.engine.catch_up = self._policy_in_force.catch_up
        self._policy_in_force.follow(self._apply_policy, self._pause)
        await self._connections.begin()
        await self._heads.begin(fresh=self._settings.new_database)

    def _connect(self, connections: Mapping[str, Connection]) -> None:
        state, secrets = self._settings.state, (*self._settings.secrets, *sorted(self._policy_source.secrets))
        given = ProviderContext(self._clock, self._tasks, state, secrets, self._environ, self.health)
        for name, connection in connections.items():
            self._providers[name] = KINDS[connection.kind].connect(connection, given)

    async def _listen(self) -> None:
        guard = None if self._settings.socket_mode else SlackGuard(self._settings.signing_secret, self._clock)
        apis = (
            Api(self.engine, self._settings.api_token),
            Claims(self.engine, self.freshness, self._providers),
            Webhooks(self._providers, self._clock, self._pollers.on_hint),
            Documents(),
        )
        routes = [route for each in apis for route in each.routes()]
        rows = self.engine.unreadable.sentences, self.engine.confirmed.sentences
        obstacles = Obstacles(self._identity, self._bolt_app, self._tasks, self._policy_in_force, *rows)
        self.readiness = Readiness(self._database, self._clock, self.health, obstacles)
        server = HttpServer(make_web(guard, self._bolt_app, routes, self.readiness))
        try:
            await server.start(self._settings.host, self._settings.port)
        except OSError as error:
            raise StartError(str(error)) from error
        self.server = server

    @property
    def port(self) -> int:
        """The port that the bot listens on."""
        return 0 if self.server is None else self.server.port

    async def _identify(self) -> None:
        self._identity.on_identity(self.surfaces.set_identity, self._bolt_app.set_identity)
        try:
            await self._identity.start()
        except PermissionError as error:
            hint = "copy SLACK_BOT_TOKEN again from your Slack app"
            raise StartError(f"Slack refuses the bot token ({error}): {hint}.") from error
        if self._settings.socket_mode:
            try:
                await self._bolt_app.connect(self._tasks)
            except PermissionError as error:
                raise StartError(str(error)) from error

    @property
    def _workers(self) -> tuple[WakeableLoop, ...]:
        first = (self._effect_worker, self._sweep, self._policy_watch, self.surfaces.home)
        return (*first, self._database_watch, self._connections, self._heads)

    def _begin(self) -> None:
        self._pollers.start(self._tasks)
        for worker in self._workers:
            self._tasks.keep(worker.run, worker.name)
        self._schedule.start(self._sweep.wake)
        self._identity.on_identity(lambda _: self._learn_names())
        self.redraw()
        log.info("Shiproom is up on port %s", self.port)

    def redraw(self) -> None:
        """Draw what is not where the policy wants it."""
        self._slack.refusals.watch(plan.channel for plan in self.engine.policy.plans.values())
        self._tasks.keep(partial(redraw_misplaced, self.engine), "redraw")

    def _learn_names(self) -> None:
        cache, teams = self.freshness.membership_cache, self.engine.policy.directory.teams.values()
        users = frozenset(user for team in teams for user in team.named)
        self._tasks.keep(partial(learn_names, cache, users), "names")

    def wake(self) -> None:
        """Wake every worker: another process has committed a decision."""
        workers = (self._effect_worker, self._pollers, self._sweep, self._policy_watch, self._heads)
        for worker in (*workers, self.surfaces.home):
            worker.wake()

    def _pause(self) -> None:
        """Leave all work to other replicas while this one cannot use the policy in force."""
        for worker in (self._effect_worker, self._pollers, self._sweep):
            worker.pause(on=bool(self._policy_in_force.obstacle))

    def _end(self, sentence: str) -> None:
        """Note why this process must not go on."""
        self.ended = sentence
        for listener in self.end_listeners:
            listener()

    async def reload(self) -> None:
        """Apply the policy file as it is now."""
        await self._policy_in_force.reload()

    def _apply_policy(self, policy: Policy) -> None:
        """Apply a policy's teams, people and connections; releases that have started keep their plans."""
        changed = changed_connections(self.engine.policy, policy)
        for name in changed.keys() & self._providers.keys():
            self._tasks.start(self._providers[name].close(), f"leave {name} as it was")
        for name in {*changed, *(self.engine.policy.connections.keys() - policy.connections.keys())}:
            self.health.forget(name)
        self._connect(changed)
        self._capabilities.update({name: capabilities_of(self._providers[name]) for name in changed})
        self.engine.use_policy(policy, self._capabilities)
        self.wake()
        self.redraw()
        self._learn_names()

    async def stop(self) -> None:
        """Stop accepting work, finish what is running, and close everything."""
        for worker in (self._schedule, self._pollers, *self._workers):
            worker.stop()
        self._identity.stop()
        self._slack.stop()
        await self._bolt_app.close()
        if self.server is not None:
            await self.server.stop()
        await self._tasks.drain(DRAIN_SECONDS)
        await self._heads.finish()
        await self._close_all()

    async def _close_all(self) -> None:
        if self.server is not None:
            await self.server.stop()
        for provider in self._providers.values():
            await provider.close()
        await self._slack.close()
        await self._database.close()
