"""Says whether the bot can work, what does not answer, and shows both in the metrics."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.clock import Clock
from bot.health import DATABASE, Health
from bot.http.answers import SilenceJson
from bot.http.serializers import silence_json
from bot.identity import IdentityLookup
from bot.metrics import CONNECTION_SILENT, CONNECTION_UP, TOKEN_ENDS
from bot.policy_in_force import PolicyInForce
from bot.slack.bolt_app import BoltApp
from bot.state_gauges import StateGauges
from bot.tasks import Tasks
from storage import connections, schema
from storage.database import Database

log = logging.getLogger("shiproom")

PROBE_EVERY = 10.0
"""How many seconds are at least between two writes that only show that something can be written."""


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What may keep the bot from working: Slack, its own tasks, the policy in force; `unreadable` lists rows, `lost` what
    was confirmed and is not there any more.
    """

    identity: IdentityLookup
    bolt_app: BoltApp
    tasks: Tasks
    policy: PolicyInForce
    unreadable: Callable[[], list[str]]
    lost: Callable[[], list[str]]

    def of_slack(self) -> str:
        """Return what is missing of Slack; empty if nothing is."""
        if not self.identity.done:
            return "Slack has not identified the bot yet"
        return "" if self.bolt_app.connected else "Slack is not connected"

    def here(self) -> str:
        """Return what keeps this process from working; empty if nothing does."""
        if self.tasks.failed:
            return f"being started again: {', '.join(self.tasks.failed)}"
        return self.policy.obstacle


class Readiness:
    """What /readyz answers."""

    def __init__(self, database: Database, clock: Clock, health: Health, obstacles: Obstacles) -> None:
        self._database = database
        self._clock = clock
        self._health = health
        self._obstacles = obstacles
        self._probed_at = float("-inf")
        self._unwritable = ""
        self._state = StateGauges(database, clock)

    async def ready(self, *, without_slack: bool) -> str:
        """Return what is missing to work: Slack, a worker, the database, the policy; empty if nothing is."""
        missing = "" if without_slack else self._obstacles.of_slack()
        return missing or await self._missing_of_database() or self._obstacles.here()

    def unreadable(self) -> list[str]:
        """List what is saved and cannot be read; everything else goes on."""
        return list(self._obstacles.unreadable())

    def lost(self) -> list[str]:
        """List what was confirmed and is not in the database any more; nothing is decided on it."""
        return list(self._obstacles.lost())

    async def _missing_of_database(self) -> str:
        try:
            await self._database.read(schema.version)
        except Exception as error:
            log.exception("the database does not answer")
            words = f"the database does not answer: {type(error).__name__}"
            self._health.refused(DATABASE, words)
            return words
        await self._probe()
        return self._unwritable

    async def _probe(self) -> None:
        """Write something, at most every PROBE_EVERY seconds: on a full disk reads go on well."""
        if self._clock.monotonic() - self._probed_at < PROBE_EVERY:
            return
        self._probed_at = self._clock.monotonic()
        probe = partial(connections.probe, name=DATABASE, now=self._clock.now())
        try:
            await self._database.write(probe)
        except Exception as error:
            log.exception("the database cannot be written")
            self._unwritable = f"the database cannot be written: {_cause_of(error)}"
            self._health.refused(DATABASE, self._unwritable)
        else:
            self._unwritable = ""
            self._health.answered(DATABASE)

    def silent(self) -> list[SilenceJson]:
        """Return what does not answer, since when, and why."""
        return [found for each in self._health.silent() if (found := silence_json(each))]

    async def measure(self) -> None:
        """Set the gauges of all connections, and of what the database knows."""
        await self._state.measure()
        now = self._clock.now()
        for gauge in (CONNECTION_UP, CONNECTION_SILENT, TOKEN_ENDS):
            gauge.clear()
        for each in self._health.all():
            since = each.refused_since
            CONNECTION_UP.labels(each.name).set(since is None)
            CONNECTION_SILENT.labels(each.name).set(0 if since is None else (now - since).total_seconds())
            if each.expires_at is not None:
                TOKEN_ENDS.labels(each.name).set((each.expires_at - now).total_seconds())


def _cause_of(error: Exception) -> str:
    """Return what the database's driver says, without the statement and its values, which may hold people's words."""
    cause = getattr(error, "orig", None) or error
    return f"{type(cause).__name__} {cause}".strip().partition("\n")[0][:200]
