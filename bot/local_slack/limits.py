"""How often Slack lets an app call each method, and the 429 beyond that: one window of calls per method or channel.

docs.slack.dev/apis/web-api/rate-limits: limits count per method, app and workspace. Its tiers are "at least" so many a
minute; whoever relies on the bursts that it tolerates has no promise, so here the least is all there is. Which method is
in which tier: MethodsRateLimits.java of slackapi/java-slack-sdk, and each method's own page.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import NamedTuple


class Limit(NamedTuple):
    """So many calls in any stretch of so many seconds."""

    calls: int
    seconds: float


# "1+ per minute, a small amount of burst behavior is tolerated": an app may hold ten connections, so ten may come at once.
TIER_1 = Limit(10, 600)
TIER_2 = Limit(20, 60)
TIER_3 = Limit(50, 60)
TIER_4 = Limit(100, 60)
HUNDREDS = Limit(300, 60)
# "One message per second per channel", "short bursts > 1 allowed".
PER_CHANNEL = Limit(3, 3)

LIMITS: dict[str, Limit] = {
    "apps.connections.open": TIER_1,
    "auth.test": HUNDREDS,
    "chat.delete": TIER_3,
    "chat.getPermalink": HUNDREDS,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": HUNDREDS,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
CHANNEL_LIMITS: dict[str, Limit] = {"chat.postMessage": PER_CHANNEL}


@dataclass(slots=True)
class RateLimits:
    """The calls that counted lately, by method and by channel."""

    clock: Callable[[], datetime]
    _taken: dict[tuple[str, str], deque[float]] = field(default_factory=dict[tuple[str, str], "deque[float]"])

    def take(self, method: str, channel: str) -> int:
        """Count a call; the answer is 0, or the Retry-After in seconds of one that came too early and does not count."""
        now = self.clock().timestamp()
        windows = [
            (self._window(line, limit, now), limit)
            for line, limit in (
                ((method, ""), LIMITS.get(method)),
                ((method, channel), CHANNEL_LIMITS.get(method)),
            )
            if limit
        ]
        waits = [window[0] + limit.seconds - now for window, limit in windows if len(window) >= limit.calls]
        if waits:
            return max(1, ceil(max(waits)))
        for window, _ in windows:
            window.append(now)
        return 0

    def forget(self) -> None:
        """Begin to count anew."""
        self._taken.clear()

    def _window(self, line: tuple[str, str], limit: Limit, now: float) -> deque[float]:
        window = self._taken.setdefault(line, deque())
        while window and window[0] <= now - limit.seconds:
            window.popleft()
        return window
