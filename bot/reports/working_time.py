"""How much of a stretch of time lies in somebody's working hours."""

from bisect import bisect_right
from datetime import datetime, timedelta, tzinfo

from handlers.hours import Hours
from handlers.time_words import instant
from storage.codec import micros, moment

_DAY = timedelta(days=1)


class WorkingTime:
    """The working hours between two times, summed up, so that any stretch between them is measured at once.

    Hours are those of a wall clock: a day on which clocks change has as many as the wall shows between its beginning and end,
    counted in time that really passes. Holidays are working days.
    """

    def __init__(self, hours: Hours, zone: tzinfo, since: int, until: int) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []
        day, last = (moment(each).astimezone(zone).date() for each in (since, until))
        past_midnight = _DAY if hours.ends <= hours.begins else timedelta()
        day -= _DAY
        while day <= last:
            if day.weekday() in hours.days:
                begins = instant(datetime.combine(day, hours.begins), zone)
                ends = instant(datetime.combine(day, hours.ends) + past_midnight, zone)
                self._add(micros(begins), micros(ends))
            day += _DAY

    def _add(self, begins: int, ends: int) -> None:
        if self._ends:
            begins = max(begins, self._ends[-1])
        if begins < ends:
            self._before.append(self._before[-1] + self._ends[-1] - self._begins[-1] if self._ends else 0)
            self._begins.append(begins)
            self._ends.append(ends)

    def between(self, since: int, until: int) -> int:
        """Return how many microseconds from one time to another are working time."""
        last, first = bisect_right(self._begins, until) - 1, bisect_right(self._begins, since) - 1
        worked = self._before[last] + min(until, self._ends[last]) - self._begins[last] if last >= 0 else 0
        if first >= 0:
            worked -= self._before[first] + min(since, self._ends[first]) - self._begins[first]
        return worked
