"""Tracks which connections answer: each CI, Slack, the database.

A connection that is refused or silent keeps the first moment of its silence and the latest refusal in words. What is kept
here is read by cards, `why`, /readyz and /metrics at once, and by what tells operators after a while.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock

SLACK = "Slack"
SLACK_SOCKET = "Slack's Socket Mode"
DATABASE = "the database"
"""Names of what is connected beside the CIs; no CI can have them, because theirs have no capitals and no spaces."""

STALE = timedelta(minutes=30)
"""After how long a refusal that nobody repeats says nothing any more; the rarest polls come every 20 minutes."""

MOST_PLACES = 500


@dataclass(frozen=True, slots=True)
class Condition:
    """How a connection is: its last answer, and what it has said since it stopped to work.

    `refused_since` is None while it works, `refused_at` the latest refusal. `place` is what is refused there, empty if all of
    the connection is. `expires_at` is when its token ends, as far as it says so.
    """

    name: str
    answered_at: datetime | None = None
    refused_since: datetime | None = None
    refusal: str = ""
    expires_at: datetime | None = None
    refused_at: datetime | None = None
    place: str = ""


Listener = Callable[[Condition], None]

_heard: ContextVar[list[str] | None] = ContextVar("refusals_heard", default=None)


class Health:
    """The conditions of all connections, of this process alone: each replica has connections of its own.

    A refusal holds for a whole connection, or for one place of it, such as a path of its API: others may answer well. The
    condition of a connection is the worst of both. What waits for a CI, such as a run, can be silent too, by its own key.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._whole: dict[str, Condition] = {}
        self._places: dict[tuple[str, str], Condition] = {}
        self._waiting: dict[str, Condition] = {}
        self._began: dict[str, datetime] = {}
        self.listeners: list[Listener] = []

    def answered(self, name: str, place: str = "") -> None:
        """Note that a connection works, and with it a place of it and all that this is part of."""
        before = self.of(name)
        known = self._whole.get(name) or Condition(name)
        self._whole[name] = replace(known, answered_at=self._clock.now(), refused_since=None, refusal="")
        self._began.pop(name, None)
        if place and self._places:
            for key in [each for each in self._places if each[0] == name and _holds(each[1], place)]:
                del self._places[key]
        if before.refused_since is not None and self.of(name).refused_since is None:
            self._notify(name)

    def refused(self, name: str, words: str, place: str = "") -> None:
        """Note that a connection does not work, or a place of it, and what it or the network said, for people to read."""
        before, now = self.of(name), self._clock.now()
        if (heard := _heard.get()) is not None:
            heard.append(words)
        if place:
            known = self._places.pop((name, place), None) or Condition(name, place=place)
            self._places[name, place] = self._refused_again(known, words, now)
            self._drop_oldest()
        else:
            known = self._whole.get(name) or Condition(name)
            self._whole[name] = self._refused_again(known, words, now)
        after = self.of(name)
        if (before.refused_since, before.refusal) != (after.refused_since, after.refusal):
            self._notify(name)

    def _refused_again(self, known: Condition, words: str, now: datetime) -> Condition:
        began = self._began.get(known.name, now) if not known.place else now
        since = min(began, now) if _is_over(known, now) else known.refused_since
        return replace(known, refused_since=since, refused_at=now, refusal=words)

    def began(self, name: str, since: datetime) -> None:
        """Note since when a connection was silent before this process started; that holds until it answers."""
        self._began[name] = since

    def expires(self, name: str, at: datetime | None) -> None:
        """Note when the token of a connection ends."""
        before = self.of(name)
        self._whole[name] = replace(self._whole.get(name) or Condition(name), expires_at=at)
        if before.expires_at != at:
            self._notify(name)

    def forget(self, name: str) -> None:
        """Forget a connection that is not in the policy any more, or was set anew."""
        self._whole.pop(name, None)
        self._began.pop(name, None)
        for key in [each for each in self._places if each[0] == name]:
            del self._places[key]

    def of(self, name: str) -> Condition:
        """Return the condition of a connection; nothing is known of one that was never used."""
        now, whole = self._clock.now(), self._whole.get(name) or Condition(name)
        if whole.refused_since is not None:
            return whole if not _is_over(whole, now) else replace(whole, refused_since=None, refusal="")
        worst = min(
            (each for each in self._places.values() if each.name == name and not _is_over(each, now)),
            key=lambda each: (each.refused_since or now, each.place),
            default=None,
        )
        if worst is None:
            return whole
        return replace(worst, answered_at=whole.answered_at, expires_at=whole.expires_at)

    def silent(self) -> tuple[Condition, ...]:
        """List what does not work now, the longest silence first."""
        unwell = [each for each in self.all() if each.refused_since is not None]
        return tuple(sorted(unwell, key=lambda each: (each.refused_since, each.name)))

    def all(self) -> tuple[Condition, ...]:
        """List the conditions of all connections that were used."""
        return tuple(map(self.of, dict.fromkeys((*self._whole, *(name for name, _ in self._places)))))

    @contextmanager
    def listening(self) -> Generator[list[str]]:
        """Collect the refusals that are met by what runs inside, in words."""
        heard: list[str] = []
        token = _heard.set(heard)
        try:
            yield heard
        finally:
            _heard.reset(token)

    def waits(self, key: str, name: str, words: str) -> bool:
        """Note that something cannot be asked about, such as a run; return whether that is new or has other words."""
        known, now = self._waiting.get(key), self._clock.now()
        if known is not None:
            self._waiting[key] = replace(known, refusal=words, refused_at=now)
            return known.refusal != words
        began = self._began.get(name, now)
        self._waiting[key] = Condition(name, refused_since=min(began, now), refused_at=now, refusal=words)
        return True

    def found(self, key: str) -> bool:
        """Note that it could be asked about; return whether it could not before."""
        return self._waiting.pop(key, None) is not None

    def waiting(self) -> dict[str, Condition]:
        """Return what cannot be asked about, by its key."""
        return dict(self._waiting)

    def concerning(self, key: str, name: str) -> Condition | None:
        """Return why something cannot be asked about, or its whole connection; None if it can be, as far as is known."""
        whole = self._whole.get(name)
        refused = whole is not None and not _is_over(whole, self._clock.now())
        return self._waiting.get(key) or (whole if refused else None)

    def _drop_oldest(self) -> None:
        for key in list(self._places)[:-MOST_PLACES]:
            del self._places[key]

    def _notify(self, name: str) -> None:
        for listener in self.listeners:
            listener(self.of(name))


def _holds(place: str, inner: str) -> bool:
    """Return whether a place is another one or holds it."""
    return inner == place or inner.startswith(f"{place}/")


def _is_over(condition: Condition, now: datetime) -> bool:
    """Return whether nothing is refused, or nothing was for so long that it says nothing any more."""
    at = condition.refused_at or condition.refused_since
    return condition.refused_since is None or at is None or now - at >= STALE
