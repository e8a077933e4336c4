"""Limits the rate of calls to Slack, per method and channel, to avoid 429s.

The Retry-After of a 429 pauses its method. A waiting caller reserves a slot, so that 1,000 callers retry once each.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `calls` calls within `seconds` seconds."""

    calls: int
    seconds: float


RATE_LIMITS: dict[str, RateLimit] = {
    # chat.update is Tier 3 (50 a minute and workspace); the contract keeps cards at 40.
    "chat.update": RateLimit(40, MINUTE),
    # "about one message per second and channel" (Slack's rate limits page): one limit for each channel.
    "chat.postMessage": RateLimit(1, 1.05),
    # Tier 4: 100 a minute.
    "chat.postEphemeral": RateLimit(90, MINUTE),
    "users.info": RateLimit(90, MINUTE),
    # Tier 2: 20 a minute.
    "usergroups.users.list": RateLimit(18, MINUTE),
}

PER_CHANNEL = frozenset({"chat.postMessage"})
TOLERANCE = 0.02
"""A slot counts as due, and a pause as over, this many seconds early."""

TRIAL = 1.0
"""Seconds that callers wait for the first call after a pause.

If that gets a 429 again, they have used no slot.
"""

SLOT_GRACE = 1.0
"""Seconds after which an unused slot is lost.

Otherwise all reserved slots would be used at once after an outage.
"""


_Queue = tuple[str, str]
"""A method and, where each channel has a limit of its own, the channel."""

_Reserved = tuple[_Queue, str]


class RateLimiter:
    """Sliding-window limits with reserved slots, and the pauses that Slack asks for.

    `now` returns monotonic seconds.
    """

    def __init__(self, now: Callable[[], float], limits: dict[str, RateLimit] | None = None) -> None:
        self._now = now
        self._limits = RATE_LIMITS if limits is None else limits
        self._taken: dict[_Queue, deque[float]] = {}
        self._slots: dict[_Reserved, float] = {}
        self._paused: dict[str, float] = {}

    def wait(self, method: str, channel: str, key: str = "") -> float:
        """Return how many seconds a call has to wait; 0 if it may be made now.

        `key` names the caller, for whom a slot is reserved to come back for; without a key no slot is reserved. A caller may
        have slots of several methods: one who edits a message may have to post it again.
        """
        now = self._now()
        pause = self._paused.get(method, 0.0) - now
        if pause > TOLERANCE:
            return pause
        wait = self._wait(method, channel, key)
        if wait <= 0 and method in self._paused:
            self._paused[method] = now + TRIAL
        return wait

    def _wait(self, method: str, channel: str, key: str) -> float:
        now = self._now()
        limit = self._limits.get(method)
        if limit is None:
            return 0.0
        queue = (method, channel if method in PER_CHANNEL else "")
        ahead = self._slots.get((queue, key), -inf) - now
        if ahead > TOLERANCE:
            return ahead
        self._slots.pop((queue, key), None)
        if ahead >= -SLOT_GRACE:
            return 0.0
        return self._next_slot(queue, limit, key)

    def _next_slot(self, queue: _Queue, limit: RateLimit, key: str) -> float:
        now = self._now()
        taken = self._taken.setdefault(queue, deque())
        while taken and taken[0] <= now - limit.seconds:
            taken.popleft()
        slot = now if len(taken) < limit.calls else max(now, taken[-limit.calls] + limit.seconds)
        if slot > now and not key:
            return slot - now
        taken.append(slot)
        if slot > now:
            self._slots[queue, key] = slot
        return slot - now

    def resume(self, method: str) -> None:
        """End the pause of a method, because Slack answered a call to it."""
        self._paused.pop(method, None)

    def pause(self, method: str, seconds: float) -> None:
        """Pause a method for so many seconds, as Slack's Retry-After asks."""
        self._paused[method] = max(self._paused.get(method, 0.0), self._now() + seconds)
