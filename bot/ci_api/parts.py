"""Parts of a CI's JSON, read without trust: what is missing or of another kind reads as empty, and nothing raises."""

import re
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote

_CORRELATION = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{20}(?![0-9a-zA-Z])")
_DOTS = re.compile(r"\.{1,2}")
_MOST_DIGITS = 18


def part(value: object, *path: str | int) -> object:
    """Go down a path of keys and indexes; None where it leads nowhere."""
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
    """Read a text; empty where there is none. A number is written out, as ids are."""
    found = part(value, *path)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def number(value: object, *path: str | int) -> int:
    """Read a whole number; 0 where there is none."""
    found = part(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def listed(value: object, *path: str | int) -> list[object]:
    """Read a list; empty where there is none."""
    found = part(value, *path)
    return cast(list[object], found) if isinstance(found, list) else []


def mapping(value: object, *path: str | int) -> dict[str, object]:
    """Read a mapping by its texts; empty where there is none."""
    found = part(value, *path)
    pairs = cast(dict[object, object], found).items() if isinstance(found, dict) else ()
    return {key: each for key, each in pairs if isinstance(key, str)}


def moment(value: object, *path: str | int) -> datetime | None:
    """Read a time in the form of RFC 3339; None where there is none."""
    try:
        found = datetime.fromisoformat(text(value, *path))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def is_id(written: str) -> bool:
    """Whether this is an id as CIs count them."""
    return written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS


def correlation_in(written: str) -> str:
    """Find a correlation id of ours in a text: 20 hexadecimal digits that stand alone; empty if there is none."""
    found = _CORRELATION.search(written)
    return found.group() if found else ""


def segment(name: str) -> str:
    """Encode a name as one segment of a path, whatever is in it.

    A name of dots alone means a step in the tree (RFC 3986, 3.3), also when they are encoded; so it is encoded twice,
    and then is one that nothing has.
    """
    encoded = name.replace(".", "%2E") if _DOTS.fullmatch(name) else name
    return quote(encoded, safe="")


def one_line(*sayings: str) -> str:
    """Put what a CI says on one line of at most 300 characters."""
    return " ".join(" ".join(sayings).split())[:300]
