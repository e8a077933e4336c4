"""What goes wrong between a local GitHub and who speaks to it, once or as often as a test says."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler


@dataclass
class Fault:
    """A fault of requests whose "METHOD /path" the pattern finds.

    `carried_out` says that the request is carried out all the same; then its answer is replaced by this one, by a cut
    connection (status 0), or by nothing at all (status -1).
    """

    where: str
    status: int = 502
    carried_out: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    times: int = 1
    body: Mapping[str, str] = field(default_factory=lambda: {"message": "a fault"})


CUT, SILENT = 0, -1


class Faults:
    """The faults to come."""

    def __init__(self) -> None:
        self.coming: list[Fault] = []
        self._over = asyncio.Event()

    def add(
        self,
        where: str,
        status: int = 502,
        *,
        carried_out: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Add a fault that happens once."""
        self.coming.append(Fault(where, status, carried_out, headers or {}))

    def limit(self, where: str = "", *, times: int = 1) -> None:
        """Refuse by a secondary rate limit, without a header (GitHub's docs, "Rate limits for the REST API")."""
        page = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
        said = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        body = {"message": said, "documentation_url": f"{page}#about-secondary-rate-limits"}
        self.coming.append(Fault(where, 403, times=times, body=body))

    def use_up(self, where: str, reset: int, *, status: int = 403, date: str = "") -> None:
        """Refuse because the primary rate limit is used up until a time, in seconds since 1970."""
        headers = {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(reset),
            **({"Date": date} if date else {}),
        }
        body = {"message": "API rate limit exceeded for user ID 1."}
        self.coming.append(Fault(where, status, headers=headers, body=body))

    def end(self) -> None:
        """Let go of those who wait for an answer that never comes."""
        self._over.set()

    def _take(self, request: web.Request) -> Fault | None:
        said = f"{request.method} {request.path}"
        for fault in self.coming:
            if re.search(fault.where, said):
                fault.times -= 1
                if fault.times <= 0:
                    self.coming.remove(fault)
                return fault
        return None

    async def apply(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request, or let it fail."""
        fault = self._take(request)
        if fault is None:
            return await handler(request)
        if fault.carried_out:
            await handler(request)
        if fault.status == SILENT:
            await self._over.wait()
        if fault.status <= 0:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return web.json_response(dict(fault.body), status=fault.status, headers=fault.headers)
