"""Durations as people write them: `2h`, `90m`, `1d`, `1h30m`, `90s`."""

import re
from datetime import timedelta

_PATTERN = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?\Z", re.ASCII)


def parse_duration(text: str) -> timedelta | None:
    """Return the duration that a text states; None if it is none, or zero (`0h`)."""
    found = _PATTERN.match(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) or None
