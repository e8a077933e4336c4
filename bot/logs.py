"""Structured logs: one line per decision, as text or JSON, with secrets masked by value."""

import json
import logging
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

from bot import audit_log, auth_failures

MASK = "[secret]"
SHORTEST = 4
"""The shortest secret that is masked: a shorter one would mask half of every line."""

_FIELDS = (
    "event",
    "actor",
    "release",
    "before",
    "after",
    "result",
    "effects",
    "head",
    "kind",
    "destination",
    "why",
)
_ALL = tuple(dict.fromkeys((*_FIELDS, *audit_log.FIELDS, *auth_failures.FIELDS)))


class TextFormatter(logging.Formatter):
    """A line for people: the message, then its fields as name=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Format a record and append the fields that it has."""
        fields = " ".join(f"{name}={value}" for name in _ALL if (value := getattr(record, name, None)))
        return f"{super().format(record)} {fields}".rstrip()


class Masking(logging.StreamHandler[TextIO]):
    """Masks secrets in the whole line before it is written: message, fields and tracebacks."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(sys.stderr)
        self._secrets: tuple[str, ...] = ()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Mask these secrets too.

        The longest come first, so a secret that is part of another one does not leave the rest of it readable.
        """
        spelled = {
            each for secret in secrets for each in (secret, _as_json(secret)) if len(secret) >= SHORTEST
        }
        self._secrets = tuple(sorted({*self._secrets, *spelled}, key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """Format the record, masked."""
        return mask(super().format(record), self._secrets)


def _as_json(secret: str) -> str:
    return json.dumps(secret)[1:-1]


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """Replace secrets in a text."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def hide(secrets: Iterable[str]) -> None:
    """Mask more secrets in all logs from now on."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Masking):
            handler.hide(secrets)


def set_up(form: Literal["text", "json"], secrets: tuple[str, ...]) -> None:
    """Send all logs to standard error in one form, masked; libraries log warnings or errors only."""
    handler = Masking(secrets)
    handler.setFormatter(
        JsonFormatter("{asctime}{levelname}{name}{message}", style="{") if form == "json" else TextFormatter()
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("shiproom").setLevel(logging.INFO)
    for loud in ("slack_bolt", "slack_sdk", "apscheduler", "aiohttp.access"):
        logging.getLogger(loud).setLevel(logging.ERROR)
