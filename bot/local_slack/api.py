"""The Web API's front door: reads slack_sdk's encodings, checks token and scopes, answers with Slack's JSON.

docs.slack.dev/apis/web-api: arguments come as a query, a form or JSON; a refusal is a 200 too.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from aiohttp import web

from bot.local_slack.faults import Faults
from bot.local_slack.methods import METHODS
from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import Json
from bot.local_slack.tickets import Tickets
from bot.local_slack.workspace import Workspace

REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two tokens of the app, and the scopes of the bot's (None: all that are ever needed)."""

    bot: str
    app: str
    scopes: frozenset[str] | None = None

    def kind(self, token: str) -> str:
        """`bot` or `app`; raises ApiError."""
        if not token:
            raise ApiError("not_authed")
        if token == self.bot:
            return "bot"
        if token == self.app:
            return "app"
        raise ApiError("invalid_auth")


@dataclass(slots=True)
class WebApi:
    """All methods under `/api/{method}`; `calls` remembers the newest of them with their answers."""

    workspace: Workspace
    tickets: Tickets
    tokens: Tokens
    new_socket: Callable[[], str]
    faults: Faults = field(default_factory=Faults)
    calls: deque[tuple[str, Json, Json]] = field(
        default_factory=lambda: deque[tuple[str, Json, Json]](maxlen=REMEMBERED)
    )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        name = request.match_info["method"]
        trouble = await self.faults.strike(name, request)
        if trouble:
            return trouble
        try:
            arguments = await read_arguments(request)
            self._admit(name, _token(request, arguments))
            call = Call(self.workspace, self.tickets, f"{request.scheme}://{request.host}", arguments)
            answer = {"ok": True, **self._method(name).answer(call)}
        except ApiError as refusal:
            arguments, answer = {}, _refused(refusal)
        self.calls.append((name, arguments, answer))
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(sorted(self._scopes()))})

    def _scopes(self) -> frozenset[str]:
        """The scopes of the bot's token, which Slack names with every answer."""
        if self.tokens.scopes is not None:
            return self.tokens.scopes
        return frozenset(method.scope for method in METHODS.values() if method.scope) | {"commands"}

    def _method(self, name: str) -> Method:
        if name == "apps.connections.open":
            return Method(self._open_connection, by="app")
        if name not in METHODS:
            raise ApiError("unknown_method")
        return METHODS[name]

    def _open_connection(self, call: Call) -> Json:
        """apps.connections.open: where one Socket Mode connection may be opened."""
        return {"url": call.address.replace("http", "ws", 1) + self.new_socket()}

    def _admit(self, name: str, token: str) -> None:
        method = self._method(name)
        if self.tokens.kind(token) != method.by:
            raise ApiError("not_allowed_token_type")
        if method.scope and self.tokens.scopes is not None and method.scope not in self.tokens.scopes:
            raise ApiError("missing_scope")


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
    answer: Json = {"ok": False, "error": refusal.code}
    if refusal.messages:
        answer |= {"errors": refusal.messages, "response_metadata": {"messages": refusal.messages}}
    return answer
