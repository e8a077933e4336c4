"""Reads the times that options of the command line name: a time with its zone, or as people write them."""

from datetime import UTC, datetime, timedelta, tzinfo

from bot.commands.output import CommandError
from handlers.time_ranges import TimeRange, read_range

_ANY_TIME = "2000-01-01"
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def read_since(option: str, word: str, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """Return the time that an option names as a beginning; None if it names none.

    Raises CommandError.
    """
    found = _time(option, word, f"since {word}", (now, zone))
    return found.since if isinstance(found, TimeRange) else found


def read_until(option: str, word: str, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """Return the time that an option names as an end: a day that is named belongs to what is before it.

    Raises CommandError.
    """
    found = _time(option, word, f"from {_ANY_TIME} to {word}", (now, zone))
    return found.until if isinstance(found, TimeRange) else found


def read_span(
    words: tuple[str, str], now: datetime, zone: tzinfo, usual: timedelta
) -> tuple[datetime, datetime]:
    """Return from when to when `--from` and `--to` go: by default until now, and `usual` before that.

    Raises CommandError, also for an end that is not after the beginning.
    """
    begins, ends = words
    until = read_until("--to", ends, now, zone) or now
    if until < _FIRST:
        raise CommandError(f"--to {ends[:60]!r} is before anything was released.")
    since = read_since("--from", begins, now, zone) or min(until, now) - usual
    if since >= until:
        raise CommandError(f"--from {begins[:60]!r} is not before --to {(ends or 'now')[:60]!r}.")
    return since, until


def _time(option: str, word: str, words: str, here: tuple[datetime, tzinfo]) -> datetime | TimeRange | None:
    """Read the time that an option names, by itself or as a part of `words`; None if none is given."""
    found = (_instant(word) or _range(words, here)) if word else None
    if word and found is None:
        raise CommandError(_unread(option, word, here[1]))
    return found


def _instant(word: str) -> datetime | None:
    """Read a time as ISO 8601 writes it, with its zone."""
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def _range(words: str, here: tuple[datetime, tzinfo]) -> TimeRange | None:
    found = read_range(tuple(words.split()), *here)
    return found if isinstance(found, TimeRange) and not found.rest else None


def _unread(option: str, word: str, zone: tzinfo) -> str:
    return (
        f"{option} {word[:60]!r} is not understood: write a time with its zone (2026-11-20T09:30:00Z), "
        f"a day (2026-11-20, yesterday, mon) or how long ago (3 days), all in {zone}."
    )
