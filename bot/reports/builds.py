"""The builds of one branch, as they were reported: where each has its place, and when it was ready."""

from bisect import bisect_right


class Builds:
    """Builds in the order of their branch, also if a later one is told first."""

    def __init__(self) -> None:
        self._positions: list[int] = []
        self._ready: list[int] = []

    def add(self, position: int, ready: int) -> None:
        """Note when the build at a position was ready."""
        place = bisect_right(self._positions, position)
        self._positions.insert(place, position)
        self._ready.insert(place, ready)

    def ready(self, after: int, until: int) -> tuple[int, ...]:
        """Return when the builds were ready that come after a position, as far as another one."""
        return tuple(self._ready[bisect_right(self._positions, after) : bisect_right(self._positions, until)])
