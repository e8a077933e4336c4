"""A button's value: the command line it stands for, and after ` #` what it was drawn for, so that an old click is known as one.

`approve r42 as testers #production/1/ab12cd34ef56` is a sign-off of release 42, drawn for the first attempt at production
of the build and plan with that fingerprint.
"""

import re

from handlers.commands.command import JOINING, release_number
from handlers.events import Bound

LONGEST = 2000
"""Slack's limit for a button's value (docs.slack.dev/reference/block-kit/block-elements/button-element)."""

_BOUND = re.compile(r"(.*\S) #([a-z][a-z0-9-]*)/(0|[1-9][0-9]{0,8})/([0-9a-f]{12})\Z", re.ASCII)
_LINE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\n\r\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?\Z")
_WORD = re.compile(r"[^\W_][\w.+~:-]{0,99}\Z")
_LOOKS_BOUND = re.compile(r" #\S*/\S*\Z")


def encode(line: str, bound: Bound | None) -> str:
    """Write a command line and what it is bound to; ValueError for a line that could not be read back the same."""
    value = line if bound is None else f"{line} #{bound.environment}/{bound.attempt}/{bound.fingerprint}"
    if decode(value) != (line, bound):
        raise ValueError("such a line cannot stand on a button")
    return value


def decode(value: str) -> tuple[str, Bound | None]:
    """Read a button's value; ValueError if it is none of ours."""
    if len(value) > LONGEST or not _LINE.match(value):
        raise ValueError("not the value of a button")
    found = _BOUND.match(value)
    if found is None:
        if _LOOKS_BOUND.search(value):
            raise ValueError("what the button is bound to cannot be read")
        return value, None
    line, environment, attempt, fingerprint = found.groups()
    if _LOOKS_BOUND.search(line):
        raise ValueError("bound twice")
    return line, Bound(environment, int(attempt), fingerprint)


def typeable(version: str) -> bool:
    """Say whether a version can be typed as one word that means nothing else; others are named in another way."""
    return bool(_WORD.match(version)) and version.lower() not in JOINING and not release_number(version)
