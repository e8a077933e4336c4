"""Which point the bot dies at next: the one that lacks most, where the story passes it; and what was reached in the end."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.crash.probe import Place

_MOST_MISSES = 6
_LATEST_PASSAGE = 12
_MOST_ELUDED = 6
"""A point that was not passed so often in a row, where the bot should have died at it, is not on the path."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the bot shall die in a chapter: the n-th passage of a place."""

    chapter: str
    place: Place
    passage: int


class Coverage:
    """The points of one share with how often the bot shall die at each, how often each chapter passes them, and the deaths."""

    def __init__(self, wanted: Mapping[int, int], chance: random.Random) -> None:
        self._wanted = wanted
        self._chance = chance
        self._passages: dict[str, dict[Place, int]] = defaultdict(dict)
        self._chapters: dict[int, set[str]] = defaultdict(set)
        self._died: Counter[int] = Counter()
        self._misses: Counter[tuple[str, Place]] = Counter()
        self._under_way: Counter[int] = Counter()
        self._told: Counter[int] = Counter()
        self._eluded: Counter[int] = Counter()
        self._always: frozenset[int] = frozenset()
        self.kills: Counter[Place] = Counter()

    def learn(self, chapter: str, counts: Sequence[int]) -> None:
        """Take note of how often a chapter passed each place."""
        known = self._passages[chapter]
        for code, count in enumerate(counts):
            if not count:
                continue
            place = Place.of(code)
            if place.point in self._wanted:
                known[place] = max(known.get(place, 0), min(count, _LATEST_PASSAGE))
                self._chapters[place.point].add(chapter)

    def told(self, counts: Sequence[int]) -> None:
        """Take note of what one telling, in which nobody died by chance, has passed as a whole."""
        self._told.update(
            {Place.of(code).point for code, count in enumerate(counts) if count} & self._wanted.keys()
        )

    def settle_path(self, story_runs: int) -> None:
        """Call path what each of so many story_runs has passed; what is passed now and then is killed at now and then."""
        self._always = frozenset(point for point, times in self._told.items() if times == story_runs)

    @property
    def eluding(self) -> frozenset[int]:
        """The points that were passed at first and then no more, such as what follows where a busy machine answers late."""
        return frozenset(point for point in self._always if self._eluded[point] >= _MOST_ELUDED)

    @property
    def path(self) -> frozenset[int]:
        """The points that every telling passes."""
        return self._always - self.eluding

    def died_at(self, point: int) -> int:
        """Give how often the bot has died at a point."""
        return self._died[point]

    def lack(self, point: int) -> int:
        """Give how often it still has to die there."""
        return self._wanted[point] - self.died_at(point)

    @property
    def passed(self) -> set[int]:
        """The points that the story passes."""
        return set(self._chapters)

    @property
    def over(self) -> bool:
        """Whether nothing lacks, or what lacks is not reached any more."""
        lacking = [point for point in self.path if self.lack(point) > 0]
        return not any(self._reachable(point) for point in lacking)

    def _reachable(self, point: int) -> bool:
        return any(
            place.point == point and self._misses[chapter, place] < _MOST_MISSES
            for chapter in self._chapters[point]
            for place in self._passages[chapter]
        )

    def wants(self, chapter: str) -> bool:
        """Say whether a chapter has points that lack something."""
        return bool(self._candidates(chapter))

    def _candidates(self, chapter: str) -> list[Place]:
        return [
            place
            for place in self._passages[chapter]
            if self.lack(place.point) > self._under_way[place.point]
            and self._misses[chapter, place] < _MOST_MISSES
            and self._eluded[place.point] < _MOST_ELUDED
        ]

    def choose(self, chapter: str) -> Aim | None:
        """Choose where to die in a chapter: what lacks most and is passed in the fewest chapters; its moments take turns."""
        candidates = self._candidates(chapter)
        if not candidates:
            return None
        points = {place.point for place in candidates}
        point = max(points, key=lambda each: (each in self.path, self._urgency(each), self._chance.random()))
        moments = [place for place in candidates if place.point == point]
        place = min(moments, key=lambda each: (self.kills[each], self._chance.random()))
        latest = max(1, self._passages[chapter][place] // (1 + self._misses[chapter, place]))
        self._under_way[point] += 1
        return Aim(chapter, place, self._chance.randint(1, latest))

    def _urgency(self, point: int) -> float:
        return self.lack(point) / len(self._chapters[point])

    def settle(self, aim: Aim, *, died: bool, passed: bool) -> None:
        """Take note of what became of an aim, and whether the chapter passed its place at all."""
        self._under_way[aim.place.point] -= 1
        self._eluded[aim.place.point] = 0 if passed else self._eluded[aim.place.point] + 1
        if died:
            self.kills[aim.place] += 1
            self._died[aim.place.point] += 1
            self._misses[aim.chapter, aim.place] = 0
        else:
            self._misses[aim.chapter, aim.place] += 1
