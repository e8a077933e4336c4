"""Shortens what programs say so that the cause stays: long paths first, then the middle."""

import re

_PATH = re.compile(r"(?<![\w/.])(?:\.{0,2}/)?(?:[^\s/'\"():]+/)+([^\s/'\"():]+)")
_LONGEST_PATH, _LONGEST_NAME = 20, 24


def cut(text: str, length: int) -> str:
    """Return a text of at most `length` characters: its paths are shortened to their ends, then its middle is left out.

    The cause stands at the beginning of what Shiproom says, and mostly at the end of what other programs say.
    """
    if len(text) <= length:
        return text
    text = _PATH.sub(_shorter, text)
    if len(text) <= length:
        return text
    tail = (length - 1) * 3 // 5
    return f"{text[: length - 1 - tail].rstrip()}…{text[-tail:].lstrip()}"


def _shorter(path: "re.Match[str]") -> str:
    if len(path[0]) <= _LONGEST_PATH:
        return path[0]
    name = path[1] if len(path[1]) <= _LONGEST_NAME else f"…{path[1][-_LONGEST_NAME + 1 :]}"
    return f"…/{name}"
