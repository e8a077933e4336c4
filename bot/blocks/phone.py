"""Measures messages for a phone: how many lines they take, and which lines are dropped if they are too many."""

import re
from textwrap import wrap
from typing import NamedTuple

from bot.blocks.text import visible

LINES = 12
LINE_WIDTH = 44
SMALL_WIDTH = 54
"""How many characters a line of small print has on a phone."""

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")


class CardLine(NamedTuple):
    """A line of a card and its rank: the highest rank is dropped first, 0 last."""

    text: str
    rank: int = 0


def height(line: str) -> int:
    """Return how many lines a line takes on a phone; Slack names the day of a date."""
    return max(len(wrap(visible(_DATE.sub(r"today \1", line)), LINE_WIDTH)), 1)


def small_height(line: str) -> int:
    """Return how many lines small print takes on a phone."""
    return max(len(wrap(visible(line), SMALL_WIDTH)), 1)


def fit(lines: list[CardLine], room: int, more: str) -> list[str]:
    """Drop lines until the rest takes at most `room` lines.

    The highest rank is dropped first, and of equal ranks the last line. `more` replaces what was dropped.
    """
    kept = list(lines)
    while kept and sum(height(line.text) for line in kept) + (len(kept) < len(lines)) > room:
        worst = max(range(len(kept)), key=lambda index: (kept[index].rank, index))
        kept.pop(worst)
    return [line.text for line in kept] + ([more] if len(kept) < len(lines) else [])
