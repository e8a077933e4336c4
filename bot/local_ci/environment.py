"""The environment that a command sees: next to nothing of the bot's own, and what it is told of its deployment."""

import os
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[^\x00-\x1f\x7f]*")
_KEPT = {"PATH": os.defpath, "HOME": "/", "LANG": "C.UTF-8"}
"""What every program needs, and what it gets where the bot has none."""

_BOTS_OWN = frozenset(
    {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "DATABASE_URL", "SHIPROOM_API_TOKEN"},
)
_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASS|KEY|CREDENTIAL|AUTH|PRIVATE|PWD|DSN|COOKIE|SESSION", re.IGNORECASE
)
_SHORTEST_SECRET = 6


def is_bots_own(name: str, environ: Mapping[str, str], secrets: Iterable[str]) -> bool:
    """Say whether a variable is the bot's alone: a secret of its own, by its name or by its value."""
    value = environ.get(name, "")
    return name in _BOTS_OWN or (bool(value) and value in secrets)


def clean(environ: Mapping[str, str], passed: Iterable[str], told: Mapping[str, str]) -> dict[str, str]:
    """Make a command's environment: the least, what the policy passes on, what it is told; the latter wins."""
    least = {name: environ.get(name) or otherwise for name, otherwise in _KEPT.items()}
    return {**least, **{name: environ[name] for name in passed if name in environ}, **told}


def secrets_among(environ: Mapping[str, str], passed: Iterable[str]) -> set[str]:
    """Give the values of passed variables that are secrets by their names."""
    values = {environ.get(name, "") for name in passed if _SECRET_NAME.search(name)}
    return {value for value in values if len(value) >= _SHORTEST_SECRET}


def fault_in(told: Mapping[str, str]) -> str:
    """Say which value may not be handed to a command, because it has control characters or is no text; or nothing."""
    for name, value in told.items():
        if not _PLAIN.fullmatch(value):
            return f"{name} contains control characters"
        if value != value.encode("utf-8", "replace").decode():
            return f"{name} is not text"
    return ""
