"""When to look at what again: never all at the same moment, more rarely where nothing is heard, soon where there is a hint."""

import random
from collections.abc import Callable, Collection

LONGEST = 120.0
"""How many seconds pass at most between two looks at a CI that does not answer."""

SOONEST = 1.0
"""How many seconds pass at least between two looks at the same thing, however many hints there are."""


class Rhythm:
    """The next look at each of several things, in monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._due: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._silent: dict[str, int] = {}

    def is_due(self, key: str) -> bool:
        """Whether it is time to look; what was never looked at is due."""
        return self._due.get(key, 0.0) <= self._now()

    def looked(self, key: str, seconds: float, *, heard: bool = True) -> None:
        """Look again in about so many seconds, later and later while nothing is heard."""
        silent = self._silent[key] = 0 if heard else min(8, self._silent.get(key, 0) + 1)
        wait = seconds if heard else max(seconds, min(LONGEST, seconds * 2**silent))
        self._last[key] = self._now()
        self._due[key] = self._now() + wait * random.uniform(0.9, 1.1)  # noqa: S311 - no secret

    def hint(self, key: str) -> None:
        """Look as soon as that is polite."""
        self._due[key] = min(self._due.get(key, 0.0), self._last.get(key, 0.0) + SOONEST)

    def keep(self, keys: Collection[str]) -> None:
        """Forget everything else."""
        for times in (self._due, self._last, self._silent):
            for key in [key for key in times if key not in keys]:
                del times[key]

    def rest(self, longest: float) -> float:
        """Say for how many seconds nothing is due, at most so many."""
        now = self._now()
        return min([longest, *(max(0.02, due - now) for due in self._due.values())])
