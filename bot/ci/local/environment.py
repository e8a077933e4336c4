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
_PUBLIC = frozenset(
    {
        "HOME",
        "HOSTNAME",
        "LANG",
        "LANGUAGE",
        "LC_ALL",
        "LOGNAME",
        "PATH",
        "PWD",
        "SHELL",
        "TERM",
        "TMPDIR",
        "TZ",
        "USER",
    }
)
_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASS|KEY|CREDENTIAL|AUTH|PRIVATE|PWD|DSN|COOKIE|SESSION", re.IGNORECASE
)
_PATH = re.compile(r"(/[\w.@+-]+)+/?")
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
    """Return the values of passed variables that may be secrets, by whatever names the policy passes them on.

    Not among them are short ones, what is public by its name, and paths, unless the name looks like a secret's.
    """
    values = {name: environ.get(name, "") for name in passed if name not in _PUBLIC}
    return {
        value
        for name, value in values.items()
        if len(value) >= _SHORTEST_SECRET and (_SECRET_NAME.search(name) or not _PATH.fullmatch(value))
    }


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
