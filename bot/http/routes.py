"""The aiohttp application: all routes with a guard and a time limit; no body is ever logged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Protocol

from aiohttp import hdrs, web

from bot.http.answers import AliveJson, ErrorJson, ReadyJson, SilenceJson
from bot.http.described import described, operations
from bot.http.guard import MOST_BYTES, SlackGuard, is_ssl_check, refuse
from bot.http.other_operations import ALIVE, EXPOSITION, FROM_SLACK, METRICS, READY, TRY_CERTIFICATE
from bot.metrics import ANSWER_SECONDS, exposition
from bot.origin import came_from
from bot.policy_in_force import NotDecidingError
from bot.tracing import tracer
from storage.codec import UnreadableError
from storage.database import DatabaseUnavailableError, UnconfirmedError

log = logging.getLogger("shiproom.http")

READ_WITHIN = 10.0
"""How many seconds a sender may take for a request."""


RETRY_AFTER = 10
"""Seconds after which a request may be decided by another replica, or by this one."""


class Health(Protocol):
    """What /readyz and /metrics ask for."""

    async def ready(self, *, without_slack: bool) -> str:
        """Return what is missing; empty if nothing is."""
        ...

    def unreadable(self) -> list[str]:
        """List what is saved and cannot be read; everything else goes on."""
        ...

    def lost(self) -> list[str]:
        """List what was confirmed and is not in the database any more."""
        ...

    def silent(self) -> list[SilenceJson]:
        """Return what does not answer, since when, and why."""
        ...

    async def measure(self) -> None:
        """Set the gauges of what is connected, and of what the database knows."""
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
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_traced, _limited])

    @described(READY)
    async def ready(request: web.Request) -> web.Response:
        without = request.query.getall("without", [])
        if set(without) - {"slack"}:
            return _error(HTTPStatus.UNPROCESSABLE_ENTITY, "without is slack, or it is left out.")
        missing = await health.ready(without_slack=bool(without))
        unreadable, lost = health.unreadable(), health.lost()
        said = ReadyJson(ready=not missing, silent=health.silent())
        if missing:
            said["missing"] = missing
        if unreadable:
            said["unreadable"] = unreadable
        if lost:
            said["lost"] = lost
        return web.json_response(said, status=HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK)

    app.add_routes(
        [
            *_slack_routes(guard, slack),
            web.get("/healthz", _alive),
            web.get("/readyz", ready),
            _metrics_route(health),
            *apis,
        ]
    )
    return app


def _slack_routes(guard: SlackGuard | None, slack: SlackDispatcher) -> list[web.RouteDef]:
    @described(FROM_SLACK)
    async def from_slack(request: web.Request) -> web.StreamResponse:
        if guard is None:
            raise web.HTTPNotFound
        checked = await guard.check(request)
        if isinstance(checked, web.Response):
            return checked
        with ANSWER_SECONDS.labels("slack").time():
            return await slack.dispatch(request, *checked)

    @described(TRY_CERTIFICATE)
    async def try_certificate(request: web.Request) -> web.Response:
        if guard is None:
            raise web.HTTPNotFound
        if is_ssl_check([*request.query.items()]):
            return web.Response()
        raise web.HTTPMethodNotAllowed("GET", ["POST"])

    return [
        web.post("/slack/events", from_slack),
        web.get("/slack/events", try_certificate, allow_head=False),
    ]


def _metrics_route(health: Health) -> web.RouteDef:
    measuring = asyncio.Lock()

    @described(METRICS)
    async def metrics(_: web.Request) -> web.Response:
        async with measuring:
            await health.measure()
            # Of many services it is long, and clicks do not wait for it.
            body = await asyncio.to_thread(exposition)
        return web.Response(body=body, headers={"Content-Type": EXPOSITION})

    return web.get("/metrics", metrics)


@described(ALIVE)
async def _alive(_: web.Request) -> web.Response:
    return web.json_response(AliveJson(alive=True))


_UNTRACED = frozenset({"/healthz", "/readyz", "/metrics", ""})
"""What is asked again and again by machines, and paths that are none."""


@web.middleware
async def _traced(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Trace a request by its route, and by nothing that its sender wrote (the semantic conventions for HTTP spans)."""
    resource = request.match_info.route.resource if tracer().enabled else None
    route = resource.canonical if resource is not None else ""
    if route in _UNTRACED:
        return await handler(request)
    with tracer().span(f"{request.method} {route}", "server") as span:
        span.set("http.request.method", request.method)
        span.set("http.route", route)
        response = await handler(request)
        span.set("http.response.status_code", response.status)
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.fail(str(response.status))
        return response


@web.middleware
async def _limited(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer a slow sender with 408, and an internal error with 500.

    An error is one log entry, without anything of the request.
    """
    came_from(request.remote or "", request.headers.getall("X-Forwarded-For", []), request.path)
    try:
        async with asyncio.timeout(READ_WITHIN):
            return await handler(request)
    except TimeoutError:
        return refuse("slow", HTTPStatus.REQUEST_TIMEOUT, "The request took too long.")
    except web.HTTPRequestEntityTooLarge:
        return refuse(
            "size", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large. Nothing was changed."
        )
    except web.HTTPException as error:
        return _in_words(request, error)
    except (DatabaseUnavailableError, UnconfirmedError, NotDecidingError, UnreadableError) as error:
        log.warning("%s %s: %s", request.method, request.rel_url.path, error)
        return _not_now(error)
    except Exception:
        log.exception("%s %s failed", request.method, request.rel_url.path)
        sentence = "Shiproom could not do that now. Nothing was changed; try again."
        return _error(HTTPStatus.INTERNAL_SERVER_ERROR, sentence)


def _in_words(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    """Answer what aiohttp refuses, a path or a method, as everything else is refused: with a sentence.

    Which methods a path has stands in Allow (RFC 9110, 15.5.6).
    """
    if isinstance(error, web.HTTPMethodNotAllowed):
        refused = {
            method
            for method, path, _, operation in operations(request.app)
            if operation.is_refusal and path == request.path
        }
        methods = error.allowed_methods - (refused | {hdrs.METH_HEAD} if refused else refused)
        allowed = ", ".join(sorted(methods))
        return _error(HTTPStatus.METHOD_NOT_ALLOWED, f"This takes {allowed} only.", {"Allow": allowed})
    if isinstance(error, web.HTTPNotFound):
        return _error(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
    raise error


def _error(status: HTTPStatus, sentence: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(ErrorJson(error=sentence), status=status, headers=headers)


def _not_now(error: Exception) -> web.Response:
    """Answer what can be asked again later with 503."""
    if isinstance(error, UnreadableError):
        sentence = f"The {error.place} cannot be read: {error.reason}. Run `shiproom audit verify`."
        return refuse("unreadable", HTTPStatus.SERVICE_UNAVAILABLE, sentence)
    if isinstance(error, NotDecidingError):
        sentence = f"Nothing is decided here now: {error}."
    elif isinstance(error, UnconfirmedError):
        sentence = f"{error}, so this was done or not. Look, and send it again if it was not."
    else:
        sentence = "The database does not answer now. Nothing was changed; try again in a few seconds."
    return _error(HTTPStatus.SERVICE_UNAVAILABLE, sentence, {"Retry-After": str(RETRY_AFTER)})
