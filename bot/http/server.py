"""Listens for HTTP connections, and takes no more than the descriptors allow.

asyncio's own loop tries to accept 512 times a second while there are no descriptors, with a traceback each time.
"""

import asyncio
import contextlib
import errno
import logging
import os
import socket

from aiohttp import web

from bot.http.connections import Connection, Connections, most_connections
from bot.tasks import Tasks

log = logging.getLogger("shiproom.http")

BACKLOG = 512
AT_ONCE = 16
"""How many connections are accepted until others have their turn."""

PAUSE = 0.2
"""Seconds without accepting, after there was no descriptor or no room."""

TELL_EVERY = 60.0
"""Seconds between two lines about that."""

_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class HttpServer:
    """Serves an application."""

    def __init__(self, application: web.Application) -> None:
        self.application = application
        self._connections = Connections(most_connections())
        application.middlewares.insert(0, self._connections.middleware)
        self._runner = web.AppRunner(application, access_log=None, keepalive_timeout=75.0)
        self._sockets: list[socket.socket] = []
        self._tasks = Tasks()
        self._opening = 0
        self._told_at = float("-inf")

    async def start(self, host: str, port: int) -> None:
        """Listen on every address of a host.

        Raises OSError with a sentence for people.
        """
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            await self._bind(host, port)
        except OSError as error:
            await self.stop()
            why = str(error.strerror).partition(" (while")[0]
            message = (
                f"Port {port} on {host} cannot be opened: {why}. "
                "Stop what uses it, or set SHIPROOM_PORT or SHIPROOM_HOST."
            )
            raise OSError(message) from error
        for each in self._sockets:
            loop.add_reader(each, self._accept, each)

    async def _bind(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            listening = socket.create_server(address[:2], family=family, backlog=BACKLOG)
            listening.settimeout(0)
            self._sockets.append(listening)

    @property
    def port(self) -> int:
        """The port that it listens on; 0 before the start and after the stop."""
        return int(self._sockets[0].getsockname()[1]) if self._sockets else 0

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                accepted, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                self._connections.end_oldest()
                self._rest(listening, os.strerror(error.errno))
                return
            accepted.settimeout(0)
            if not self._connections.make_room(self._opening + 1):
                accepted.close()
                self._rest(listening, f"all {len(self._connections)} connections are in use")
                return
            self._opening += 1
            self._tasks.start(self._open(accepted), "open a connection")

    async def _open(self, accepted: socket.socket) -> None:
        server = self._runner.server
        try:
            if server is None:
                accepted.close()
            else:
                await asyncio.get_running_loop().connect_accepted_socket(
                    lambda: Connection(server(), self._connections), accepted
                )
        except OSError:
            accepted.close()
        finally:
            self._opening -= 1

    def _rest(self, listening: socket.socket, why: str) -> None:
        """Stop accepting for a moment: the socket stays readable, and the loop would turn without end."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._told_at >= TELL_EVERY:
            self._told_at = loop.time()
            log.error("No connection can be accepted now (%s); this is said once a minute.", why)
        loop.remove_reader(listening)
        loop.call_later(PAUSE, self._resume, listening)

    def _resume(self, listening: socket.socket) -> None:
        if listening in self._sockets:
            asyncio.get_running_loop().add_reader(listening, self._accept, listening)

    async def stop(self) -> None:
        """Stop listening, let what is handled end, and close all connections."""
        loop = asyncio.get_running_loop()
        while self._sockets:
            listening = self._sockets.pop()
            with contextlib.suppress(ValueError):
                loop.remove_reader(listening)
            listening.close()
        await self._tasks.drain(1.0)
        await self._runner.cleanup()
