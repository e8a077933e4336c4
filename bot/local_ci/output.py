"""A command's output as people read it: the last lines, without terminal codes and without secrets."""

import re
from collections.abc import Callable

TAIL_LINES = 20
_LINE, _SENTENCE = 300, 120

_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-~])")
"""Terminal control sequences: CSI, the strings (OSC, DCS, SOS, PM, APC) and the short escapes (ECMA-48)."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and those that are not seen or turn the direction of the text."""


def last_lines(output: bytes, redact: Callable[[str], str]) -> list[str]:
    """Give the last lines of an output, oldest first; redaction sees them in their context and before they are cut."""
    raw = output.decode("utf-8", "replace").split("\n")
    text = redact("\n".join(_seen(line) for line in raw)).rstrip()
    lines = text.split("\n")[-TAIL_LINES:] if text else []
    return [shortened(line, _LINE) for line in lines]


def _seen(line: str) -> str:
    """Give what a terminal shows in the end: of a line that was written over, the last writing."""
    last_writing = line.rstrip("\r").rpartition("\r")[2]
    return _UNSEEN.sub("", _CODES.sub("", last_writing).replace("\t", " ")).rstrip()


def shortened(text: str, length: int) -> str:
    """Cut a text to so many characters, and show that it was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def sentence(lines: list[str], outcome: str) -> str:
    """Say in one line how a command ended: its last words and the outcome, `"502 from web-3" (exit 1)`."""
    words = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f'"{shortened(words, _SENTENCE)}" ({outcome})' if words else outcome
