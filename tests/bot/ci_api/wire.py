"""A server that keeps what arrives byte by byte, and answers or cuts as a test says: what a client really sends."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

Behaviour = Callable[["Wire", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Wire:
    """What a server has seen: its connections, and its requests as they came."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.connections = 0
        self.requests: list[bytes] = []
        self.over = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self.behaviour(self, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def request(self, reader: asyncio.StreamReader) -> bytes:
        """Read one request with its body."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        whole = head + await reader.readexactly(length)
        self.requests.append(whole)
        return whole


@asynccontextmanager
async def wire(behaviour: Behaviour) -> AsyncGenerator[Wire]:
    """Listen on a free port of this machine."""
    seen = Wire(behaviour)
    server = await asyncio.start_server(seen.meet, "127.0.0.1", 0)
    seen.port = int(server.sockets[0].getsockname()[1])
    try:
        yield seen
    finally:
        seen.over.set()
        server.close()
        await server.wait_closed()


def answering(*answers: bytes) -> Behaviour:
    """Answer the requests of all connections in turn, the last answer again and again, and keep connections open."""
    left = list(answers)

    async def behaviour(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await seen.request(reader)
            writer.write(left.pop(0) if len(left) > 1 else left[0])
            await writer.drain()

    return behaviour


def saying(status: str, headers: str = "", body: str = "") -> bytes:
    """Write an answer out."""
    lines = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}"
    return f"{lines}\r\n{body}".encode()


async def cutting(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read a request and cut the connection."""
    await seen.request(reader)
    writer.transport.abort()


async def cutting_later(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the first request of a connection, and cut it at the second."""
    await seen.request(reader)
    writer.write(OK)
    await writer.drain()
    await cutting(seen, reader, writer)


async def closing_idle(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request as if the connection stayed open, and close it."""
    await seen.request(reader)
    writer.write(OK)
    await writer.drain()


async def silent(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read a request and never answer."""
    await seen.request(reader)
    await seen.over.wait()


async def deaf(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the connection, and read nothing."""
    await seen.over.wait()


async def hanging_up(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close before anything is read."""
    writer.transport.abort()


async def talking(_seen: Wire, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak first, and not TLS."""
    writer.write(b"220 mail.example.org\r\n")
    await writer.drain()


async def endless(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer, and never come to an end."""
    await seen.request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
        await writer.drain()
