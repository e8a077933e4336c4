"""Limits the rate of calls to Slack, per method and channel, to avoid 429s.

The Retry-After of a 429 pauses its method. A waiting caller is told when to come back, so that 1,000 callers retry once each;
a slot goes to the highest rank that waits for it.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

MINUTE = 60.0


class Rank(IntEnum):
    """What goes first where several wait for one slot: a call to people before everything else.

    A card is its first post, without which nothing can be clicked; news are announcements and what is shown in the channel;
    lines are posts in a thread. Reminders go last.
    """

    CALL = 0
    CARD = 1
    NEWS = 2
    LINE = 3
    REMINDER = 4


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
    "views.publish": RateLimit(90, MINUTE),
    # Tier 3: 50 a minute.
    "functions.completeError": RateLimit(45, MINUTE),
    "functions.completeSuccess": RateLimit(45, MINUTE),
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
"""Seconds after which somebody who did not come back for a slot waits no more.

Otherwise all slots that were promised would be used at once after an outage.
"""

LATE = 0.05
"""Seconds that a slot may be used late and still count as used in time: what the limits leave to Slack's."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits for a slot: the rank, the number in the order of arrival, and when they were told to come back."""

    rank: Rank
    number: int
    back_at: float


@dataclass(slots=True)
class SlotQueue:
    """The slots of one method, or of one method in one channel: when they were used, and who waits."""

    limit: RateLimit
    taken: deque[float] = field(default_factory=deque[float])
    waiting: dict[str, Waiter] = field(default_factory=dict[str, Waiter])
    arrived: int = 0

    def wait(self, key: str, rank: Rank, now: float) -> float:
        """Return how many seconds somebody waits for a slot; 0 if they have it, which counts it as used.

        Without a key nobody waits here: they come after all who do.
        """
        self._forget(now)
        own = self._own(key, rank)
        ahead = sum(1 for each in self.waiting.values() if _before(each, own))
        slot = self._slot(ahead, now)
        if slot <= now + TOLERANCE:
            self.waiting.pop(key, None)
            self.taken.append(slot if slot > now else self._used_at(own, now))
            return 0.0
        if key:
            self.waiting[key] = Waiter(own.rank, own.number, slot)
        return slot - now

    def _forget(self, now: float) -> None:
        """Forget who did not come back, and calls that no longer count."""
        for key in [key for key, each in self.waiting.items() if each.back_at < now - SLOT_GRACE]:
            del self.waiting[key]
        while self.taken and self.taken[0] <= now - self.limit.seconds:
            self.taken.popleft()

    def _own(self, key: str, rank: Rank) -> Waiter:
        """Return where somebody stands in line; a higher rank than before counts."""
        known = self.waiting.get(key) if key else None
        if known is not None:
            return Waiter(min(known.rank, rank), known.number, known.back_at)
        self.arrived += 1
        return Waiter(rank if key else Rank.LINE, self.arrived, 0.0)

    def _slot(self, ahead: int, now: float) -> float:
        """Return when the slot after those of `ahead` others comes."""
        times = deque(self.taken, maxlen=self.limit.calls)
        slot = now
        for _ in range(ahead + 1):
            slot = now if len(times) < self.limit.calls else max(now, times[0] + self.limit.seconds)
            times.append(slot)
        return slot

    def _used_at(self, own: Waiter, now: float) -> float:
        """Return when a slot counts as used: as promised, if that was at most LATE ago and others left it room."""
        if not own.back_at:
            return now
        full = len(self.taken) >= self.limit.calls
        free_at = self.taken[-self.limit.calls] + self.limit.seconds if full else own.back_at
        return max(free_at, own.back_at, now - LATE)


def _before(waiter: Waiter, other: Waiter) -> bool:
    return (waiter.rank, waiter.number) < (other.rank, other.number)


class RateLimiter:
    """Sliding-window limits whose slots go by rank, and the pauses that Slack asks for.

    `now` returns monotonic seconds.
    """

    def __init__(self, now: Callable[[], float], limits: dict[str, RateLimit] | None = None) -> None:
        self._now = now
        self._limits = RATE_LIMITS if limits is None else limits
        self._queues: dict[
            tuple[str, str], SlotQueue
        ] = {}  # by method and, if each has its own limit, channel
        self._paused: dict[str, float] = {}

    def wait(self, method: str, channel: str, key: str = "", rank: Rank = Rank.LINE) -> float:
        """Return how many seconds a call has to wait; 0 if it may be made now.

        `key` names the caller, who comes back for the slot; without a key no slot is kept.
        """
        now = self._now()
        pause = self._paused.get(method, 0.0) - now
        if pause > TOLERANCE:
            return pause
        limit = self._limits.get(method)
        if limit is None:
            wait = 0.0
        else:
            place = (method, channel if method in PER_CHANNEL else "")
            wait = self._queues.setdefault(place, SlotQueue(limit)).wait(key, rank, now)
        if wait <= 0 and method in self._paused:
            self._paused[method] = now + TRIAL
        return wait

    def leave(self, method: str, channel: str, key: str) -> None:
        """Wait no more: what somebody had to say is not wanted any more."""
        queue = self._queues.get((method, channel if method in PER_CHANNEL else ""))
        if queue is not None:
            queue.waiting.pop(key, None)

    def resume(self, method: str) -> None:
        """End the pause of a method, because Slack answered a call to it."""
        self._paused.pop(method, None)

    def pause(self, method: str, seconds: float) -> None:
        """Pause a method for so many seconds, as Slack's Retry-After asks."""
        self._paused[method] = max(self._paused.get(method, 0.0), self._now() + seconds)
