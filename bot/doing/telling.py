"""Hands events from one release to others, through the same door as all events."""

from bot.engine import Engine
from bot.perform import Done, Performed
from handlers.effects import ShowCard, TellOpen, Told
from handlers.events import Started
from handlers.reports import Displaced, Looked, NewerAsked, NewerSucceeded
from storage import effects, releases
from storage.codec import loads
from storage.effects import Task

_TOLD: dict[str, type[Told]] = {kind.__name__: kind for kind in (Displaced, Looked, Started)}

TELLS = tuple(f"Tell:{name}" for name in _TOLD)
"""The kinds of effects that tell one release something."""


class Telling:
    """Effects that go to other releases."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def tell(self, task: Task) -> Performed:
        """Hand an event to the release that it names."""
        event = loads(_TOLD[task.kind.partition(":")[2]], task.body)
        await self._engine.handle(event)
        return Done()

    async def tell_open(self, task: Task) -> Performed:
        """Hand an event to every open release that it concerns, one by one; doing it twice changes nothing."""
        effect = loads(TellOpen, task.body)
        if effect.what == "look":
            await self._look(effect)
            return Done()
        numbers = await self._engine.database.read(
            lambda connection: releases.older_numbers(connection, effect.service, effect.order)
        )
        kind = NewerAsked if effect.what == "newer_asked" else NewerSucceeded
        for number in numbers:
            if number != effect.by:
                await self._engine.handle(kind(number, effect.environment, effect.by, effect.order))
        return Done()

    async def _look(self, effect: TellOpen) -> None:
        """A change of the ground shows on every open card, also where the release itself does not change."""
        numbers = await self._engine.database.read(
            lambda connection: releases.open_numbers(connection, effect.service)
        )
        for number in numbers:
            await self._engine.handle(Looked(number))
        cards = [ShowCard(number) for number in numbers]
        now = self._engine.clock.now()
        await self._engine.database.write(lambda connection: effects.add(connection, cards, now))
