"""How fast we may call Slack: per method and channel, so that a 429 is never earned and one that comes is obeyed.

Who has to wait is given a place in time that stays his, so that a thousand who wait ask once each and not again and again.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls within so many seconds."""

    calls: int
    seconds: float


LIMITS: dict[str, Limit] = {
    # chat.update is Tier 3 (50 a minute and workspace); the contract keeps cards at 40.
    "chat.update": Limit(40, MINUTE),
    # "about one message per second and channel" (Slack's rate limits page), in each channel by itself.
    "chat.postMessage": Limit(1, 1.05),
    # Tier 4: 100 a minute.
    "chat.postEphemeral": Limit(90, MINUTE),
    "users.info": Limit(90, MINUTE),
    # Tier 2: 20 a minute.
    "usergroups.users.list": Limit(18, MINUTE),
}

PER_CHANNEL = frozenset({"chat.postMessage"})
SLACK = 0.02
"""A place in time counts as come, and a pause as over, when it is this many seconds away."""

TRIAL = 1.0
"""How many seconds the others wait for the first one after a pause: where he is refused, none of them has used a turn."""

LATE = 1.0
"""Who comes back this many seconds after his place has lost it: many who were kept away would all come at once."""


class Pace:
    """The calls of the last minute, the places given, and pauses that Slack asked for. `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float], limits: dict[str, Limit] | None = None) -> None:
        self._now = now
        self._limits = LIMITS if limits is None else limits
        self._taken: dict[tuple[str, str], deque[float]] = {}
        self._places: dict[str, float] = {}
        self._paused: dict[str, float] = {}

    def wait(self, method: str, channel: str, key: str = "") -> float:
        """Say how many seconds a call has to wait; 0 means that its turn is now.

        `key` names the caller: he is given a place in time that he comes back for. Without one nothing is kept for him.
        """
        now = self._now()
        pause = self._paused.get(method, 0.0) - now
        if pause > SLACK:
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
        ahead = self._places.get(key, -inf) - now
        if ahead > SLACK:
            return ahead
        self._places.pop(key, None)
        if ahead >= -LATE:
            return 0.0
        return self._next_place((method, channel if method in PER_CHANNEL else ""), limit, key)

    def _next_place(self, line: tuple[str, str], limit: Limit, key: str) -> float:
        now = self._now()
        taken = self._taken.setdefault(line, deque())
        while taken and taken[0] <= now - limit.seconds:
            taken.popleft()
        place = now if len(taken) < limit.calls else max(now, taken[-limit.calls] + limit.seconds)
        if place > now and not key:
            return place - now
        taken.append(place)
        if place > now:
            self._places[key] = place
        return place - now

    def well(self, method: str) -> None:
        """Take note that a method was answered: a pause of it is over for all."""
        self._paused.pop(method, None)

    def pause(self, method: str, seconds: float) -> None:
        """Let a method rest, as Slack's Retry-After asks."""
        self._paused[method] = max(self._paused.get(method, 0.0), self._now() + seconds)
