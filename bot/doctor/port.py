"""Examines the port: it is free, or the bot answers on it; and whether another bot works with the database."""

import errno
import json
import socket
from collections.abc import AsyncIterator
from typing import cast

import aiohttp

from bot.doctor.finding import Finding, failed, warned, well
from bot.doctor.installation import Installation
from bot.policy_source import needs_exclusive_database
from bot.slack_client.web import TIMEOUT
from storage.database import StorageError
from storage.held_file import is_held
from storage.opening import connect, sqlite_path

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask what listens everywhere


async def examine_port(installation: Installation) -> AsyncIterator[Finding]:
    """Examine who listens where the bot does, or would."""
    settings = installation.settings
    place = f"{settings.host}:{settings.port}"
    answer = await _ask(installation)
    fault = "" if answer else _unbindable(settings.host, settings.port)
    if answer:
        yield answer
    elif fault:
        yield failed("port", f"{place} cannot be used ({fault}): set SHIPROOM_HOST and SHIPROOM_PORT.")
    else:
        yield well("port", f"{place} is free: the bot does not run here.")
    if not answer and (other := await _other_bot(installation)):
        yield warned("port", other)


async def _ask(installation: Installation) -> Finding | None:
    """Return what /readyz says; None if nobody answers."""
    settings = installation.settings
    host = ANYWHERE.get(settings.host, settings.host)
    place = f"[{host}]:{settings.port}" if ":" in host else f"{host}:{settings.port}"
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.get(f"http://{place}/readyz") as answer,
        ):
            said: object = json.loads(await answer.text())
    except aiohttp.ClientConnectorError:
        return None
    except (aiohttp.ClientError, TimeoutError, ValueError):
        said = None
    if not isinstance(said, dict) or "ready" not in said:
        return failed("port", f"{place} is used by another program: stop it, or set SHIPROOM_PORT.")
    return _of_bot(place, cast("dict[str, object]", said))


def _of_bot(place: str, said: dict[str, object]) -> Finding:
    """Return how the bot that answers is: what is missing, what does not answer, what cannot be read or is lost."""
    if not said["ready"]:
        return failed("port", f"The bot at {place} cannot work now: {said.get('missing')}.")
    troubles = {name: said[name] for name in ("silent", "unreadable", "lost") if said.get(name)}
    if troubles:
        return warned("port", f"The bot at {place} works, but: {json.dumps(troubles)}.")
    return well("port", f"The bot at {place} answers that it is ready.")


def _unbindable(host: str, port: int) -> str:
    """Return why the bot could not listen there; empty if it could."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return "it is in use" if error.errno == errno.EADDRINUSE else str(error.strerror or error)
    return ""


async def _other_bot(installation: Installation) -> str:
    """Return that a bot works with this database which does not answer here; empty if none is seen."""
    url = installation.settings.database
    another = (
        "Another Shiproom works with this database, and not at this address: is it meant to, or is SHIPROOM_PORT another one "
        "there?"
    )
    if url.startswith("sqlite"):
        path = sqlite_path(url)
        return another if path.exists() and is_held(path) else ""
    if not needs_exclusive_database(installation.policy):
        return ""
    try:
        await (await connect(url, alone=True)).close()
    except StorageError as error:
        return str(error)
    return ""
