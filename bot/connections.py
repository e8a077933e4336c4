"""Tells people of connections: that one does not answer, that it answers again, that its token ends soon."""

import logging
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote

from bot.ci.provider import Provider
from bot.engine import Engine
from bot.health import DATABASE, SLACK, Condition
from bot.loop import SAFETY_NET, WakeableLoop
from handlers.connections import days_left, expiry_posts, recovery_posts, silence_posts, users_of
from handlers.effects import PostToChannel
from handlers.plan import Plan
from storage import connections
from storage.connections import Expiry
from storage.database import write_again

log = logging.getLogger("shiproom.connection")

TOLD_AFTER = timedelta(minutes=5)
"""How long a connection is silent before operators are called; the card and `why` say it at once."""

REPEATED_FOR = timedelta(seconds=30)
"""How long its refusals must have come: one alone, that nobody asked about again, proves no silence."""

SETTLED_AFTER = 120.0
"""How many seconds after a start a silence that was told before it counts as over at the earliest."""

ASK_AGAIN = 300.0
"""How many seconds after the database was asked whether a silence is to be told it is asked again."""

ASK_EXPIRY_EVERY = 6 * 3600.0


class ConnectionWatch(WakeableLoop):
    """Watches the health of connections, and tells operators in the channels of the services that use one."""

    name = "connections"

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__()
        self._engine = engine
        self._providers = providers
        self._logged: dict[str, str] = {}
        self._asked_at = float("-inf")
        self._asked: dict[str, float] = {}
        self._inherited: dict[str, float] = {}
        self._expiries: dict[str, tuple[datetime, int]] = {}
        engine.health.listeners.append(self._on_change)

    async def begin(self) -> None:
        """Learn which silences people were told of before this start."""
        for name, since in (await self._engine.database.read(connections.silences)).items():
            self._engine.health.began(name, since)
            self._asked[name] = self._engine.clock.monotonic()
            self._inherited[name] = self._engine.clock.monotonic() + SETTLED_AFTER

    def _on_change(self, condition: Condition) -> None:
        """Log a silence at its first refusal and at its end, and look after it soon."""
        name, words = condition.name, condition.refusal
        self.wake()
        if name == DATABASE or name.startswith(SLACK):
            return  # what watches these says it in its own words
        if condition.refused_since is not None and self._logged.get(name) != words:
            self._logged[name] = words
            log.warning(
                "%s does not work since %s: %s", name, f"{condition.refused_since:%H:%M:%S} UTC", words
            )
        elif condition.refused_since is None and self._logged.pop(name, None):
            log.warning("%s answers again", name)

    async def run_once(self) -> float:
        """Tell what is to be told."""
        await self._ask_expiry()
        rest = SAFETY_NET
        for condition in self._engine.health.all():
            if condition.name == DATABASE:
                continue
            if condition.refused_since is None:
                await self._tell_recovery(condition)
            else:
                rest = min(rest, await self._tell_silence(condition, condition.refused_since))
            await self._tell_expiry(condition)
        return rest

    async def _tell_silence(self, condition: Condition, since: datetime) -> float:
        """Tell of a silence once it lasts; return in how many seconds to look again."""
        now, name = self._engine.clock.now(), condition.name
        repeated = (condition.refused_at or since) - since >= REPEATED_FOR
        left = (since + TOLD_AFTER - now).total_seconds()
        asked = self._asked.get(name, float("-inf"))
        if self._engine.clock.monotonic() - asked < ASK_AGAIN:
            return SAFETY_NET
        if left > 0 or not repeated:
            return left if left > 0 else SAFETY_NET
        plans = users_of(self._engine.policy.plans.values(), name, unquote(condition.place))
        # That Slack is silent cannot be said there; that it was is said afterwards.
        messages = silence_posts(plans, name, condition.refusal, since) if name != SLACK else []
        tell = partial(connections.tell_silence, name=name, since=since, now=now, messages=messages)
        if await write_again(self._engine.database, tell):
            self._wake_effects()
        self._asked[name] = self._engine.clock.monotonic()
        return SAFETY_NET

    async def _tell_recovery(self, condition: Condition) -> None:
        """Tell that a connection answers again; just after a start, only once all of it had time to be asked."""
        name, at, refused_at = condition.name, condition.answered_at, condition.refused_at
        if name not in self._asked or at is None or (refused_at is not None and at < refused_at):
            return
        if self._inherited.get(name, 0.0) > self._engine.clock.monotonic():
            return
        now = self._engine.clock.now()

        def messages(since: datetime) -> list[PostToChannel]:
            return recovery_posts(self._users_of(name), self._names(name), since, now)

        tell = partial(connections.tell_recovery, name=name, now=now, messages=messages)
        if await write_again(self._engine.database, tell):
            self._wake_effects()
        del self._asked[name]

    async def _tell_expiry(self, condition: Condition) -> None:
        """Tell operators once at each stage that a token ends."""
        now, at = self._engine.clock.now(), condition.expires_at
        stage = days_left(at, now)
        if at is None or stage is None or self._expiries.get(condition.name) == (at, stage):
            return
        messages = expiry_posts(self._users_of(condition.name), self._names(condition.name), at, now)
        expiry = Expiry(condition.name, at, stage)
        tell = partial(connections.tell_expiry, expiry=expiry, now=now, messages=messages)
        if await write_again(self._engine.database, tell):
            self._wake_effects()
        self._expiries[condition.name] = (at, stage)

    async def _ask_expiry(self) -> None:
        """Ask now and then when tokens end, where answers do not say it by themselves."""
        if self._engine.clock.monotonic() - self._asked_at < ASK_EXPIRY_EVERY:
            return
        self._asked_at = self._engine.clock.monotonic()
        for name, provider in list(self._providers.items()):
            at = await provider.token_end()
            if at is not None:
                self._engine.health.expires(name, at)

    def _names(self, name: str) -> tuple[str, str]:
        """Return a connection's name in the policy, empty for one that has none there, and what people call it."""
        if name == SLACK:
            return "", SLACK
        provider = self._providers.get(name)
        return name, (provider.product if provider is not None else "") or f'CI "{name}"'

    def _users_of(self, name: str) -> list[Plan]:
        plans = self._engine.policy.plans.values()
        return list(plans) if name == SLACK else users_of(plans, name, "")

    def _wake_effects(self) -> None:
        for wake in self._engine.decision_listeners:
            wake()
