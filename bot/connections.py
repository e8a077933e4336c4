"""Tells people of connections: that one does not answer, that it answers again, that its token ends soon."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote

from bot.ci.provider import Provider
from bot.engine import Engine
from bot.health import DATABASE, SLACK, Condition
from bot.loop import SAFETY_NET, WakeableLoop
from handlers.effects import PostToChannel
from handlers.plan import Plan, unique
from storage import connections
from storage.connections import Expiry
from storage.database import write_again

log = logging.getLogger("shiproom.connection")

TOLD_AFTER = timedelta(minutes=5)
"""How long a connection is silent before operators are called; the card and `why` say it at once."""

REPEATED_FOR = timedelta(seconds=30)
"""How long its refusals must have come: one alone, that nobody asked about again, proves no silence."""

DAYS_BEFORE = (7, 1)
"""How many days before its end a token is spoken of."""

ASK_EXPIRY_EVERY = 6 * 3600.0


class ConnectionWatch(WakeableLoop):
    """Watches the health of connections, and tells operators in the channels of the services that use one."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__()
        self._engine = engine
        self._providers = providers
        self._logged: dict[str, str] = {}
        self._asked_at = float("-inf")
        engine.health.listeners.append(self._on_change)

    async def begin(self) -> None:
        """Learn which silences people were told of before this start."""
        for name, since in (await self._engine.database.read(connections.silences)).items():
            self._engine.health.began(name, since)

    def _on_change(self, condition: Condition) -> None:
        """Log a silence at its first refusal and at its end, and look after it soon."""
        name, words = condition.name, condition.refusal
        if condition.refused_since is not None and self._logged.get(name) != words:
            self._logged[name] = words
            log.warning(
                "%s does not work since %s: %s", name, f"{condition.refused_since:%H:%M:%S} UTC", words
            )
        elif condition.refused_since is None and self._logged.pop(name, None):
            log.warning("%s answers again", name)
        self.wake()

    async def run_once(self) -> float:
        """Tell what is to be told."""
        await self._ask_expiry()
        told = await self._engine.database.read(connections.silences)
        rest = SAFETY_NET
        for condition in self._engine.health.all():
            if condition.name == DATABASE:
                continue
            if condition.refused_since is None:
                await self._tell_recovery(condition, told)
            elif condition.name not in told:
                rest = min(rest, await self._tell_silence(condition, condition.refused_since))
            await self._tell_expiry(condition)
        return rest

    async def _tell_silence(self, condition: Condition, since: datetime) -> float:
        """Tell of a silence once it lasts; return in how many seconds to look again."""
        now, name = self._engine.clock.now(), condition.name
        repeated = (condition.refused_at or since) - since >= REPEATED_FOR
        left = (since + TOLD_AFTER - now).total_seconds()
        if left > 0 or not repeated:
            return max(left, 1.0)
        values = {"ci": name, "refusal": condition.refusal, "since": since.isoformat()}
        # That Slack is silent cannot be said there; that it was is said afterwards.
        messages = self._posts(name, "connection_silent", values, condition.place) if name != SLACK else []
        tell = partial(connections.tell_silence, name=name, since=since, now=now, messages=messages)
        if await write_again(self._engine.database, tell):
            self._wake_effects()
        return SAFETY_NET

    async def _tell_recovery(self, condition: Condition, told: dict[str, datetime]) -> None:
        """Tell that a connection answers again, and let what waits to be stopped there be asked at once."""
        name, at = condition.name, condition.answered_at
        if name not in told or at is None:
            return
        now = self._engine.clock.now()

        def messages(since: datetime) -> list[PostToChannel]:
            values = {"since": since.isoformat(), "at": now.isoformat(), "product": self._product(name)}
            return self._posts(name, "connection_back", {**values, "ci": "" if name == SLACK else name})

        tell = partial(connections.tell_recovery, name=name, now=now, messages=messages)
        if await write_again(self._engine.database, tell):
            self._wake_effects()

    async def _tell_expiry(self, condition: Condition) -> None:
        """Tell operators once at each stage that a token ends."""
        now, at = self._engine.clock.now(), condition.expires_at
        stage = days_left(at, now)
        if at is None or stage is None:
            return
        values = {
            "ci": condition.name,
            "product": self._product(condition.name),
            "at": at.isoformat(),
            "seconds": str(int((at - now).total_seconds())),
        }
        messages = self._posts(condition.name, "token_ends", values)
        expiry = Expiry(condition.name, at, stage)
        tell = partial(connections.tell_expiry, expiry=expiry, now=now, messages=messages)
        if await write_again(self._engine.database, tell):
            self._wake_effects()

    async def _ask_expiry(self) -> None:
        """Ask now and then when tokens end, where answers do not say it by themselves."""
        if self._engine.clock.monotonic() - self._asked_at < ASK_EXPIRY_EVERY:
            return
        self._asked_at = self._engine.clock.monotonic()
        for name, provider in list(self._providers.items()):
            at = await provider.token_end()
            if at is not None:
                self._engine.health.expires(name, at)

    def _product(self, name: str) -> str:
        provider = self._providers.get(name)
        return provider.product or f'CI "{name}"' if provider is not None else name

    def _posts(self, name: str, code: str, values: dict[str, str], place: str = "") -> list[PostToChannel]:
        """Return one message for each channel of the services that use a connection, to their operators."""
        plans = list(self._users_of(name, place))
        channels = dict.fromkeys(plan.channel for plan in plans)
        return [
            self._post([each for each in plans if each.channel == channel], code, values)
            for channel in channels
        ]

    def _post(self, plans: list[Plan], code: str, values: dict[str, str]) -> PostToChannel:
        teams = unique(tuple(team for plan in plans for team in plan.operators))
        return PostToChannel(plans[0].service, code, values, teams)

    def _users_of(self, name: str, place: str) -> Iterable[Plan]:
        plans = self._engine.policy.plans.values()
        using = [plan for plan in plans if name == SLACK or name in _connections_of(plan)]
        about = [plan for plan in using if place and _is_about(plan, unquote(place))]
        return about or using

    def _wake_effects(self) -> None:
        for wake in self._engine.decision_listeners:
            wake()


def days_left(at: datetime | None, now: datetime) -> int | None:
    """Return the stage of the warning that a token ends: at most so many days before; None if it is early or over."""
    if at is None or at <= now:
        return None
    return next((days for days in sorted(DAYS_BEFORE) if at - now <= timedelta(days=days)), None)


def _connections_of(plan: Plan) -> set[str]:
    return {plan.builds.ci, plan.changes_source, *(each.deploy.ci for each in plan.environments)}


def _is_about(plan: Plan, place: str) -> bool:
    """Return whether a place of a CI's API is of a service: it names its repository, or a workflow of its."""
    named = (plan.repository, plan.builds.workflow, *(each.deploy.workflow for each in plan.environments))
    return any(each and each.strip("/").casefold() in place.casefold() for each in named)
