"""Reads the end and the reason of a lock or a hold, and finds times in the reason that were meant to bound it.

Both begin at once. So a time that is neither its end nor in quotation marks is asked about: nobody means a lock that never
ends and types a time. What is past, as in `errors since noon`, is no such time.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from handlers.time_spellings import NUMBERS, SHORT_DAYS, Spelled, as_typed, plain, spelled
from handlers.time_words import WEEKDAYS, Ending, UnreadableTime, duration, few, read_ending, time_like
from handlers.typed_words import OPENING, nearest, slips


@dataclass(frozen=True, slots=True)
class TimeInReason:
    """Words of a reason that may be a time."""

    words: str


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_LONG_DAYS = (
    *(day for day in WEEKDAYS if day.endswith("day")),
    *("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag"),
    *("tomorrow", "uebermorgen"),
)
_DAYS = frozenset(_LONG_DAYS) | frozenset(WEEKDAYS)
_TIMES = _words(
    "today tonight tonite tomorrow tmrw tmr noon midnight eod cob eow eob evening morning afternoon lunch lunchtime",
    "heute morgen uebermorgen mittag mittags mitternacht abend abends nachmittag nachmittags vormittag vormittags",
    "january february april june july august september october november december o'clock uhr",
    "januar februar maerz mai juni juli oktober dezember",
)
"""What is a time wherever it stands."""

_WITHOUT_END = _words(
    "weekend wochenende week weeks weekly woche wochen month months monat monate night nights nacht nachts nightly later soon",
    "spaeter bald christmas xmas weihnachten easter ostern newyear silvester hour hours stunde stunden minute minutes minuten",
    "day days tag tage daily taeglich weekday weekdays werktags sprint fortnight while overnight temporarily briefly shortly",
    "kurz kurzzeitig voruebergehend feierabend feiertag feiertage holiday holidays",
)
"""What may say how long a lock lasts, as long as nothing else does."""

_MONTHS = _words("jan feb mar mrz apr may jun jul aug sep sept oct okt nov dec dez march mai")
_UNITS = _words(
    "h hr hrs hour hours std stunde stunden min mins minute minutes minuten d day days tag tage tagen w week weeks",
    "woche wochen month months monat monate monaten year years jahr jahre am pm uhr",
)
_BEFORE_NUMBERS = _words(
    "from until till til bis before after by at ab um vor nach gegen around starting beginning between zwischen von"
)
_BOUNDS = _words(
    "until till til bis untill from ab starting starts start begin begins beginning beginnend beginnt when once if",
    "unless wenn sobald falls",
)
"""What bounds a lock beside the end that it has, at the beginning of its reason."""
_VAGUE = _words(
    "this next before between during within vor zwischen naechste naechsten naechster naechstes diese dieses diesen dieser",
    "kommende kommenden",
)
"""What says when, at the beginning of a reason, whatever follows it: `before the demo`."""
_BEFORE_TIMES = _VAGUE | _words("on by at around in von vom um am im gegen as every jeden")
"""What stands before a time, and alone says nothing of one."""
_FURTHER = _words(
    "week weeks night abend evening morning frueh nachmittag afternoon of lost ago utc gmt cet cest mez mesz est edt pst pdt",
    "bst",
)
"""What makes another time, another zone or no end at all of the end before it."""
_ONCE_MORE = (("once", "more"), ("one", "more", "time"), ("noch", "einmal"))
"""What says at the front only that it is done another time, and is neither a time nor a reason; `again` alone is none."""
_ARTICLES = _words("a an the der die das dem den ein eine einer einem")
_ANYWHERE = _words("until till til bis")
_PAST = _words("since seit")
_DAY_NUMBER = re.compile(r"\d{1,2}(?:st|nd|rd|th)?\Z", re.ASCII)
_HOURS = re.compile(
    r"\d{1,2}(?:[:.h]\d{2})?(?:h|am|pm|uhr)?[-\u2013]\d{1,2}(?:[:.h]\d{2})?(?:h|am|pm|uhr)?\Z", re.ASCII
)
_MOST_NAMED = 6
"""How many words a time has at most that is named as unreadable or past."""
_GLUE = re.compile(r"[,;:/=()\u2013-]")
_DURATION = re.compile(r"[\d½]+(?:h|hrs?|m|min|mins|d|std)\Z", re.ASCII)
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?\Z", re.ASCII)
_SHORT_DATE = re.compile(r"\d{1,2}[./]\d{1,2}\Z", re.ASCII)
_SHORT_VERSION = re.compile(r"\d{1,2}[./]\d\Z|\d[./]\d{1,2}\Z", re.ASCII)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?\Z", re.ASCII)
_ORDINAL = re.compile(r"(?:[4-9]|[1-3]\d)(?:st|nd|rd|th)\Z", re.ASCII)
_SHORT_NUMBER = re.compile(r"\d{1,2}\Z", re.ASCII)


def read_end_and_reason(
    words: tuple[str, ...], now: datetime, zone: tzinfo
) -> Ending | UnreadableTime | TimeInReason:
    """Read when a lock ends, and its reason as it was typed; a reason in quotation marks holds no time."""
    words = _without_once_more(words)
    quoted = _quoted(words)
    rest = words[quoted:]
    said = spelled(rest)
    ending = read_ending(said, now, zone)
    if isinstance(ending, UnreadableTime):
        return UnreadableTime(_typed(ending.words, said), ending.moment)
    reason = as_typed(ending.rest)
    first = len(reason) < len(rest) and rest[len(rest) - len(reason) :] == reason
    hint = _goes_on(reason) if first else ""
    hint = hint or time_in(reason, ended=ending.until is not None)
    return TimeInReason(hint) if hint else Ending(ending.until, (*words[:quoted], *reason))


def _without_once_more(words: tuple[str, ...]) -> tuple[str, ...]:
    said = tuple(plain(word) for word in words[:3])
    count = next((len(each) for each in _ONCE_MORE if said[: len(each)] == each), 0)
    return () if said in {("again",), ("nochmal",)} else words[count:]


def _goes_on(reason: tuple[str, ...]) -> str:
    """Return the words behind an end that may be a part of it, as in `until friday the 11th` and `2 hours of downtime`."""
    first, second = (*(plain(word) for word in reason[:2]), "", "")[:2]
    counted = second in NUMBERS or second in _ARTICLES or any(letter.isdigit() for letter in second)
    further = (
        first in _FURTHER
        or (first in {"the", "den", "in"} and counted)
        or (first, second) == ("after", "next")
    )
    return few(reason) if further else ""


def _quoted(words: tuple[str, ...]) -> int:
    """Return how many words at the front stand in quotation marks."""
    if not words or words[0][0] not in OPENING:
        return 0
    for at, word in enumerate(words):
        end = word.rstrip(".,;:!?")
        if end and end[-1] in OPENING and (at or len(end) > 1):
            return at + 1
    return 0


def _typed(meaning: str, words: tuple[Spelled, ...]) -> str:
    """Return how the words that could not be read were typed."""
    parts = (words[at : at + count] for at in range(len(words)) for count in range(1, _MOST_NAMED + 1))
    return next(" ".join(as_typed(part)) for part in parts if " ".join(part) == meaning)


def time_in(words: tuple[str, ...], *, ended: bool = False) -> str:
    """Return the words of a reason that may be a time, the first few; empty if none may be."""
    plains = _outside_quotes(words)
    for at in range(len(plains)):
        if plains[at] and _is_time(plains, at, ended=ended):
            begin = at
            while begin and plains[begin - 1] in _BEFORE_TIMES | _BOUNDS | _ARTICLES:
                begin -= 1
            return few(words[begin:])
    return ""


def with_end_first(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return words with the duration in front that stands at their end, as in `db upgrade 2h`; nothing if none does."""
    for at in range(1, len(words)):
        lasts = duration(spelled(words[at:]))
        if lasts is not None and _bounds_time(words[at - 1]):
            return ()
        if lasts is not None and not lasts[1]:
            reason = words[: at - 1] if words[at - 1].lower() == "for" else words[:at]
            return ((*words[at:], *reason),)
    return ()


