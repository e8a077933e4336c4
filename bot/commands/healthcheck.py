"""`shiproom healthcheck`: asks the bot on this machine whether it can work, as HEALTHCHECK of a container does.

It exits with 0 or 1, the only statuses that are defined there (docs.docker.com/reference/dockerfile, HEALTHCHECK).
"""

import http.client
import json
import os
from http import HTTPStatus
from typing import cast

from bot.commands.output import OK, fail, say
from bot.listen_address import malformed_port, own_address

ALIVE, READY = "/healthz", "/readyz?without=slack"
"""An outage of Slack is no reason to stop a container: a new one could reach it no better."""

WITHIN = 5.0
"""Seconds for the answer."""

LONGEST = 65_536
"""How many bytes of an answer are read."""


def healthcheck(*, alive: bool) -> int:
    """Say whether the bot is ready, or with `alive` whether it answers; return the exit status."""
    if fault := malformed_port(os.environ):
        return fail(fault)
    host, port = own_address(os.environ)
    try:
        status, body = _ask(host, port, ALIVE if alive else READY)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        where = f"Nothing answers at {host} port {port} ({reason})"
        return fail(f"{where}: is `shiproom run` up, with the same SHIPROOM_HOST and SHIPROOM_PORT?")
    if status == HTTPStatus.OK:
        say("Shiproom is alive." if alive else "Shiproom is ready.")
        return OK
    return fail(f"Shiproom is not ready: {_missing(body) or f'it answers {status}'}.")


def _ask(host: str, port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=WITHIN)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST)
    finally:
        connection.close()


def _missing(body: bytes) -> str:
    """Return what the answer says is missing; empty if it says nothing of the kind."""
    try:
        said: object = json.loads(body)
    except ValueError:
        return ""
    missing = cast("dict[str, object]", said).get("missing", "") if isinstance(said, dict) else ""
    return str(missing)
