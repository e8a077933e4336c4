"""Whether Slack is away: while it is, one question that changes nothing is asked again and again, and all else rests.

Otherwise everything that waits would try for itself, each with a longer rest of its own; and a message whose answer was
lost would be posted once more with each try.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.tasks import Tasks

log = logging.getLogger("shiproom.slack")

ASK_AGAIN = 8.0
"""How many seconds pass before Slack is asked again whether it is there."""

REST = 20.0
"""How many seconds pass before what waits looks again; each look is a write, and half an hour has many of them."""

SOON = 1.0
"""How many seconds to rest while the first question is under way: most of the time nothing was wrong with Slack."""


class Outage:
    """Asks once a call got no answer; `answers` says whether Slack answers now, `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float], answers: Callable[[], Awaitable[bool]]) -> None:
        self._now = now
        self._answers = answers
        self._asking: asyncio.Task[None] | None = None
        self._until = 0.0

    def rest(self) -> float:
        """Say for how many seconds what can wait should not try; 0 means that Slack answers."""
        return 0.0 if self._asking is None else max(SOON, self._until - self._now())

    def doubt(self, tasks: Tasks) -> None:
        """Take note of a call without an answer."""
        if self._asking is None:
            self._until = self._now() + SOON
            self._asking = tasks.start(self._ask(), "is Slack there")

    async def _ask(self) -> None:
        began = self._now()
        while not await self._answers():
            self._until = self._now() + REST
            await asyncio.sleep(ASK_AGAIN)
        self._asking = None
        if self._now() - began > ASK_AGAIN:
            log.warning("Slack was away for %d s and is back", self._now() - began)

    def stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
