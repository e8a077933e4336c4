"""Readers of days of the week, times of day and dates, as `windows`, `freezes` and `holidays` have them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated, Any

from bot.schema.diagnostics import Diagnostics, shown, suggest
from bot.schema.fields import read_by
from bot.schema.json_shapes import list_schema
from bot.schema.nodes import Node, ScalarNode, SequenceNode
from bot.schema.readers import read_items, read_text, single
from bot.schema.words import TEXT, TextFormat
from handlers.time_words import WEEKDAYS

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAILY = "daily"

_DAY = f"(?:{'|'.join(WEEK)})"
_DAYS = rf"(?:{DAILY}|{_DAY}(?:-{_DAY})?(?:, ?{_DAY}(?:-{_DAY})?)*)"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_DATE = r"2[0-9]{3}-[0-9]{2}-[0-9]{2}"
_CLOCK = TextFormat('a time of day like "09:00"', re.compile(_TIME))
_END = TextFormat('a time of day like "16:00" or "24:00"', re.compile(rf"{_TIME}|24:00"))
_MOMENT = rf"{_DATE}(?: {_TIME})?"


def _shape(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _read_days(node: Node, diagnostics: Diagnostics) -> frozenset[int]:
    """Read `Mon-Thu`, `Mon, Wed`, `daily`, or a list of the first two; what is wrong reads as no day."""
    found: set[int] = set()
    for each in read_items(node, diagnostics) if isinstance(node, SequenceNode) else (node,):
        for day in _days_of(each, read_text(each, TEXT, diagnostics), diagnostics):
            if day in found:
                diagnostics.error(each.position, f"{shown(WEEK[day])} is named twice: keep one of them")
            found.add(day)
    return frozenset(found)


def _days_of(node: Node, text: str, diagnostics: Diagnostics) -> Iterator[int]:
    if text == DAILY:
        yield from range(len(WEEK))
        return
    for part in text.split(",") if text else ():
        named = [each.strip() for each in part.split("-")]
        unknown = [each for each in named if each not in WEEK]
        if unknown or len(named) > 2:  # noqa: PLR2004 - the first and the last
            diagnostics.error(node.position, _no_day(unknown[0] if unknown else part.strip()))
            continue
        first, last = (WEEK.index(named[at]) for at in (0, -1))
        yield from ((first + ahead) % len(WEEK) for ahead in range((last - first) % len(WEEK) + 1))


def _no_day(word: str) -> str:
    """Say what days are called, and which one was meant."""
    at = WEEKDAYS.get(word.lower())
    near = f"did you mean `{WEEK[at]}`?" if at is not None else suggest(word, (*WEEK, DAILY))
    return f"{shown(word)} is no day, like `Mon-Thu`, `Mon, Wed` or `{DAILY}`; {near}"


def _read_clock(node: Node, diagnostics: Diagnostics, text_format: TextFormat = _CLOCK) -> time:
    """Read a time of day; what is wrong reads as midnight, and so does the end of the day."""
    written = read_text(node, text_format, diagnostics)
    try:
        return time.fromisoformat(written)
    except ValueError:
        return time(0)


def _read_date(node: Node, diagnostics: Diagnostics) -> date | None:
    """Read a date, with or without quotes; None if it is none."""
    found = _read_moment(node, diagnostics, _DATE, "a date like 2027-01-04")
    return None if found is None else found.date()


def _read_moment(
    node: Node,
    diagnostics: Diagnostics,
    pattern: str = _MOMENT,
    wanted: str = "a date like 2027-01-04, or with a time like 2027-01-04 08:00",
) -> datetime | None:
    """Read a date, perhaps with a time, on the wall clock; None if it is none."""
    scalar = single(node, wanted, diagnostics)
    if scalar is None or scalar.opaque:
        return None
    try:
        if re.fullmatch(pattern, scalar.text):
            return datetime.fromisoformat(scalar.text)
        problem = f"is not {wanted}"
    except ValueError:
        problem = "is no day of that year"
    diagnostics.error(node.position, f"{shown(scalar.written)} {problem}")
    return None


def _read_dates(node: Node, diagnostics: Diagnostics) -> tuple[date, ...]:
    """Read a list of distinct dates."""
    found: list[date] = []
    for item in read_items(node, diagnostics):
        day = _read_date(item, diagnostics)
        if day is not None and day in found:
            diagnostics.error(item.position, "this is in the list already: keep one of them")
        elif day is not None:
            found.append(day)
    return tuple(found)


def is_midnight(node: Node) -> bool:
    """Return whether the end of a day is written."""
    return isinstance(node, ScalarNode) and node.text == "24:00"


Days = Annotated[
    frozenset[int],
    read_by(
        _read_days,
        {"anyOf": [_shape(_DAYS), list_schema(_shape(_DAYS))]},
    ),
]
TimeOfDay = Annotated[time, read_by(_read_clock, _shape(_TIME))]
SomeTimeOfDay = Annotated[time | None, read_by(_read_clock, _shape(_TIME))]
EndOfDay = Annotated[
    time,
    read_by(lambda node, diagnostics: _read_clock(node, diagnostics, _END), _shape(rf"{_TIME}|24:00")),
]
"""A time of day, of which the last one is "24:00"."""

Dates = Annotated[tuple[date, ...], read_by(_read_dates, list_schema(_shape(_DATE)))]
Moment = Annotated[datetime | None, read_by(_read_moment, _shape(_MOMENT))]
"""A date, perhaps with a time, on the wall clock of the policy's zone."""
