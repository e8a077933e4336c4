"""Decides when to poll what.

Polls have jitter, back off while a CI does not answer, and come soon after a hint.
"""

import math
import random
from collections.abc import Callable, Collection, Iterable

LONGEST = 120.0
"""Maximum seconds between two polls of a CI that does not answer."""

SOONEST = 1.0
"""Minimum seconds between two polls of the same key, however many hints there are."""

FIRST_AT_ONCE = 20
FIRST_EACH_SECOND = 2.5
"""How many keys have their first poll at once, and how many of the others a second.

A first poll of GitHub takes up to three requests, of builds two; GitHub takes 900 a minute (its docs, "Rate limits for the REST
API", secondary rate limits). With 500 services a start would run into that, and the runs in flight would wait, too.
"""


class PollSchedule:
    """The next poll of each key, in monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._due: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._hinted: dict[str, float] = {}

    def is_due(self, key: str) -> bool:
        """Return whether a key is due; True for one that was never polled."""
        return self._due.get(key, 0.0) <= self._now()

    def spread(self, keys: Iterable[str]) -> None:
        """Plan the first polls of keys that were never polled, so that many of them do not come at once."""
        never = [key for key in keys if key not in self._due]
        for place, key in enumerate(never[FIRST_AT_ONCE:], 1):
            self._due[key] = self._now() + place / FIRST_EACH_SECOND

    def schedule_next(self, key: str, seconds: float, *, answered: bool = True) -> None:
        """Plan the next poll in about so many seconds, later if not `answered`.

        The wait doubles with each poll without an answer. A hint that came since the last plan is kept: what it announced
        may have happened after a poll that is under way was answered.
        """
        hinted = self._hinted.pop(key, -math.inf) > self._last.get(key, math.inf)
        failures = self._failures[key] = 0 if answered else min(8, self._failures.get(key, 0) + 1)
        wait = seconds if answered else max(seconds, min(LONGEST, seconds * 2**failures))
        self._last[key] = self._now()
        # Jitter is no secret.
        self._due[key] = self._now() + (SOONEST if hinted else wait * random.uniform(0.9, 1.1))  # noqa: S311

    def poll_soon(self, key: str) -> None:
        """Poll as soon as SOONEST allows."""
        self._hinted[key] = self._now()
        self._due[key] = min(self._due.get(key, 0.0), self._last.get(key, 0.0) + SOONEST)

    def retain_only(self, keys: Collection[str]) -> None:
        """Forget all keys but these."""
        for times in (self._due, self._last, self._failures, self._hinted):
            for key in [key for key in times if key not in keys]:
                del times[key]

    def seconds_until_due(self, longest: float) -> float:
        """Return the seconds until the next key is due, at most `longest`."""
        now = self._now()
        return min([longest, *(max(0.02, due - now) for due in self._due.values())])
