"""Where the bot listens: SHIPROOM_HOST and SHIPROOM_PORT, and how it is reached from its own machine.

Apart from the other settings, so that `shiproom healthcheck` imports nothing that takes long.
"""

from collections.abc import Mapping

HIGHEST_PORT = 65_535
MOST_DIGITS = 5
_HOST, _PORT = "127.0.0.1", "3000"
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is opened here
"""Where one asks who listens on all addresses."""


def listen_address(environ: Mapping[str, str]) -> tuple[str, int]:
    """Return the host and the port that the bot listens on."""
    return environ.get("SHIPROOM_HOST") or _HOST, int(environ.get("SHIPROOM_PORT") or _PORT)


def own_address(environ: Mapping[str, str]) -> tuple[str, int]:
    """Return the host and the port at which the bot is reached from its own machine."""
    host, port = listen_address(environ)
    return _LOOPBACK.get(host, host), port


def malformed_port(environ: Mapping[str, str]) -> str:
    """Return what is wrong with SHIPROOM_PORT; empty if nothing is."""
    port = environ.get("SHIPROOM_PORT") or _PORT
    if port.isascii() and port.isdigit() and len(port) <= MOST_DIGITS and int(port) <= HIGHEST_PORT:
        return ""
    return f"SHIPROOM_PORT is {port[:20]!r}: it must be a number from 0 to {HIGHEST_PORT}."
