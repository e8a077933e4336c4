"""Shows in Slack what was decided: cards, threads, announcements, direct messages; always the newest saved state."""

from collections.abc import Callable
from functools import partial

from bot.blocks.card import card
from bot.blocks.card_view import CardView
from bot.blocks.parts import Message
from bot.blocks.ready import ready
from bot.blocks.thread import proclaimed, said, whispered
from bot.doing.board import Board, Place, Render, digest
from bot.engine import Engine
from bot.perform import Done, Failed, Later, Performed
from bot.slack.views import Views
from handlers.effects import Announce, Proclaim, Say, ShowCard, Whisper
from storage import builds
from storage.codec import loads
from storage.effects import Task

CARD_PATIENCE = 10.0
"""How many seconds a line waits for its card, unless the card comes and calls it."""

SHOWN_BEFORE = 5
"""How many of the newest announcements are looked at: one may lose its button, or say what is where."""


class Showing:
    """Effects that go to Slack."""

    def __init__(self, engine: Engine, board: Board, views: Views) -> None:
        self._engine = engine
        self._board = board
        self._views = views

    async def show_card(self, task: Task) -> Performed:
        """Draw a card anew from the newest saved state."""
        number = loads(ShowCard, task.body).release
        plan = await self._engine.plan_of_release(number)
        if plan is None:
            return Failed(f"r{number} is gone")
        return await self._board.draw(f"card:{number}", plan.channel, self._of_card(number, card), task)

    def _of_card(self, number: int, draw: Callable[[CardView], Message]) -> Render:
        async def render() -> Message | None:
            view = await self._views.card(number)
            return None if view is None else draw(view)

        return render

    async def say(self, task: Task) -> Performed:
        """Post one line in a release's thread; it waits for the card that the thread hangs on."""
        effect = loads(Say, task.body)
        anchor = await self._board.find(f"card:{effect.release}")
        if anchor is None:
            return Later(CARD_PATIENCE, "the card is not there yet", failed=False)

        def line(view: CardView) -> Message:
            return said(effect, view.release, view.names, view.directory)

        place = Place(anchor.channel, anchor.ts, effect.broadcast)
        return await self._board.post(place, self._of_card(effect.release, line), task)

    async def announce(self, task: Task) -> Performed:
        """Announce a ready build or show what became of it, and bring the newest announcements up to date with it."""
        effect = loads(Announce, task.body)
        service = effect.service
        done = await self._announce(service, effect.version, task)
        find = partial(builds.newest, service=service, most=SHOWN_BEFORE)
        for build in await self._engine.database.read(find):
            if not isinstance(done, Done):
                break
            key = _announcement(service, build.version)
            if build.version != effect.version and await self._board.find(key) is not None:
                done = await self._announce(service, build.version, task)
        return done

    async def _announce(self, service: str, version: str, task: Task) -> Performed:
        plan = self._engine.policy.plans.get(service)
        if plan is None:
            return Failed(f"the service {service} is no longer in the policy")

        async def render() -> Message | None:
            view = await self._views.ready(service, version)
            return None if view is None else ready(view)

        # Most announcements that are looked at show the same as before, and none of these takes a turn from a card.
        key = _announcement(service, version)
        posted = await self._board.find(key)
        drawn = await render() if posted is not None else None
        if posted is not None and drawn is not None and posted.drawn == digest(drawn):
            return Done()
        return await self._board.draw(key, plan.channel, render, task)

    async def proclaim(self, task: Task) -> Performed:
        """Post a message in a service's channel that belongs to no release."""
        effect = loads(Proclaim, task.body)
        plan = self._engine.policy.plans.get(effect.service)
        if plan is None:
            return Failed(f"the service {effect.service} is no longer in the policy")

        async def render() -> Message:
            return proclaimed(effect, self._views.names(), self._engine.policy.directory)

        return await self._board.post(Place(plan.channel), render, task)

    async def whisper(self, task: Task) -> Performed:
        """Tell one person something in a direct message; Slack opens it when a user's id is posted to."""
        effect = loads(Whisper, task.body)

        async def render() -> Message:
            return whispered(effect, self._views.names(), self._engine.policy.directory)

        return await self._board.post(Place(effect.user), render, task)


def _announcement(service: str, version: str) -> str:
    return f"ready:{service}:{version}"
