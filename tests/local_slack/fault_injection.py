"""Injects faults into the Web API: rate limits, errors, lost connections."""

import asyncio
from dataclasses import dataclass, field
from math import inf
from typing import Literal, TypeAlias

from aiohttp import web

from bot.local_slack.api import ratelimited

FaultKind: TypeAlias = Literal["ratelimited", "error", "status", "slow", "hang", "cut", "down"]
ALWAYS = inf
"""A fault with this `times` lasts until the faults are cleared."""


@dataclass(slots=True)
class InjectedFault:
    """A fault of a method (`*`: every method), `times` times.

    `value` is the Retry-After, the status or the seconds. `hang` answers nothing until the faults are cleared, `cut`
    closes the connection and `down` aborts it. With `carried_out` the call takes effect and only its answer is lost.
    """

    method: str
    kind: FaultKind
    value: float = 1
    code: str = "internal_error"
    times: float = 1
    carried_out: bool = False


@dataclass(slots=True)
class FaultInjector:
    """The faults that are due, oldest first."""

    waiting: list[InjectedFault] = field(default_factory=list[InjectedFault])
    _cleared: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, fault: InjectedFault) -> None:
        """Apply a fault to the next calls that it fits."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Remove all faults and cut the connections that hang."""
        self.waiting.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    def next(self, method: str) -> InjectedFault | None:
        """Take the fault of this call, if one is due."""
        for fault in self.waiting:
            if fault.method in {"*", method} and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    async def apply(self, fault: InjectedFault, request: web.Request) -> web.Response | None:
        """Return the answer that replaces the method's own; None for a mere delay."""
        match fault.kind:
            case "slow":
                await asyncio.sleep(fault.value)
                return None
            case "hang":
                await self._cleared.wait()
                return _without_answer(request)
            case "cut" | "down":
                return _without_answer(request, abort=fault.kind == "down")
            case "status":
                return web.Response(status=int(fault.value))
            case "ratelimited":
                return ratelimited(int(fault.value))
            case "error":
                return web.json_response({"ok": False, "error": fault.code})


def _without_answer(request: web.Request, *, abort: bool = False) -> web.Response:
    transport = request.transport
    if transport and abort:
        transport.abort()
    elif transport:
        transport.close()
    return web.Response(status=500)
