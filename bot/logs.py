"""Structured logs: one line per decision, as text for eyes or as JSON for machines; secrets are masked by value everywhere."""

import logging
import sys
from typing import ClassVar, Literal

from pythonjsonlogger.json import JsonFormatter

MASK = "[secret]"
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


class Masking(logging.Filter):
    """Masks secrets in whatever is about to be written."""

    secrets: ClassVar[tuple[str, ...]] = ()

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask, and let through."""
        text = record.getMessage()
        masked = mask(text, self.secrets)
        if masked != text:
            record.msg, record.args = masked, None
        if record.exc_info and not record.exc_text:
            record.exc_text = mask(logging.Formatter().formatException(record.exc_info), self.secrets)
        return True


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """Take secrets out of a text."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def set_up(form: Literal["text", "json"], secrets: tuple[str, ...]) -> None:
    """Send all logs to standard error, in one form, with secrets masked; libraries speak only of trouble."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter("{asctime}{levelname}{name}{message}", style="{") if form == "json" else TextFormatter()
    )
    Masking.secrets = secrets
    handler.addFilter(Masking())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("shiproom").setLevel(logging.INFO)
    for loud in ("slack_bolt", "slack_sdk", "apscheduler", "aiohttp.access"):
        logging.getLogger(loud).setLevel(logging.ERROR)
