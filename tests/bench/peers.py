"""The processes that are measured: the bot and the stock apps, and the Slack API that they talk to."""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.world import free_port

ROOT = Path(__file__).parent.parent.parent


async def slack_api() -> tuple[web.AppRunner, str, dict[str, int]]:
    """Serve a Slack API that says yes to everything, and counts."""
    counts: dict[str, int] = {}

    async def answer(request: web.Request) -> web.Response:
        method = request.match_info["method"]
        counts[method] = counts.get(method, 0) + 1
        user = request.query.get("user", "")
        return web.json_response(
            {
                "ok": True,
                "team_id": "T0LOCAL",
                "user_id": "U0BOT",
                "bot_id": "B0BOT",
                "channel": "C0RELEASES",
                "ts": f"{time.time():.6f}",
                "user": {"id": user, "team_id": "T0LOCAL", "deleted": False, "name": user},
            }
        )

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port: Any = runner.addresses[0][1]
    return runner, f"http://127.0.0.1:{port}/api/", counts


class Peer:
    """One server process on a port of its own."""

    def __init__(self, words: list[str], environ: dict[str, str] | None = None) -> None:
        self.port = free_port()
        self.words = [word.replace("PORT", str(self.port)) for word in words]
        self.environ = {**os.environ, "SHIPROOM_PORT": str(self.port), **(environ or {})}
        self.process: asyncio.subprocess.Process | None = None
        self.seconds_to_ready = 0.0

    async def start(self, path: str = "/") -> None:
        """Start, and wait until it answers."""
        began = time.perf_counter()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self.words,
            env=self.environ,
            cwd=ROOT,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
                        if path == "/" or answer.status == 200:
                            break
                except aiohttp.ClientError:
                    assert self.process.returncode is None, f"it ended with {self.process.returncode}"
                await asyncio.sleep(0.005)
        self.seconds_to_ready = time.perf_counter() - began

    def megabytes(self) -> float:
        """Give the memory that is resident."""
        return self._memory("VmRSS")

    def peak_megabytes(self) -> float:
        """Give the most memory that was ever resident."""
        return self._memory("VmHWM")

    def _memory(self, which: str) -> float:
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(which))
        return int(line.split()[1]) / 1024

    def cpu_seconds(self) -> float:
        """Give the processor time that it has used."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def stop(self) -> None:
        """Kill it."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
