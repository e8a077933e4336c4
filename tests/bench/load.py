"""Sends prepared requests over kept connections as fast as they are answered, or at a steady rate, and times each."""

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass
class Timed:
    """Latencies in seconds of the answers that came, and how many were no 200."""

    latencies: list[float] = field(default_factory=list[float])
    bad: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Give a percentile in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def signed(payload: dict[str, Any], path: str = "/slack/events") -> bytes:
    """Prepare one signed click as bytes on the wire."""
    body = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()
    stamp = str(int(time.time())).encode()
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest().encode()
    head = (
        b"POST " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"X-Slack-Request-Timestamp: " + stamp + b"\r\nX-Slack-Signature: v0=" + digest + b"\r\n"
        b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n"
    )
    return head + body


async def flood(port: int, requests: Sequence[bytes], connections: int = 16) -> Timed:
    """Send all requests, each connection the next one as soon as it has its answer."""
    timed, queue = Timed(), list(reversed(requests))
    began = time.perf_counter()
    await asyncio.gather(*(_worker(port, queue, timed) for _ in range(connections)))
    timed.seconds = time.perf_counter() - began
    return timed


async def _worker(port: int, queue: list[bytes], timed: Timed) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while queue:
        await _one(reader, writer, queue.pop(), timed)
    writer.close()


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, timed: Timed
) -> None:
    sent = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    if length:
        await reader.readexactly(length)
    timed.latencies.append(time.perf_counter() - sent)
    timed.bad += not head.startswith(b"HTTP/1.1 200")


async def steady(port: int, requests: Sequence[bytes], rate: float, connections: int = 32) -> Timed:
    """Send requests at a steady rate, each at its own time, whether the one before it was answered or not."""
    timed, began = Timed(), time.perf_counter()
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))

    async def at(index: int, request: bytes) -> None:
        due = began + index / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reader, writer = await free.get()
        await _one(reader, writer, request, timed)
        free.put_nowait((reader, writer))

    await asyncio.gather(*(at(index, request) for index, request in enumerate(requests)))
    timed.seconds = time.perf_counter() - began
    return timed
