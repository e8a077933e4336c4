"""The aiohttp application: every route with its guard, a time limit for each request, and no body in any log."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Protocol

from aiohttp import web

from bot.http.guard import MOST_BYTES, SlackGuard, refuse
from bot.metrics import ANSWER_SECONDS, exposition

log = logging.getLogger("shiproom.http")

READ_WITHIN = 10.0
"""How many seconds a sender may take for a request; a slow one is let go."""


class Health(Protocol):
    """What /readyz asks."""

    async def ready(self) -> str:
        """Say what is missing, or nothing."""
        ...


class SlackDoor(Protocol):
    """Where a request of Slack goes once the guard let it through."""

    async def dispatch(self, request: web.Request, body: bytes, delivery: str) -> web.StreamResponse:
        """Answer it."""
        ...


def make_web(
    guard: SlackGuard | None, slack: SlackDoor, machines: Iterable[web.RouteDef], health: Health
) -> web.Application:
    """Put the routes together, those for other programs among them; without a guard (Socket Mode) Slack's is not there."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_limited])

    async def from_slack(request: web.Request) -> web.StreamResponse:
        if guard is None:
            raise web.HTTPNotFound
        checked = await guard.check(request)
        if isinstance(checked, web.Response):
            return checked
        with ANSWER_SECONDS.labels("slack").time():
            return await slack.dispatch(request, *checked)

    async def ready(_: web.Request) -> web.Response:
        missing = await health.ready()
        if missing:
            return web.json_response(
                {"ready": False, "missing": missing}, status=HTTPStatus.SERVICE_UNAVAILABLE
            )
        return web.json_response({"ready": True})

    app.add_routes(
        [
            web.post("/slack/events", from_slack),
            web.get("/healthz", _alive),
            web.get("/readyz", ready),
            web.get("/metrics", _metrics),
            *machines,
        ]
    )
    return app


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(
        body=exposition(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
    )


@web.middleware
async def _limited(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A sender that is too slow gets 408; a fault of ours is one line here and 500 there, with nothing of the request."""
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
