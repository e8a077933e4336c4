"""Encodes a button's value: a command line and a precondition after ` #`.

The precondition detects an outdated click. `approve r42 as testers #production/1/ab12cd34ef56` is a sign-off of release 42,
rendered for the first attempt at production of the build and plan with that fingerprint.
`rollback website to production #production/99aa88bb77cc/ab12cd34ef56/7` goes from the first build to the second one while
release 7 holds production; `-` stands for nothing that is live, and for a holder that was not shown.
"""

import re

from handlers.command_parsing import JOINING
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.events import AnyPrecondition, Precondition
from handlers.typed_words import bare, release_named
from handlers.vocabulary import NEWEST

LONGEST = 2000
"""Slack's limit for a button's value (docs.slack.dev/reference/block-kit/block-elements/button-element)."""

_BOUND = re.compile(r"(.*\S) #([a-z][a-z0-9-]*)/(0|[1-9][0-9]{0,8})/([0-9a-f]{12})\Z", re.ASCII)
_BOUND_TO_ENVIRONMENT = re.compile(
    r"(.*\S) #([a-z][a-z0-9-]*)/(-|[0-9a-f]{12})/([0-9a-f]{12})/(-|0|[1-9][0-9]{0,8})\Z", re.ASCII
)
_LINE = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\n\r\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?\Z")
_WORD = re.compile(r"[^\W_][\w.+~:-]{0,99}\Z")
_LOOKS_BOUND = re.compile(r" #\S*/\S*\Z")


def encode(line: str, precondition: AnyPrecondition | None) -> str:
    """Encode a command line and its precondition.

    Raises ValueError for a line that would not decode to the same.
    """
    value = line if precondition is None else f"{line} #{precondition.environment}/{_bound_to(precondition)}"
    if decode(value) != (line, precondition):
        raise ValueError("such a line cannot stand on a button")
    return value


def _bound_to(precondition: AnyPrecondition) -> str:
    if isinstance(precondition, Precondition):
        return f"{precondition.attempt}/{precondition.fingerprint}"
    holder = "-" if precondition.holder is None else precondition.holder
    return f"{precondition.live or '-'}/{precondition.target}/{holder}"


def decode(value: str) -> tuple[str, AnyPrecondition | None]:
    """Decode a button's value; ValueError if it is not one of ours."""
    if len(value) > LONGEST or not _LINE.match(value):
        raise ValueError("not the value of a button")
    line, precondition = _split(value)
    if _LOOKS_BOUND.search(line):
        raise ValueError("bound twice, or what the button is bound to cannot be read")
    return line, precondition


def _split(value: str) -> tuple[str, AnyPrecondition | None]:
    found = _BOUND.match(value)
    if found is not None:
        line, environment, attempt, fingerprint = found.groups()
        return line, Precondition(environment, int(attempt), fingerprint)
    found = _BOUND_TO_ENVIRONMENT.match(value)
    if found is None:
        return value, None
    line, environment, live, target, holder = found.groups()
    shown_holder = None if holder == "-" else int(holder)
    return line, EnvironmentPrecondition(environment, live.replace("-", ""), target, shown_holder)


def typeable(version: str) -> bool:
    """Return whether a version can be typed as one word without another meaning.

    Other versions need another token.
    """
    other = version.lower() in JOINING or bare(version) in NEWEST or release_named(version)
    return bool(_WORD.match(version)) and not other
