"""Detects that Slack is down or refuses the token, and lets calls wait meanwhile.

One read-only probe is repeated until Slack answers. Otherwise every waiting caller would retry by itself, each with its own
growing backoff; and a message whose response was lost would be posted once more with each try.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.tasks import Tasks

log = logging.getLogger("shiproom.slack")

PROBE_INTERVAL = 8.0
"""Seconds between two probes."""

CALLERS_WAIT = 20.0
"""Seconds until a waiting caller looks again; each look is a database write."""

FIRST_WAIT = 1.0
"""Seconds that callers wait for the first probe, which most of the time succeeds."""


class Outage:
    """Tracks one outage of Slack.

    `probe` returns whether Slack answers now, `now` returns monotonic seconds.
    """

    def __init__(self, now: Callable[[], float], probe: Callable[[], Awaitable[bool]]) -> None:
        self._now = now
        self._probe = probe
        self._probing: asyncio.Task[None] | None = None
        self._until = 0.0

    def wait(self) -> float:
        """Return how many seconds a call that can wait should wait; 0 if Slack answers."""
        return 0.0 if self._probing is None else max(FIRST_WAIT, self._until - self._now())

    def report_failure(self, tasks: Tasks) -> None:
        """Start to probe after a call without an answer, unless a probe is running."""
        if self._probing is None:
            self._until = self._now() + FIRST_WAIT
            self._probing = tasks.keep(self._probe_until_answered, "probe Slack")

    async def _probe_until_answered(self) -> None:
        began, told = self._now(), False
        while not await self._probe():
            if not told:
                log.warning("Slack cannot be used now; it is asked every %d s", PROBE_INTERVAL)
            told = True
            self._until = self._now() + CALLERS_WAIT
            await asyncio.sleep(PROBE_INTERVAL)
        self._probing = None
        if self._now() - began > PROBE_INTERVAL:
            log.warning("Slack was away for %d s and is back", self._now() - began)

    def stop(self) -> None:
        """Stop probing."""
        if self._probing is not None:
            self._probing.cancel()
