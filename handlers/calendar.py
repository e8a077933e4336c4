"""The calendar of an environment: its windows, freezes and holidays, and when a deployment may start.

Windows are read on the wall clock of the policy's zone; a freeze is two moments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256

from handlers.time_words import instant

DAYS_SEARCHED = 400
"""How many days ahead an opening is looked for: windows repeat weekly, and no holidays last for a year."""

DAYS_OPEN = 8
"""How many days ahead a closing is looked for: what is open for longer closes too late for anybody to hurry."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours in which a deployment may start, on some days of the week (Monday is 0).

    One that `ends` at or before it `begins` goes past midnight, and belongs to the day on which it begins. With `last_start`
    nothing starts from then on. With `not_on_holidays` it does not open on a day whose holidays are not known.
    """

    days: frozenset[int]
    begins: time
    ends: time
    last_start: time | None = None
    not_on_holidays: bool = False

    @property
    def closes(self) -> time:
        """The time from which nothing starts."""
        return self.ends if self.last_start is None else self.last_start

    def opening(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return when it would open on a day, and when it would close, in UTC."""
        ends_on = day + _DAY if self.closes <= self.begins else day
        begins = instant(datetime.combine(day, self.begins), zone)
        return begins, instant(datetime.combine(ends_on, self.closes), zone)

    def __str__(self) -> str:
        days = ",".join(str(day) for day in sorted(self.days))
        return f"{days} {self.begins} {self.ends} {self.last_start} {self.not_on_holidays}"


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which nothing starts, from its beginning until its end, both in UTC.

    Without `services` or `environments` it is for all of them.
    """

    name: str
    begins: datetime
    ends: datetime
    reason: str = ""
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()

    def concerns(self, service: str, environment: str) -> bool:
        """Return whether it freezes an environment of a service."""
        named = not self.services or service in self.services
        return named and (not self.environments or environment in self.environments)

    def in_force(self, now: datetime) -> bool:
        """Return whether it is in force."""
        return self.begins <= now < self.ends


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a deployment to one environment may start; without windows that is always.

    `freezes` are those of this environment. `holidays` are known up to and with `known_until`, of none if that is None;
    `rule` says which they are, whatever the year.
    """

    zone: tzinfo = UTC
    windows: tuple[Window, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    holidays: frozenset[date] = frozenset()
    known_until: date | None = None
    rule: str = ""

    @property
    def key(self) -> str:
        """What differs once the windows do: a digest of them, their zone and the rule of holidays; empty without any."""
        if not self.windows:
            return ""
        ruled = self.rule if any(window.not_on_holidays for window in self.windows) else ""
        written = "\n".join((str(self.zone), ruled, *sorted(map(str, self.windows))))
        return sha256(written.encode()).hexdigest()[:16]

    @property
    def windows_key(self) -> str:
        """The same, with a word of its own where there are no windows."""
        return self.key or "none"

    def is_open(self, now: datetime) -> bool:
        """Return whether the windows let a deployment start; a freeze is not asked."""
        return self.opens_at(now) == now

    def opens_at(self, now: datetime) -> datetime | None:
        """Return the next moment at which the windows let a deployment start, in UTC, which may be now.

        None if that is not known: nothing opens within DAYS_SEARCHED, or the holidays are not known that far.
        """
        if not self.windows:
            return now
        for begins, closes in self._openings(now):
            if closes > now:
                return max(begins, now)
        return None

    def closes_at(self, now: datetime) -> datetime | None:
        """Return when what is open now closes, in UTC; windows that touch or overlap close together.

        None if nothing is open, or if it does not close within DAYS_OPEN.
        """
        if not self.windows or not self.is_open(now):
            return None
        end = now
        for begins, closes in self._openings(now, DAYS_OPEN):
            if begins > end:
                return end
            end = max(end, closes)
        searched = now.astimezone(self.zone).date() + timedelta(days=DAYS_OPEN)
        return end if end < instant(datetime.combine(searched, time()), self.zone) else None

    def frozen_by(self, now: datetime) -> tuple[Freeze, ...]:
        """Return the freezes in force, the one that ends last first."""
        found = (freeze for freeze in self.freezes if freeze.in_force(now))
        return tuple(sorted(found, key=lambda freeze: (freeze.ends, freeze.name), reverse=True))

    def starts_at(self, now: datetime) -> datetime | None:
        """Return the next moment at which windows and freezes let a deployment start; None if that is not known."""
        at = self.opens_at(now)
        while at is not None and (frozen := self.frozen_by(at)):
            at = self.opens_at(frozen[0].ends)
        return at

    def changes_at(self, now: datetime) -> datetime | None:
        """Return when windows or freezes change next whether something may start; None if that is not known."""
        freezes = (at for freeze in self.freezes for at in (freeze.begins, freeze.ends) if at > now)
        hours = self.closes_at(now) if self.is_open(now) else self.opens_at(now)
        return min((at for at in (*freezes, hours) if at is not None), default=None)

    def _openings(self, now: datetime, days: int = DAYS_SEARCHED) -> Iterator[tuple[datetime, datetime]]:
        """Return when each window opens and closes, in order, from the one that began yesterday."""
        today = now.astimezone(self.zone).date()
        for ahead in range(-1, days):
            day = today + timedelta(days=ahead)
            found = (window.opening(day, self.zone) for window in self.windows if self._has(window, day))
            yield from sorted(opening for opening in found if opening[0] < opening[1])

    def _has(self, window: Window, day: date) -> bool:
        """Return whether a window opens on a day."""
        if day.weekday() not in window.days:
            return False
        if not window.not_on_holidays:
            return True
        return self.known_until is not None and day <= self.known_until and day not in self.holidays
