"""Trouble on order: what the Web API does instead of answering, so that a test can see how the bot
bears it.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aiohttp import web

Trouble: TypeAlias = Literal["ratelimited", "error", "status", "slow", "cut"]


@dataclass(slots=True)
class Fault:
    """Trouble for a method (`*`: every method), `times` times; `value` is Retry-After, status or seconds."""

    method: str
    trouble: Trouble
    value: float = 1
    code: str = "internal_error"
    times: int = 1


@dataclass(slots=True)
class Faults:
    """The faults that are waiting, oldest first."""

    waiting: list[Fault] = field(default_factory=list[Fault])

    def add(self, fault: Fault) -> None:
        """Let this happen to the next calls that it fits."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """All is well again."""
        self.waiting.clear()

    async def strike(self, method: str, request: web.Request) -> web.Response | None:
        """The answer that a waiting fault gives in place of the method's own, if there is one."""
        for fault in self.waiting:
            if fault.method in {"*", method} and fault.times > 0:
                fault.times -= 1
                return await _happen(fault, request)
        return None


async def _happen(fault: Fault, request: web.Request) -> web.Response | None:
    if fault.trouble == "slow":
        await asyncio.sleep(fault.value)
        return None
    if fault.trouble == "cut":
        if request.transport:
            request.transport.close()
        return web.Response(status=500)
    if fault.trouble == "status":
        return web.Response(status=int(fault.value))
    if fault.trouble == "ratelimited":
        return _refusal("ratelimited", status=429, headers={"Retry-After": str(int(fault.value))})
    return _refusal(fault.code)


def _refusal(code: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status, headers=headers)
