"""Which token a request of the API carries, and what that token may do by the policy in force."""

import hmac
from functools import update_wrapper
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web

from bot.engine import Engine
from bot.http.described import TokenHandler, operation_of
from bot.http.guard import refuse
from bot.origin import came_via
from handlers.policy import ApiToken

MAIN = "SHIPROOM_API_TOKEN"
"""The name of the token from the environment."""


class Callers:
    """Knows the token of the environment and those of the policy, as of now."""

    def __init__(self, engine: Engine, main: str) -> None:
        self._engine = engine
        self._main = main

    def route(self, method: str, path: str, handler: TokenHandler) -> web.RouteDef:
        """Return a route for tokens with one of the rights that its handler says it needs."""
        operation = operation_of(handler)

        async def admit(request: web.Request) -> web.StreamResponse:
            token = self._caller(request, operation.rights)
            return token if isinstance(token, web.Response) else await handler(request, token)

        admitting: Any = update_wrapper(admit, cast(Any, handler), updated=())
        admitting.operation = operation
        return web.route(method, path, admitting)

    def _caller(self, request: web.Request, rights: tuple[str, ...]) -> ApiToken | web.Response:
        tokens = self._tokens()
        if not tokens:
            return refuse("api_off", HTTPStatus.NOT_FOUND, "The API is off: no token is set.")
        token = _carried(request, tokens)
        came_via("api", token.name if token is not None else "")
        if token is None:
            return refuse("token", HTTPStatus.UNAUTHORIZED, "The bearer token is missing or wrong.")
        if token.may.isdisjoint(rights):
            return refuse("right", HTTPStatus.FORBIDDEN, _lacks(token, rights))
        return token

    def _tokens(self) -> tuple[ApiToken, ...]:
        main = (ApiToken(MAIN, self._main, frozenset({"read", "build"})),) if self._main else ()
        return (*main, *self._engine.policy.tokens)


def _carried(request: web.Request, tokens: tuple[ApiToken, ...]) -> ApiToken | None:
    """Find the token of a request; each is compared in constant time, and none is left out."""
    given = request.headers.get("Authorization", "")
    # aiohttp keeps header bytes that are not UTF-8 as half surrogates, which strict encoding rejects.
    carried = given.encode("utf-8", "surrogateescape")
    matching = [each for each in tokens if hmac.compare_digest(carried, f"Bearer {each.secret}".encode())]
    return matching[0] if matching else None


def _lacks(token: ApiToken, rights: tuple[str, ...]) -> str:
    wanted = " or ".join(rights)
    can = ", ".join(sorted(token.may))
    if token.name == MAIN:
        return (
            f"{MAIN} may {can}, but not {wanted}: describe a token that may, under `tokens` in shiproom.yml."
        )
    return f"The token {token.name} may {can}, but not {wanted}: add that to its `may` in shiproom.yml."
