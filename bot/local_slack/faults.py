"""Trouble on order: what the Web API does instead of answering, so that a test can see how the bot
bears it.
"""

import asyncio
from dataclasses import dataclass, field
from math import inf
from typing import Literal, TypeAlias

from aiohttp import web

Trouble: TypeAlias = Literal["ratelimited", "error", "status", "slow", "hang", "cut", "down"]
ALWAYS = inf
"""As a fault's `times`: until the faults are cleared."""


@dataclass(slots=True)
class Fault:
    """Trouble for a method (`*`: every method), `times` times; `value` is Retry-After, status or seconds.

    `hang` answers nothing until the faults are cleared, `cut` ends the connection in good order and `down` as a machine
    that is gone. With `carried_out` the call is done all the same, and only its answer is lost.
    """

    method: str
    trouble: Trouble
    value: float = 1
    code: str = "internal_error"
    times: float = 1
    carried_out: bool = False


@dataclass(slots=True)
class Faults:
    """The faults that are waiting, oldest first."""

    waiting: list[Fault] = field(default_factory=list[Fault])
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, fault: Fault) -> None:
        """Let this happen to the next calls that it fits."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """All is well again; what hung is cut."""
        self.waiting.clear()
        self._over.set()
        self._over = asyncio.Event()

    def next(self, method: str) -> Fault | None:
        """The trouble that this call meets."""
        for fault in self.waiting:
            if fault.method in {"*", method} and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    async def happen(self, fault: Fault, request: web.Request) -> web.Response | None:
        """The answer that a fault gives in place of the method's own, if it gives one."""
        match fault.trouble:
            case "slow":
                await asyncio.sleep(fault.value)
                return None
            case "hang":
                await self._over.wait()
                return _without_answer(request)
            case "cut" | "down":
                return _without_answer(request, gone=fault.trouble == "down")
            case "status":
                return web.Response(status=int(fault.value))
            case "ratelimited":
                return ratelimited(int(fault.value))
            case "error":
                return web.json_response({"ok": False, "error": fault.code})


def ratelimited(seconds: int) -> web.Response:
    """Slack's 429, which says after how many seconds to come again (docs.slack.dev/apis/web-api/rate-limits)."""
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


def _without_answer(request: web.Request, *, gone: bool = False) -> web.Response:
    transport = request.transport
    if transport and gone:
        transport.abort()
    elif transport:
        transport.close()
    return web.Response(status=500)
