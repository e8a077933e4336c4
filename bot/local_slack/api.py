"""The Web API's front door: reads slack_sdk's encodings, checks token and scopes, answers with Slack's JSON.

docs.slack.dev/apis/web-api: arguments come as a query, a form or JSON; a refusal is a 200 too.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from bot.local_slack.faults import Faults, ratelimited
from bot.local_slack.limits import RateLimits
from bot.local_slack.methods import METHODS
from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import Json
from bot.local_slack.tickets import Tickets
from bot.local_slack.tokens import Tokens
from bot.local_slack.workspace import Workspace

REMEMBERED = 5_000


@dataclass(slots=True)
class WebApi:
    """All methods under `/api/{method}`; `calls` remembers the newest of them with their answers."""

    workspace: Workspace
    tickets: Tickets
    tokens: Tokens
    new_socket: Callable[[], str]
    limits: RateLimits
    faults: Faults = field(default_factory=Faults)
    calls: deque[tuple[str, Json, Json]] = field(
        default_factory=lambda: deque[tuple[str, Json, Json]](maxlen=REMEMBERED)
    )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or do what trouble there is instead; a call that is carried out may lose its answer."""
        name = request.match_info["method"]
        fault = self.faults.next(name)
        if fault and not fault.carried_out:
            trouble = await self.faults.happen(fault, request)
            if trouble:
                return trouble
        answer = await self._answer(name, request)
        lost = await self.faults.happen(fault, request) if fault and fault.carried_out else None
        return lost or answer

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        arguments: Json = {}
        scopes: frozenset[str] = frozenset()
        try:
            arguments = await read_arguments(request)
            method = self._method(name)
            scopes = self.tokens.admit(_token(request, arguments), method)
            wait = self.limits.take(name, str(arguments.get("channel", "")))
            if wait:
                self.calls.append((name, arguments, {"ok": False, "error": "ratelimited"}))
                return ratelimited(wait)
            address = f"{request.scheme}://{request.host}"
            call = Call(self.workspace, self.tickets, address, arguments, scopes)
            answer = {"ok": True, **method.answer(call)}
        except ApiError as refusal:
            answer = _refused(refusal)
        self.calls.append((name, arguments, answer))
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(sorted(scopes))})

    def _method(self, name: str) -> Method:
        if name == "apps.connections.open":
            return Method(self._open_connection, "connections:write", by="app")
        if name not in METHODS:
            raise ApiError("unknown_method")
        return METHODS[name]

    def _open_connection(self, call: Call) -> Json:
        """apps.connections.open: where one Socket Mode connection may be opened."""
        return {"url": call.address.replace("http", "ws", 1) + self.new_socket()}


async def read_arguments(request: web.Request) -> Json:
    """The arguments of a call, from the query and from a body in JSON or as a form; raises ApiError."""
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
    answer: Json = {"ok": False, "error": refusal.code, **refusal.beside}
    if refusal.messages:
        answer |= {"errors": refusal.messages, "response_metadata": {"messages": refusal.messages}}
    return answer
