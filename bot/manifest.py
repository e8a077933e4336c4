"""Finds the manifest of the Slack app: in a clone at its top, in an installed package beside this file."""

import re
from pathlib import Path

_PLACES = (Path(__file__).with_name("manifest.yml"), Path(__file__).parents[1] / "manifest.yml")
_ADDRESS = re.compile(r"# ((?:request_)?url: )https://shiproom\.example\.org/slack/events")
_ROUTE = "/slack/events"


def manifest(url: str = "") -> str:
    """Return the manifest for Socket Mode, or for HTTP at the bot's public address.

    Raises FileNotFoundError if this installation lacks it.
    """
    text = next((path for path in _PLACES if path.is_file()), _PLACES[0]).read_text(encoding="utf-8")
    if not url:
        return text
    address = url.rstrip("/").removesuffix(_ROUTE) + _ROUTE
    http = _ADDRESS.sub(lambda found: f"{found[1]}{address}", text)
    return http.replace("socket_mode_enabled: true", "socket_mode_enabled: false")
