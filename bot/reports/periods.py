"""The periods before one that is reported, each as long as it is on the calendar of the policy's time zone."""

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from bot.reports.measures import Period
from handlers.time_words import instant
from storage.codec import micros, moment

EARLIER = 4
"""How many periods a report looks back, to tell whether it is getting better."""


def before(period: Period, zone: tzinfo) -> tuple[Period, ...]:
    """Return the periods before one, the oldest first.

    Before whole months are as many months, before whole days as many days, also where a clock change makes these shorter.
    """
    begins, ends = (moment(each).astimezone(zone) for each in (period.since, period.until))
    months = 12 * (ends.year - begins.year) + ends.month - begins.month
    if months and all(each.day == 1 and _is_midnight(each) for each in (begins, ends)):
        edges = [_months_before(begins, months * back) for back in range(EARLIER, -1, -1)]
    elif begins.time() == ends.time():
        days = (ends.date() - begins.date()).days
        edges = [begins.replace(tzinfo=None) - timedelta(days * back) for back in range(EARLIER, -1, -1)]
    else:
        length = period.until - period.since
        return tuple(
            Period(period.since - length * back, period.since - length * (back - 1))
            for back in range(EARLIER, 0, -1)
        )
    times = [micros(instant(each, zone).astimezone(UTC)) for each in edges]
    return tuple(Period(since, until) for since, until in pairwise(times))


def _is_midnight(at: datetime) -> bool:
    return not any((at.hour, at.minute, at.second, at.microsecond))


def _months_before(at: datetime, months: int) -> datetime:
    year, month = divmod(12 * at.year + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, tzinfo=None)
