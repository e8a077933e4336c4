"""Reads the manifest of the Slack app, which lies beside the three packages, in a clone and in an install."""

import re
from pathlib import Path

_PATH = Path(__file__).parents[1] / "manifest.yml"
_ADDRESS = re.compile(
    r"# ((?:(?:message_menu_options|request)_)?url: )https://shiproom\.example\.org/slack/events"
)
_ROUTE = "/slack/events"


def manifest(url: str = "") -> str:
    """Return the manifest for Socket Mode, or for HTTP at the bot's public address.

    Raises FileNotFoundError if this installation lacks it.
    """
    text = _PATH.read_text(encoding="utf-8")
    if not url:
        return text
    address = url.rstrip("/").removesuffix(_ROUTE) + _ROUTE
    http = _ADDRESS.sub(lambda found: f"{found[1]}{address}", text)
    return http.replace("socket_mode_enabled: true", "socket_mode_enabled: false")
