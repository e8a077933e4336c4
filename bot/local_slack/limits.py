"""Slack's rate limits: a window of calls per method or channel, then a 429.

docs.slack.dev/apis/web-api/rate-limits: limits count per method, app and workspace. The tiers promise "at least" so many
calls a minute and tolerate bursts; only the promise is granted here. Tiers of methods: MethodsRateLimits.java of
slackapi/java-slack-sdk, and each method's own page.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import NamedTuple


class MethodLimit(NamedTuple):
    """The number of calls allowed in any period of so many seconds."""

    calls: int
    seconds: float


# "1+ per minute, a small amount of burst behavior is tolerated": an app may hold ten connections, so ten may come at once.
TIER_1 = MethodLimit(10, 600)
TIER_2 = MethodLimit(20, 60)
TIER_3 = MethodLimit(50, 60)
TIER_4 = MethodLimit(100, 60)
HUNDREDS = MethodLimit(300, 60)
# "One message per second per channel", "short bursts > 1 allowed".
PER_CHANNEL = MethodLimit(3, 3)

LIMITS: dict[str, MethodLimit] = {
    "apps.connections.open": TIER_1,
    "auth.test": HUNDREDS,
    "chat.delete": TIER_3,
    "chat.getPermalink": HUNDREDS,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": HUNDREDS,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "functions.completeError": TIER_3,
    "functions.completeSuccess": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
CHANNEL_LIMITS: dict[str, MethodLimit] = {"chat.postMessage": PER_CHANNEL}


@dataclass(slots=True)
class RateLimits:
    """The recent calls, by method and by channel."""

    clock: Callable[[], datetime]
    _taken: dict[tuple[str, str], deque[float]] = field(default_factory=dict[tuple[str, str], "deque[float]"])

    def take(self, method: str, channel: str) -> int:
        """Count a call and return 0, or the Retry-After of one that is too early."""
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

    def _window(self, line: tuple[str, str], limit: MethodLimit, now: float) -> deque[float]:
        window = self._taken.setdefault(line, deque())
        while window and window[0] <= now - limit.seconds:
            window.popleft()
        return window
