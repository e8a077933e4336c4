"""Notes who opens the app's Home, and has it drawn."""

from functools import partial

from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.events import SlackEvent
from bot.slack.home_drawing import HomeDrawing
from handlers.people import Eligibility
from storage import home_views

HOME_OPENED = "app_home_opened"


class HomeOpenings:
    """Handles `app_home_opened`; only full members of the workspace get a Home."""

    def __init__(self, engine: Engine, freshness: Freshness, drawing: HomeDrawing) -> None:
        self._engine = engine
        self._freshness = freshness
        self._drawing = drawing

    async def on_opened(self, event: SlackEvent) -> None:
        """Note that a person looks at their Home, unless nothing may be shown to them and nothing is."""
        if event.fields.get("tab") != "home":
            return
        # Slack names the view that it shows: it may be one of before its account was restricted.
        shown = bool(event.fields.get("view"))
        await self._freshness.refresh_person(event.user)
        now = self._engine.clock.now()
        status = self._freshness.membership().account_status(event.user, now)
        if status is Eligibility.NOT_FULL_MEMBER and not shown:
            return
        opened = partial(home_views.opened, user=event.user, now=now, shown=shown)
        await self._engine.database.write(opened)
        self._drawing.draw_first(event.user)
