"""Reads why a build of Jenkins exists: who started it, what triggered it, and whether it repeats another one.

Sources: the causes of Jenkins's core (`hudson.model.Cause`, its triggers) and of the plugins Branch API, Rebuild, Replay
(workflow-cps), Declarative (restart from a stage), GitHub, GitLab and Bitbucket. A cause has its class as `_class` and a
sentence as `shortDescription`.
"""

import re

from bot.ci.http.json_access import listed, text

_REPEATS = re.compile(r"rebuil[dt]|replay|restart(?:ed from|declarative)", re.IGNORECASE)
_AUTOMATIC = re.compile(
    r"scmtrigger|scm change|timer|branch ?indexing|branchevent|upstream|push|webhook|(?:pull|merge) ?request",
    re.IGNORECASE,
)


def causes_of(item: object) -> list[object]:
    """List the causes of a build or a queue item."""
    return [each for action in listed(item, "actions") for each in listed(action, "causes")]


def is_repeated(item: object) -> bool:
    """Return whether somebody repeated another build: its parameters are then copied."""
    return any(_REPEATS.search(_words(cause)) for cause in causes_of(item))


def is_started_by(item: object, user: str) -> bool:
    """Return whether a user started it, nobody else did, and it repeats no other build.

    Jenkins compares user ids without regard to case, unless it is told otherwise.
    """
    starters = {text(cause, "userId").casefold() for cause in causes_of(item) if text(cause, "userId")}
    return starters == {user.casefold()} and not is_repeated(item)


def can_deploy(item: object) -> bool:
    """Return whether it may be a deployment: a person started it, or at least no push, no timer and no other job did."""
    causes = causes_of(item)
    started = any(text(cause, "userId") for cause in causes)
    return started or not any(_AUTOMATIC.search(_words(cause)) for cause in causes)


def starter_of(item: object) -> str:
    """Return who or what started it."""
    by = next(iter(causes_of(item)), None)
    return text(by, "userId") or text(by, "userName") or text(by, "shortDescription")


def _words(cause: object) -> str:
    return f"{text(cause, '_class').rpartition('.')[2]} {text(cause, 'shortDescription')}"
