"""Injects faults into the Web API: rate limits, errors, lost connections."""

import asyncio
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import inf
from typing import Literal, TypeAlias

from aiohttp import web

from bot.local_slack.api import ratelimited

FaultKind: TypeAlias = Literal["ratelimited", "error", "status", "body", "slow", "hang", "cut", "down"]
ALWAYS = inf
"""A fault with this `times` lasts until the faults are cleared."""


@dataclass(slots=True)
class InjectedFault:
    """A fault of a method (`*`: every method, `chat.*`: those that begin like this), `times` times.

    `value` is the Retry-After, the status or the seconds. `error` answers with `code` and `needed`, `body` with `code` as it
    is, under application/json unless it begins like HTML. `hang` answers nothing until the faults are cleared, `cut`
    closes the connection and `down` aborts it. With `carried_out` the call takes effect and only its answer is lost.
    """

    method: str
    kind: FaultKind
    value: float = 1
    code: str = "internal_error"
    times: float = 1
    carried_out: bool = False
    needed: str = ""


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
            if fnmatchcase(method, fault.method) and fault.times > 0:
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
            case _:
                return _answer(fault)


def _answer(fault: InjectedFault) -> web.Response:
    if fault.kind == "status":
        return web.Response(status=int(fault.value))
    if fault.kind == "ratelimited":
        return ratelimited(int(fault.value))
    if fault.kind == "body":
        html = fault.code.startswith("<")
        return web.Response(text=fault.code, content_type="text/html" if html else "application/json")
    needed = {"needed": fault.needed} if fault.needed else {}
    return web.json_response({"ok": False, "error": fault.code, **needed})


def _without_answer(request: web.Request, *, abort: bool = False) -> web.Response:
    transport = request.transport
    if transport and abort:
        transport.abort()
    elif transport:
        transport.close()
    return web.Response(status=500)
