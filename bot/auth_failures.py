"""Logs failed authentications for a SIEM, a few for each source and minute, so that a flood of them fills no disk."""

import asyncio
import logging
from dataclasses import dataclass

from bot import origin

log = logging.getLogger("shiproom.security")

FIELDS = ("reason", "via", "source", "path", "more")

PER_SOURCE = 5
"""How many are logged of one source in a minute; the rest are counted, and the count is in the next line."""

ALL = 100
"""How many are logged in a minute of all sources together."""

MINUTE = 60.0
MOST_SOURCES = 1000

UNPROVED = frozenset({401, 403})
"""The answers to somebody who did not prove who they are, or lacks the right."""

REASONS = {
    "headers": "Slack's signature headers are missing or malformed",
    "age": "Slack's signature is too old or from the future",
    "signature": "Slack's signature is wrong",
    "workspace": "Slack sent it for another workspace",
    "token": "the API token is missing or wrong",
    "right": "the API token lacks the right",
    "claim": "the claim of a run is not proved",
    "webhook": "the webhook is not signed as its CI signs",
}
"""What each reason means."""


@dataclass(slots=True)
class _Window:
    begins: float
    logged: int = 0
    left_out: int = 0


class AuthFailures:
    """Counts what was logged of each source in its present minute."""

    def __init__(self) -> None:
        self._of_source: dict[str, _Window] = {}
        self._of_all = _Window(float("-inf"))

    def note(self, reason: str, detail: str = "") -> None:
        """Log that somebody could not prove who they are, unless that was logged often enough."""
        came = origin.current()
        now = asyncio.get_running_loop().time()
        window = self._window(came.source, now)
        if now - self._of_all.begins >= MINUTE:
            self._of_all = _Window(now)
        if window.logged >= PER_SOURCE or self._of_all.logged >= ALL:
            window.left_out += 1
            return
        window.logged += 1
        self._of_all.logged += 1
        more, window.left_out = window.left_out, 0
        fields = {
            "reason": reason,
            "via": came.via,
            "source": came.source,
            "path": _short(came.path),
            "more": more,
        }
        sentence = REASONS[reason] + (f" ({_short(detail)})" if detail else "")
        log.warning("authentication failed: %s", sentence, extra=fields)

    def _window(self, source: str, now: float) -> _Window:
        window = self._of_source.get(source)
        if window is None or now - window.begins >= MINUTE:
            left_out = window.left_out if window is not None else 0
            self._of_source.pop(source, None)
            if len(self._of_source) >= MOST_SOURCES:
                del self._of_source[next(iter(self._of_source))]
            window = self._of_source[source] = _Window(now, left_out=left_out)
        return window


def _short(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)[:120]


FAILURES = AuthFailures()
"""Those of this process."""
