"""Which point the bot dies at next: the one that lacks most, where the story passes it; and what was reached in the end."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.crash.probe import Place, Point

_MOST_MISSES = 6
_LATEST_PASSAGE = 12


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the bot shall die in a chapter: the n-th passage of a place."""

    chapter: str
    place: Place
    passage: int


class Coverage:
    """The points of one share, how often each chapter passes them, and how often the bot has died there."""

    def __init__(self, points: Sequence[Point], runs: int, chance: random.Random) -> None:
        self._mine = {point.number for point in points}
        self._runs = runs
        self._chance = chance
        self._passages: dict[str, dict[Place, int]] = defaultdict(dict)
        self._misses: Counter[tuple[str, Place]] = Counter()
        self._under_way: Counter[int] = Counter()
        self.kills: Counter[Place] = Counter()

    def learn(self, chapter: str, counts: Sequence[int]) -> None:
        """Take note of how often a chapter passed each place."""
        known = self._passages[chapter]
        for code, count in enumerate(counts):
            place = Place.of(code)
            if count and place.point in self._mine:
                known[place] = max(known.get(place, 0), min(count, _LATEST_PASSAGE))

    def died_at(self, point: int) -> int:
        """Give how often the bot has died at a point."""
        return sum(count for place, count in self.kills.items() if place.point == point)

    def lack(self, point: int) -> int:
        """Give how often it still has to die there."""
        return self._runs - self.died_at(point)

    @property
    def passed(self) -> set[int]:
        """The points that the story passes."""
        return {place.point for places in self._passages.values() for place in places}

    @property
    def complete(self) -> bool:
        return all(self.lack(point) <= 0 for point in self.passed)

    def wants(self, chapter: str) -> bool:
        """Say whether a chapter has points that lack something."""
        return bool(self._candidates(chapter))

    def _candidates(self, chapter: str) -> list[Place]:
        return [
            place
            for place in self._passages[chapter]
            if self.lack(place.point) > self._under_way[place.point]
            and self._misses[chapter, place] < _MOST_MISSES
        ]

    def choose(self, chapter: str) -> Aim | None:
        """Choose where to die in a chapter: what lacks most and is passed in the fewest chapters; its moments take turns."""
        candidates = self._candidates(chapter)
        if not candidates:
            return None
        points = {place.point for place in candidates}
        point = max(points, key=lambda each: (self._urgency(each), self._chance.random()))
        moments = [place for place in candidates if place.point == point]
        place = min(moments, key=lambda each: (self.kills[each], self._chance.random()))
        latest = max(1, self._passages[chapter][place] // (1 + self._misses[chapter, place]))
        self._under_way[point] += 1
        return Aim(chapter, place, self._chance.randint(1, latest))

    def _urgency(self, point: int) -> float:
        chapters = sum(any(place.point == point for place in places) for places in self._passages.values())
        return self.lack(point) / chapters

    def settle(self, aim: Aim, *, died: bool) -> None:
        """Take note of what became of an aim."""
        self._under_way[aim.place.point] -= 1
        if died:
            self.kills[aim.place] += 1
        else:
            self._misses[aim.chapter, aim.place] += 1
