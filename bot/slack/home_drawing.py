"""Draws the Home of everybody who looks at theirs, when it has changed.

What is due is derived from the saved state each time, so that nothing is lost by a kill or while Slack is away. One round
reads the state once and draws the views that differ from what was drawn last; the next one begins with the newest state.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.blocks.block_kit import View
from bot.engine import Engine
from bot.loop import SAFETY_NET, WakeableLoop
from bot.slack.home import HomeReader, Overview
from bot.slack_client.rate_limiter import Rank
from bot.slack_client.refusals import OF_THE_TOKEN
from bot.slack_client.results import CallDeferred, CallRejected, CallSucceeded
from bot.slack_client.web import Identity, SlackWeb
from storage import home_views
from storage.home_views import HomeView

log = logging.getLogger("shiproom.slack")

LOOKS_FOR = timedelta(hours=8)
"""How long somebody counts as looking after they opened their Home; later it is drawn when they open it again."""

LEASE = timedelta(seconds=15)
"""How long a view belongs to the process that draws it: longer than a call to Slack takes."""

SHORTEST_PAUSE = 0.5
"""Seconds between two rounds, however many changes there are; nobody who has just opened theirs or clicked waits."""

AT_ONCE = 10
"""How many views are drawn at the same time, after which the state is read again: the latest one wins."""

NOBODY_LOOKS = 600.0
"""Seconds until it is looked whether another process has left an opened Home undrawn; decisions and openings wake earlier."""

LOOK_AGAIN = 1.0
SLACK_AWAY = 3.0
"""Seconds until a view is looked at again that another process draws, and at most those that a call to Slack has to wait."""

REFUSED_FOR = timedelta(hours=1)
"""How long a view is left alone that Slack refuses; opening it ends that."""

METHOD, KEY = "views.publish", "home"


class HomeDrawing(WakeableLoop):
    """Publishes views; `first` are those who get theirs before all others, because they have just done something."""

    name = "home"

    def __init__(self, engine: Engine, slack: SlackWeb, reader: HomeReader) -> None:
        super().__init__()
        self._engine = engine
        self._slack = slack
        self._reader = reader
        self._owner = engine.clock.new_id()
        self._first: set[str] = set()
        self._next_at = 0.0
        self._waits = False
        self._has_slot = False
        self._refused = ""

    def set_identity(self, identity: Identity) -> None:
        """Set the workspace; before it is known nobody counts as a member, and nothing is drawn."""
        self._reader.workspace = identity.url
        self.wake()

    def draw_first(self, user: str) -> None:
        """Draw somebody's Home at once, if it has changed."""
        self._first.add(user)
        self.wake()

    async def run_once(self) -> float:
        """Draw what has changed; return the seconds until the next round."""
        pause = self._next_at - self._engine.clock.monotonic()
        if pause > 0 and not self._first:
            return pause
        if self._waits:
            wait = self._take_slot()
            if wait > 0:
                return wait
            self._waits, self._has_slot = False, True
        looking = await self._looking()
        if not looking:
            return NOBODY_LOOKS
        self._next_at = self._engine.clock.monotonic() + SHORTEST_PAUSE
        return await self._draw_due(looking)

    async def _looking(self) -> list[HomeView]:
        """Return who looks, those first who have just done something, then whoever opened theirs last; forget the others."""
        known = await self._engine.database.read(home_views.everybody)
        since = self._engine.clock.now() - LOOKS_FOR
        if any(each.opened_at < since for each in known):
            await self._engine.database.write(partial(home_views.forget_older, before=since))
        first, self._first = self._first, set()
        looking = (each for each in known if each.opened_at >= since)
        return sorted(looking, key=lambda each: each.user not in first)

    async def _draw_due(self, looking: Sequence[HomeView]) -> float:
        overview = await self._reader.read([each.user for each in looking])
        due, rest = await self._due(looking, overview)
        claimed = list[tuple[str, View]]()
        for each, view in due[:AT_ONCE]:
            wait = self._take_slot()
            if wait > 0:
                self._waits, rest = True, min(rest, wait)
                break
            if await self._claim(each):
                claimed.append((each.user, view))
            else:
                rest = min(rest, LOOK_AGAIN)
        rests = await asyncio.gather(*(self._draw(user, view) for user, view in claimed))
        more = 0.0 if len(due) > AT_ONCE and not self._waits else SAFETY_NET
        return min([rest, more, *rests])

    async def _due(
        self, looking: Sequence[HomeView], overview: Overview
    ) -> tuple[list[tuple[HomeView, View]], float]:
        """Return the views that show something else than was drawn last, and when to look at the others again."""
        due, now = list[tuple[HomeView, View]](), self._engine.clock.now()
        rest = LOOK_AGAIN if overview.awaits_cards else SAFETY_NET
        for each in looking:
            await asyncio.sleep(0)  # clicks are answered meanwhile
            view = overview.of(each.user)
            if view is None:
                rest = min(rest, SLACK_AWAY)
            elif not each.drawn and not overview.may_read(each.user):
                await self._engine.database.write(partial(home_views.forget, user=each.user))
            elif each.until > now:
                rest = min(rest, LOOK_AGAIN if each.until - now <= LEASE else SAFETY_NET)
            elif digest_of(view) != each.drawn:
                due.append((each, view))
        return due, rest

    def _take_slot(self) -> float:
        """Return how many seconds a call has to wait; 0 if it may be made now."""
        if self._has_slot:
            self._has_slot = False
            return 0.0
        deferred = self._slack.acquire_slot(METHOD, "", KEY, Rank.LINE)
        return 0.0 if deferred is None else max(SHORTEST_PAUSE, min(deferred.seconds, SLACK_AWAY))

    async def _claim(self, view: HomeView) -> bool:
        now = self._engine.clock.now()
        claim = partial(home_views.claim, view=view, owner=self._owner, now=now, until=now + LEASE)
        return await self._engine.database.write(claim)

    async def _draw(self, user: str, view: View) -> float:
        """Publish a view that was claimed; return when to look again."""
        called = await self._slack.call(METHOD, {"user_id": user, "view": view}, slot_taken=True)
        if isinstance(called, CallSucceeded):
            self._refused = ""
            done = partial(home_views.drawn, user=user, owner=self._owner, digest=digest_of(view))
            await self._engine.database.write(done)
            return SAFETY_NET
        passes = isinstance(called, CallDeferred) or called.error in OF_THE_TOKEN
        if isinstance(called, CallRejected) and called.error != self._refused:
            self._refused = called.error
            log.error("Home is not drawn: Slack refuses views.publish (%s)", called.error)
        until = self._engine.clock.now() + (timedelta() if passes else REFUSED_FOR)
        put_off = partial(home_views.put_off, user=user, owner=self._owner, until=until)
        await self._engine.database.write(put_off)
        self._waits = self._waits or passes
        return LOOK_AGAIN if passes else SAFETY_NET


def digest_of(view: View) -> str:
    """Return a digest of what a view shows."""
    return hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()[:32]
