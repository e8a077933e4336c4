"""How fast we may call Slack: per method and channel, so that a 429 is never earned and one that comes is obeyed."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

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


class Pace:
    """The calls of the last minute, and pauses that Slack asked for. `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float], limits: dict[str, Limit] | None = None) -> None:
        self._now = now
        self._limits = LIMITS if limits is None else limits
        self._calls: dict[tuple[str, str], deque[float]] = {}
        self._paused: dict[str, float] = {}

    def wait(self, method: str, channel: str) -> float:
        """Say how many seconds a call has to wait; 0 takes its place right away."""
        now = self._now()
        pause = self._paused.get(method, 0.0) - now
        if pause > 0:
            return pause
        limit = self._limits.get(method)
        if limit is None:
            return 0.0
        calls = self._calls.setdefault((method, channel if method in PER_CHANNEL else ""), deque())
        while calls and calls[0] <= now - limit.seconds:
            calls.popleft()
        if len(calls) >= limit.calls:
            return calls[0] + limit.seconds - now
        calls.append(now)
        return 0.0

    def pause(self, method: str, seconds: float) -> None:
        """Let a method rest, as Slack's Retry-After asks."""
        self._paused[method] = max(self._paused.get(method, 0.0), self._now() + seconds)
