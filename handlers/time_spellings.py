"""Spells times as `handlers.time_words` reads them: `bis montag`, `2 Stunden`, `18 Uhr`, `half an hour`, `untill 18:00`.

Each word keeps how it was typed, since what is not part of a time stays as it is.
"""

import re
from typing import Self

from handlers.time_words import time_like, unpunctuated
from handlers.typed_words import folded, nearest

_DAYS = {
    "montag": "monday",
    "dienstag": "tuesday",
    "mittwoch": "wednesday",
    "donnerstag": "thursday",
    "freitag": "friday",
    "samstag": "saturday",
    "sonnabend": "saturday",
    "sonntag": "sunday",
    "heute": "today",
    "morgen": "tomorrow",
    "mittag": "noon",
    "mitternacht": "midnight",
}
SHORT_DAYS = {
    name[:2]: day for name, day in _DAYS.items() if day.endswith("day") and not name.startswith("h")
}
"""German days in two letters: most of them are words too, so they are days only behind `bis`."""

_UNITS = {
    **dict.fromkeys(("stunde", "stunden", "std"), "hours"),
    **dict.fromkeys(("minute", "minuten"), "minutes"),
    **dict.fromkeys(("sekunde", "sekunden"), "seconds"),
    **dict.fromkeys(("tag", "tage", "tagen"), "days"),
    **dict.fromkeys(("woche", "wochen"), "weeks"),
    **dict.fromkeys(("monat", "monate", "monaten"), "months"),
    **dict.fromkeys(("jahr", "jahre", "jahren"), "years"),
    **{unit: unit for unit in ("hour", "hours", "minute", "minutes", "day", "days", "week", "weeks")},
}
NUMBERS = {
    name: str(number)
    for number, names in enumerate(
        (
            *("one ein eine einen", "two zwei", "three drei", "four vier", "five fuenf", "six sechs"),
            *("seven sieben", "eight acht", "nine neun", "ten zehn", "eleven elf", "twelve zwoelf"),
        ),
        start=1,
    )
    for name in names.split()
}
_AMOUNTS = {**NUMBERS, "a": "1", "an": "1"}

_UNTIL = ("until", "till", "til", "bis")
_WORDS = {"bis": "until", "fuer": "for", "um": "at", **_DAYS}
_PHRASES = {
    "bis zum": "until",
    "bis um": "until",
    "bis spaetestens": "until",
    "half an hour": "30m",
    "half hour": "30m",
    "eine halbe stunde": "30m",
    "halbe stunde": "30m",
}
_COMPACT = re.compile(r"(\d{1,5})(stunden?|std|minuten?|tagen?|wochen?)\Z", re.ASCII)
_OCLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(uhr)?\Z", re.ASCII)
_HOUR = re.compile(r"\d{1,2}(?::\d{2})?\Z", re.ASCII)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?\Z", re.ASCII)
_MOST = 3


class Spelled(str):  # noqa: SLOT000 - `str` has no place for more
    """A word of a time, spelled as it is read."""

    typed: tuple[str, ...]

    def __new__(cls, meaning: str, *typed: str) -> Self:
        """Return a word that stands for what was typed."""
        word = super().__new__(cls, meaning)
        word.typed = typed
        return word


def spelled(words: tuple[str, ...]) -> tuple[Spelled, ...]:
    """Return words as times are read."""
    found: list[Spelled] = []
    rest = words
    while rest:
        word = _phrase(rest) or _clock(rest) or Spelled(_single(rest, found), rest[0])
        found.append(word)
        rest = rest[len(word.typed) :]
    return tuple(found)


def as_typed(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words as they were typed."""
    return tuple(each for word in words for each in (word.typed if isinstance(word, Spelled) else (word,)))


def _phrase(words: tuple[str, ...]) -> Spelled | None:
    """Return what several words at the front say together."""
    for count in range(min(len(words), _MOST), 1, -1):
        meaning = _PHRASES.get(" ".join(plain(word) for word in words[:count]))
        if meaning is not None:
            return Spelled(meaning, *words[:count])
    return None


def _clock(words: tuple[str, ...]) -> Spelled | None:
    """Return the time of `18 Uhr`, `18.30 Uhr` and `6 pm`."""
    first, second = plain(words[0]), plain(words[1]) if len(words) > 1 else ""
    found = _OCLOCK.match(first)
    if found is not None and (found[3] or second == "uhr"):
        return Spelled(f"{found[1]}:{found[2] or '00'}", *words[: 1 if found[3] else 2])
    if second in {"am", "pm"} and _HOUR.match(first):
        return Spelled(first + second, *words[:2])
    return None


def _single(words: tuple[str, ...], before: list[Spelled]) -> str:
    """Return how the first word is spelled by what stands beside it."""
    word, second = (*(plain(each) for each in words[:2]), "")[:2]
    compact = _COMPACT.match(word)
    if compact is not None:
        return compact[1] + _UNITS[compact[2]][0]
    if second in _UNITS and word in _AMOUNTS:
        return _AMOUNTS[word]
    last = unpunctuated(before[-1]) if before else ""
    if word in _UNITS and _NUMBER.match(last):
        return _UNITS[word]
    if word in SHORT_DAYS and last == "until":
        return SHORT_DAYS[word]
    misspelled = word not in _UNTIL and "until" in nearest(word, ("until",))
    return "until" if misspelled and _begins_time(second) else _WORDS.get(word, "".join(words[:1]))


def _begins_time(word: str) -> bool:
    return bool(word) and time_like(_WORDS.get(word, word))


def plain(word: str) -> str:
    """Return a word in small letters without umlauts and what ends a clause."""
    return folded(unpunctuated(word))[0]
