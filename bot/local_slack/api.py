"""Serves the Web API: decodes arguments, checks tokens and scopes.

docs.slack.dev/apis/web-api: arguments come as a query, a form or JSON; a refusal is a 200 too.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from bot.local_slack.limits import RateLimits
from bot.local_slack.methods import METHODS
from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import Json
from bot.local_slack.tokens import Tokens
from bot.local_slack.triggers import Triggers
from bot.local_slack.workspace import Workspace


@dataclass(slots=True)
class WebApi:
    """Serves all methods under `/api/{method}`."""

    workspace: Workspace
    triggers: Triggers
    tokens: Tokens
    new_socket: Callable[[], str]
    limits: RateLimits

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        name = request.match_info["method"]
        scopes: frozenset[str] = frozenset()
        try:
            arguments = await read_arguments(request)
            method = self._method(name)
            scopes = self.tokens.admit(_token(request, arguments), method)
            wait = self.limits.take(name, str(arguments.get("channel", "")))
            if wait:
                return ratelimited(wait)
            address = f"{request.scheme}://{request.host}"
            call = Call(self.workspace, self.triggers, address, arguments, scopes)
            answer = {"ok": True, **method.answer(call)}
        except ApiError as refusal:
            answer = _refused(refusal)
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(sorted(scopes))})

    def _method(self, name: str) -> Method:
        if name == "apps.connections.open":
            return Method(self._open_connection, "connections:write", by="app")
        if name not in METHODS:
            raise ApiError("unknown_method")
        return METHODS[name]

    def _open_connection(self, call: Call) -> Json:
        """Answer apps.connections.open with the address of one Socket Mode connection."""
        return {"url": call.address.replace("http", "ws", 1) + self.new_socket()}


def ratelimited(seconds: int) -> web.Response:
    """Return Slack's 429 with its Retry-After."""
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


async def read_arguments(request: web.Request) -> Json:
    """Read the arguments of a call from its query, JSON or form; raises ApiError."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        return arguments | _json_object(await request.text())
    if request.method == "POST":
        arguments |= dict(await request.post())
    return arguments


def _json_object(body: str) -> Json:
    try:
        given = json.loads(body or "{}")
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(given, dict):
        raise ApiError("json_not_object")
    return cast("Json", given)


def _token(request: web.Request, arguments: Json) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() or str(arguments.pop("token", ""))


def _refused(refusal: ApiError) -> Json:
    answer: Json = {"ok": False, "error": refusal.code, **refusal.details}
    if refusal.messages:
        answer |= {"errors": refusal.messages, "response_metadata": {"messages": refusal.messages}}
    return answer
