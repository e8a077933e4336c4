"""Structured logs: one line per decision, as text for eyes or as JSON for machines; secrets are masked by value everywhere."""

import json
import logging
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

MASK = "[secret]"
SHORTEST = 4
"""How many characters a secret has at least to be masked: a shorter one would mask half of every line."""

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


class TextFormatter(logging.Formatter):
    """A line for eyes: the message, then what belongs to it as name=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Add the fields that are there."""
        fields = " ".join(f"{name}={value}" for name in _FIELDS if (value := getattr(record, name, None)))
        return f"{super().format(record)} {fields}".rstrip()


class Masking(logging.StreamHandler[TextIO]):
    """Masks secrets in the whole line as it is about to be written: words, fields and tracebacks alike."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(sys.stderr)
        self._secrets: tuple[str, ...] = ()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Mask these too; the longest first, so that one that is part of another hides nothing of it from the mask."""
        spelled = {
            each for secret in secrets for each in (secret, _as_json(secret)) if len(secret) >= SHORTEST
        }
        self._secrets = tuple(sorted({*self._secrets, *spelled}, key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """Write the line, masked."""
        return mask(super().format(record), self._secrets)


def _as_json(secret: str) -> str:
    return json.dumps(secret)[1:-1]


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """Take secrets out of a text."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def hide(secrets: Iterable[str]) -> None:
    """Keep more secrets out of all logs from now on."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Masking):
            handler.hide(secrets)


def set_up(form: Literal["text", "json"], secrets: tuple[str, ...]) -> None:
    """Send all logs to standard error, in one form, with secrets masked; libraries speak only of trouble."""
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
