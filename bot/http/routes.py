"""The aiohttp application: all routes with a guard and a time limit; no body is ever logged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Any, Protocol

from aiohttp import web

from bot.http.guard import MOST_BYTES, SlackGuard, refuse
from bot.metrics import ANSWER_SECONDS, exposition

log = logging.getLogger("shiproom.http")

READ_WITHIN = 10.0
"""How many seconds a sender may take for a request."""


class Health(Protocol):
    """What /readyz and /metrics ask for."""

    async def ready(self, *, without_slack: bool) -> str:
        """Return what is missing; empty if nothing is."""
        ...

    def silent(self) -> list[dict[str, Any]]:
        """Return what does not answer, since when, and why."""
        ...

    def measure(self) -> None:
        """Set the gauges of what is connected."""
        ...


class SlackDispatcher(Protocol):
    """Handles a request of Slack that passed the guard."""

    async def dispatch(self, request: web.Request, body: bytes, delivery: str) -> web.StreamResponse:
        """Answer a request."""
        ...


def make_web(
    guard: SlackGuard | None, slack: SlackDispatcher, apis: Iterable[web.RouteDef], health: Health
) -> web.Application:
    """Build the application from its routes and those of other programs' APIs.

    Without a guard (Socket Mode) Slack's route does not exist.
    """
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_limited])

    async def from_slack(request: web.Request) -> web.StreamResponse:
        if guard is None:
            raise web.HTTPNotFound
        checked = await guard.check(request)
        if isinstance(checked, web.Response):
            return checked
        with ANSWER_SECONDS.labels("slack").time():
            return await slack.dispatch(request, *checked)

    async def ready(request: web.Request) -> web.Response:
        missing = await health.ready(without_slack="slack" in request.query.getall("without", []))
        silent = {"silent": health.silent()}
        said = {"ready": False, "missing": missing, **silent} if missing else {"ready": True, **silent}
        return web.json_response(said, status=HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK)

    async def metrics(_: web.Request) -> web.Response:
        health.measure()
        plain = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=exposition(), headers=plain)

    app.add_routes(
        [
            web.post("/slack/events", from_slack),
            web.get("/healthz", _alive),
            web.get("/readyz", ready),
            web.get("/metrics", metrics),
            *apis,
        ]
    )
    return app


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


@web.middleware
async def _limited(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer a slow sender with 408, and an internal error with 500.

    An error is one log entry, without anything of the request.
    """
    try:
        async with asyncio.timeout(READ_WITHIN):
            return await handler(request)
    except TimeoutError:
        return refuse("slow", HTTPStatus.REQUEST_TIMEOUT, "The request took too long.")
    except web.HTTPException:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.rel_url.path)
        sentence = "Shiproom could not do that now. Nothing was changed; try again."
        return web.json_response({"error": sentence}, status=HTTPStatus.INTERNAL_SERVER_ERROR)
