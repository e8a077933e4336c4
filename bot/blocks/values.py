"""Encodes a button's value: a command line and a precondition after ` #`.

The precondition detects an outdated click. `approve r42 as testers #production/1/ab12cd34ef56` is a sign-off of release 42,
rendered for the first attempt at production of the build and plan with that fingerprint.
"""

import re

from handlers.command_parsing import JOINING, release_number
from handlers.events import Precondition

LONGEST = 2000
"""Slack's limit for a button's value (docs.slack.dev/reference/block-kit/block-elements/button-element)."""

_BOUND = re.compile(r"(.*\S) #([a-z][a-z0-9-]*)/(0|[1-9][0-9]{0,8})/([0-9a-f]{12})\Z", re.ASCII)
_LINE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\n\r\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?\Z")
_WORD = re.compile(r"[^\W_][\w.+~:-]{0,99}\Z")
_LOOKS_BOUND = re.compile(r" #\S*/\S*\Z")


def encode(line: str, precondition: Precondition | None) -> str:
    """Encode a command line and its precondition.

    Raises ValueError for a line that would not decode to the same.
    """
    value = (
        line
        if precondition is None
        else f"{line} #{precondition.environment}/{precondition.attempt}/{precondition.fingerprint}"
    )
    if decode(value) != (line, precondition):
        raise ValueError("such a line cannot stand on a button")
    return value


def decode(value: str) -> tuple[str, Precondition | None]:
    """Decode a button's value; ValueError if it is not one of ours."""
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
    return line, Precondition(environment, int(attempt), fingerprint)


def typeable(version: str) -> bool:
    """Return whether a version can be typed as one word without another meaning.

    Other versions need another token.
    """
    return bool(_WORD.match(version)) and version.lower() not in JOINING and not release_number(version)