def _bounds_time(word: str) -> bool:
    """Return whether a word before a time says how it is meant, as in `in 2h` and `up to 2h`."""
    return plain(word) in _BEFORE_TIMES | _BOUNDS | _BEFORE_NUMBERS | {"to", "than", "least", "most", "every"}


def _outside_quotes(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words to compare, empty where they stand in quotation marks."""
    found: list[str] = []
    at = 0
    while at < len(words):
        quoted = _quoted(words[at:])
        word = words[at].strip("()[]~@,;")
        found += [""] * quoted or [word if _DATE.match(word) else plain(word)]
        at += quoted or 1
    return tuple(found)


def _is_time(words: tuple[str, ...], at: int, *, ended: bool) -> bool:
    word, before = words[at], words[at - 1] if at else ""
    if before in _PAST:
        return False
    found = _is_named(word) or _is_written(word) or _is_beside_a_number(words, at)
    return found or _bounds(word, first=not at) or (not ended and _may_say_when(word, first=not at))


def _is_named(word: str) -> bool:
    """Return whether a word names a day, a month or a time of the day, spelled right or nearly."""
    parts = word.replace("\u2013", "-").split("-")
    if word in _TIMES or all(part in _DAYS or (len(parts) > 1 and part in SHORT_DAYS) for part in parts):
        return True
    return any(slips(word, day) == 1 for day in nearest(word, _LONG_DAYS))


def _is_written(word: str) -> bool:
    """Return whether a word is a time, a date or a duration in digits; neither an HTTP status nor a version."""
    if _SHORT_VERSION.match(word):
        return False
    parts = () if "://" in word else _GLUE.split(word)
    if len(parts) > 1 and any(_DURATION.match(part) or part in _ANYWHERE for part in parts):
        return True
    return "½" in word or time_like(word) or bool(_HOURS.match(word) or _DATE.match(word))


def _is_beside_a_number(words: tuple[str, ...], at: int) -> bool:
    """Return whether a word makes a time of the number beside it: `18 uhr`, `2 hours`, `dec 1`, `from 18`."""
    word, second = words[at], words[at + 1] if at + 1 < len(words) else ""
    number, day = bool(_NUMBER.match(word)), bool(_DAY_NUMBER.match(word))
    dated = (day and second in _MONTHS) or (word in _MONTHS and bool(_DAY_NUMBER.match(second)))
    bounded = word in _BEFORE_NUMBERS and (second in NUMBERS or bool(_NUMBER.match(second.rstrip("h"))))
    on_day = word in _BEFORE_TIMES | _BEFORE_NUMBERS and bool(_SHORT_DATE.match(second))
    return (number and second in _UNITS) or dated or bounded or on_day


def _bounds(word: str, *, first: bool) -> bool:
    """Return whether a word says until or from when: beside an end, only one that is read too is meant by that."""
    return word in _ANYWHERE or (first and (word in _BOUNDS or "until" in nearest(word, ("until",))))


def _may_say_when(word: str, *, first: bool) -> bool:
    """Return whether a word may say when, where nothing else does."""
    found = word in _WITHOUT_END or bool(_ORDINAL.match(word))
    return found or (first and (word in _VAGUE or bool(_SHORT_NUMBER.match(word))))
