"""Reads values from a CI's JSON without trusting it: nothing raises.

What is missing or of another type reads as empty.
"""

import re
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote

_CORRELATION = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{20}(?![0-9a-zA-Z])")
_DOTS = re.compile(r"\.{1,2}")
_MOST_DIGITS = 18


def part(value: object, *path: str | int) -> object:
    """Follow a path of keys and indexes; None if it leads nowhere."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = cast(dict[str, object], value).get(step)
        elif isinstance(step, int) and isinstance(value, list):
            items = cast(list[object], value)
            value = items[step] if -len(items) <= step < len(items) else None
        else:
            return None
    return value


def text(value: object, *path: str | int) -> str:
    """Read a text; empty if there is none. Numbers are converted, as ids are numbers."""
    found = part(value, *path)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def number(value: object, *path: str | int) -> int:
    """Read an integer; 0 if there is none."""
    found = part(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def listed(value: object, *path: str | int) -> list[object]:
    """Read a list; empty if there is none."""
    found = part(value, *path)
    return cast(list[object], found) if isinstance(found, list) else []


def mapping(value: object, *path: str | int) -> dict[str, object]:
    """Read a mapping with text keys; empty if there is none."""
    found = part(value, *path)
    pairs = cast(dict[object, object], found).items() if isinstance(found, dict) else ()
    return {key: each for key, each in pairs if isinstance(key, str)}


def moment(value: object, *path: str | int) -> datetime | None:
    """Read an RFC 3339 time; None if there is none."""
    try:
        found = datetime.fromisoformat(text(value, *path))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def is_id(value_text: str) -> bool:
    """Return whether this is a numeric id."""
    return value_text.isascii() and value_text.isdigit() and len(value_text) <= _MOST_DIGITS


def correlation_in(value_text: str) -> str:
    """Find a correlation id in a text: 20 hexadecimal digits that stand alone; else empty."""
    found = _CORRELATION.search(value_text)
    return found.group() if found else ""


def segment(name: str) -> str:
    """Encode a name as one path segment, whatever is in it.

    A name of dots alone means a step in the tree (RFC 3986, 3.3), even when they are encoded; so it is encoded twice,
    and then names nothing that exists.
    """
    encoded = name.replace(".", "%2E") if _DOTS.fullmatch(name) else name
    return quote(encoded, safe="")


def one_line(*texts: str) -> str:
    """Join texts on one line of at most 300 characters."""
    return " ".join(" ".join(texts).split())[:300]
