"""Delivers events from one release to others, through the engine like every event."""

from bot.clock import Clock
from bot.effects.worker import Done, EffectResult, not_now
from bot.engine import Engine
from handlers.effects import InternalEvent, NotifyOpen, ShowCard
from handlers.events import Started
from handlers.reports import Displaced, NewerRequested, NewerSucceeded, Reevaluated
from storage import effects, releases
from storage.codec import loads
from storage.database import Database
from storage.effects import Task

_EVENTS: dict[str, type[InternalEvent]] = {
    event.event_name: event for event in (Displaced, Reevaluated, Started)
}

NOTIFY = tuple(f"notify:{name}" for name in _EVENTS)
"""The kinds of effects that deliver an event to one release."""


class InternalEvents:
    """Performs the effects that deliver an event to other releases."""

    def __init__(self, engine: Engine, database: Database, clock: Clock) -> None:
        self._engine = engine
        self._database = database
        self._clock = clock

    async def deliver(self, task: Task) -> EffectResult:
        """Deliver an event to the release that it names."""
        event = loads(_EVENTS[task.kind.partition(":")[2]], task.body)
        outcome = await self._engine.handle(event)
        return not_now() if outcome.undecided else Done()

    async def deliver_to_open(self, task: Task) -> EffectResult:
        """Deliver an event to every other open release, one by one; idempotent."""
        effect = loads(NotifyOpen, task.body)
        if effect.what == "reevaluate":
            await self._reevaluate_all(effect)
            return Done()
        numbers = await self._database.read(
            lambda connection: releases.open_numbers(connection, effect.service)
        )
        kind = NewerRequested if effect.what == "newer_requested" else NewerSucceeded
        for number in numbers:
            if number != effect.by:
                outcome = await self._engine.handle(kind(number, effect.environment, effect.by))
                if outcome.undecided:
                    return not_now()
        return Done()

    async def _reevaluate_all(self, effect: NotifyOpen) -> None:
        """Reevaluate every open release, and update its card in any case.

        The card shows the environments' new state.
        """
        numbers = await self._database.read(
            lambda connection: releases.open_numbers(connection, effect.service)
        )
        for number in numbers:
            await self._engine.handle(Reevaluated(number))
        cards = [ShowCard(number) for number in numbers]
        now = self._clock.now()
        await self._database.write(lambda connection: effects.add(connection, cards, now))
