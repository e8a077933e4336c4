"""How much of a stretch of time lies in somebody's working hours."""

from bisect import bisect_right
from datetime import datetime, timedelta, tzinfo

from handlers.hours import Hours
from handlers.time_words import instant
from storage.codec import micros, moment

_DAY = timedelta(days=1)

_NEVER = -(2**63)
"""When the working day before all others began and ended, without an hour of work."""


class WorkingTime:
    """The working hours between two times, summed up, so that any stretch between them is measured at once.

    Hours are those of a wall clock: a day on which clocks change has as many as the wall shows between its beginning and end,
    counted in time that really passes. Holidays are working days.
    """

    def __init__(self, hours: Hours, zone: tzinfo, since: int, until: int) -> None:
        self._begins, self._ends, self._worked = [_NEVER], [_NEVER], [0]
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
        begins = max(begins, self._ends[-1])
        if begins < ends:
            self._begins.append(begins)
            self._ends.append(ends)
            self._worked.append(self._worked[-1] + ends - begins)

    def between(self, since: int, until: int) -> int:
        """Return how many microseconds from one time to another are working time."""
        return self._before(until) - self._before(since)

    def _before(self, time: int) -> int:
        day = bisect_right(self._begins, time) - 1
        rest = self._ends[day] - time
        return self._worked[day] - rest if rest > 0 else self._worked[day]
