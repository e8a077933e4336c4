"""A proxy on this machine that tunnels (RFC 9110, 9.3.6, CONNECT), and wants to know who asks."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LOGIN = "mara:long-word"
_WANTED = f"proxy-authorization: basic {base64.b64encode(LOGIN.encode()).decode()}".lower()


@dataclass
class Tunnel:
    """Connects every host to `port` of this machine; `opened` holds the hosts that were asked for."""

    port: int
    url: str = ""
    opened: list[str] = field(default_factory=list[str])
    refused: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until either side ends."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, *_ = head.split(" ")
        if method != "CONNECT" or _WANTED not in head.lower():
            self.refused += 1
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        self.opened.append(target)
        there, to_there = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pass_on(reader, to_there), _pass_on(there, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def tunnel(port: int) -> AsyncGenerator[Tunnel]:
    """Serve a tunnel to a port of this machine."""
    made = Tunnel(port)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://{LOGIN}@127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield made
