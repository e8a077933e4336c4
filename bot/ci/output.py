"""A command's output for people: the last lines, without terminal codes and secrets."""

import re
from collections.abc import Callable

from bot.shortening import cut

TAIL_LINES = 20
_LINE, _SENTENCE = 300, 120

_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-~])")
"""Terminal control sequences: CSI, the strings (OSC, DCS, SOS, PM, APC) and the short escapes (ECMA-48)."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and those that are invisible or change the direction of the text."""


def last_lines(output: bytes, redact: Callable[[str], str]) -> list[str]:
    """Return the last lines of an output, oldest first.

    Redaction sees them in their context and before they are cut.
    """
    raw = output.decode("utf-8", "replace").split("\n")
    text = redact("\n".join(_visible(line) for line in raw)).rstrip()
    lines = text.split("\n")[-TAIL_LINES:] if text else []
    return [shortened(line, _LINE) for line in lines]


def _visible(line: str) -> str:
    """Return what a terminal finally shows of a line: the last text written over it."""
    final = line.rstrip("\r").rpartition("\r")[2]
    return _INVISIBLE.sub("", _CODES.sub("", final).replace("\t", " ")).rstrip()


def shortened(text: str, length: int) -> str:
    """Cut a text to a length, with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def sentence(lines: list[str], outcome: str) -> str:
    """Return one line about how a command ended: `"502 from web-3" (exit 1)`."""
    words = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f'"{cut(words, _SENTENCE)}" ({outcome})' if words else outcome
