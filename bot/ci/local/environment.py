"""The environment of a command: little of the bot's own, and the facts of its deployment."""

import os
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[^\x00-\x1f\x7f]*")
_INHERITED = {"PATH": os.defpath, "HOME": "/", "LANG": "C.UTF-8"}
"""What every program needs, and what it gets if the bot has none."""

_BOT_SECRETS = frozenset(
    {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "DATABASE_URL", "SHIPROOM_API_TOKEN"},
)
_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASS|KEY|CREDENTIAL|AUTH|PRIVATE|PWD|DSN|COOKIE|SESSION", re.IGNORECASE
)
_SHORTEST_SECRET = 6


def is_bot_secret(name: str, environ: Mapping[str, str], secrets: Iterable[str]) -> bool:
    """Return whether a variable is the bot's own secret, by its name or by its value."""
    value = environ.get(name, "")
    return name in _BOT_SECRETS or (bool(value) and value in secrets)


def clean(environ: Mapping[str, str], passed: Iterable[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return a command's environment: the minimum, what the policy passes on, and `variables`.

    RetryIn ones win.
    """
    least = {name: environ.get(name) or otherwise for name, otherwise in _INHERITED.items()}
    return {**least, **{name: environ[name] for name in passed if name in environ}, **variables}


def secrets_among(environ: Mapping[str, str], passed: Iterable[str]) -> set[str]:
    """Return the values of passed variables that are secrets by their names."""
    values = {environ.get(name, "") for name in passed if _SECRET_NAME.search(name)}
    return {value for value in values if len(value) >= _SHORTEST_SECRET}


def problem_in(variables: Mapping[str, str]) -> str:
    """Return why a value may not be passed to a command; empty if all may.

    A value with control characters, or one that is not text, is refused.
    """
    for name, value in variables.items():
        if not _PLAIN.fullmatch(value):
            return f"{name} contains control characters"
        if value != value.encode("utf-8", "replace").decode():
            return f"{name} is not text"
    return ""
