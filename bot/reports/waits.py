"""What the releases of a service waited for, in columns of numbers.

There are hundreds of thousands of waits, and nobody looks at one alone: as objects they keep the garbage collector busy for up
to a fifth of the time of a report.
"""

from collections.abc import Iterator

STILL = 2**63 - 1
"""When a wait ends that still lasts: after every time."""


class Waits:
    """The waits for one thing on the way into one environment, in the order of their ends.

    Times are microseconds since 1970.
    """

    __slots__ = ("_releases", "_since", "_until")

    def __init__(self) -> None:
        self._releases: list[int] = []
        self._since: list[int] = []
        self._until: list[int] = []

    def add(self, release: int, since: int, until: int) -> None:
        """Note that a release waited; `until` is STILL if it waits still."""
        self._releases.append(release)
        self._since.append(since)
        self._until.append(until)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Give each wait: its release, since when, and until when."""
        return zip(self._releases, self._since, self._until, strict=True)

    def of(self, release: int) -> Iterator[tuple[int, int]]:
        """Give the waits of one release: since when, and until when."""
        return ((since, until) for number, since, until in self if number == release)

    def first(self) -> int:
        """Return since when the earliest one lasts; raises ValueError if there is none."""
        return min(self._since)
