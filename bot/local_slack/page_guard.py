"""Only pages of this server may use it: a browser on a foreign page sends its own Origin, and is refused."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

OWN_HOSTS = ("localhost", "127.0.0.1", "::1")
FOR_PROGRAMS = ("/api/", "/response/", "/socket")
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests from foreign pages."""
    if not _is_own(request):
        raise web.HTTPMisdirectedRequest(
            text="This server answers only at its own address, such as localhost."
        )
    if request.path.startswith(FOR_PROGRAMS):
        return await handler(request)
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="This page may only be used from its own address.")
    response = await handler(request)
    if not response.prepared:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
    return response


def _is_own(request: web.Request) -> bool:
    """Return whether the Host is an address of this server: another name may have been pointed here by a foreign page."""
    bound = request.transport.get_extra_info("sockname") if request.transport is not None else None
    host = urlsplit(f"//{request.host}").hostname or ""
    return host in OWN_HOSTS or bool(bound and host == bound[0])
