"""Records every request between Slack and the bot, with its duration and errors.

The page shows the records to whoever wants to know how a Slack app works.
"""

import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any, cast

from aiohttp import web

from bot.local_slack.api import read_arguments
from bot.local_slack.methods.call import ApiError
from bot.local_slack.model import Json
from bot.local_slack.transport import DEADLINE, Acknowledgement, Envelope, Transport
from bot.local_slack.workspace import Workspace

REMEMBERED = 400
API = "/api/"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Inspector:
    """The newest requests, numbered from 1; tokens and signatures are left out."""

    workspace: Workspace
    entries: deque[Json] = field(default_factory=lambda: deque[Json](maxlen=REMEMBERED))
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def since(self, number: int) -> list[Json]:
        """Return the entries after the one with this number, oldest first."""
        return [entry for entry in self.entries if entry["number"] > number]

    def inspected(self, transport: Transport) -> Transport:
        """Return a transport that records what it sends."""
        return InspectedTransport(transport, self)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record the bot's calls of the Web API."""
        if not request.path.startswith(API):
            return await handler(request)
        began = perf_counter()
        response = await handler(request)
        spent = perf_counter() - began
        try:
            carried = await read_arguments(request)
        except ApiError as refusal:
            carried = {"unreadable": refusal.code}
        carried.pop("token", None)
        self.keep("slack", (request.path.removeprefix(API), spent), (carried, _body(response)))
        return response

    def keep(self, to: str, timed: tuple[str, float], carried: tuple[Json, Any]) -> None:
        """Record one request to `bot` or `slack`: its name, seconds, payload and answer."""
        payload, answer = carried
        self.entries.append(
            {
                "number": next(self._numbers),
                "at": self.workspace.clock().isoformat(),
                "to": to,
                "name": timed[0],
                "ms": round(timed[1] * 1000, 1),
                "limit_ms": DEADLINE * 1000 if to == "bot" else None,
                "payload": payload,
                "answer": answer,
                "found": _found(payload, answer),
            }
        )


@dataclass(frozen=True, slots=True)
class InspectedTransport:
    """A transport that records what it sends."""

    transport: Transport
    inspector: Inspector

    async def send(self, kind: Envelope, payload: Json) -> Acknowledgement:
        """Send it and record the outcome."""
        began = perf_counter()
        answer = await self.transport.send(kind, payload)
        back = {"error": answer.error} if answer.error else answer.body
        timed = (self._name(payload), perf_counter() - began)
        self.inspector.keep("bot", timed, (payload, back))
        return answer

    def _name(self, payload: Json) -> str:
        """Name a request: the command as typed, or the elements used, and the user."""
        if "command" in payload:
            return f"{payload['command']} {payload['text']} · {self._person(payload['user_id'])}".strip()
        used = ", ".join(action["action_id"] for action in payload.get("actions", ()))
        return f"{payload.get('type', 'event')} {used} · {self._person(payload.get('user', ''))}"

    def _person(self, user: Json | str) -> str:
        name = user if isinstance(user, str) else str(user.get("id", ""))
        known = self.inspector.workspace.users.get(name)
        return known.name if known else name


def _body(response: web.StreamResponse) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(response, web.Response) or not response.text:
        return {"status": response.status}
    try:
        return json.loads(response.text)
    except ValueError:
        return {"status": response.status, "text": response.text}


def _found(payload: Json, answer: object) -> Json:
    """Return what validation found: the number of blocks, and Slack's error messages."""
    answered = _json_object(answer)
    refused = str(answered.get("error", ""))
    messages: list[object] = list(answered.get("errors", ())) if refused else []
    return {
        "blocks": _blocks(payload) or _blocks(answered),
        "error": refused,
        "messages": [each if isinstance(each, str) else json.dumps(each) for each in messages],
    }


def _blocks(carried: Json) -> int:
    """Count the blocks of a message or of the view in it."""
    found = _unpacked(carried.get("blocks", ()))
    if isinstance(found, list) and found:
        return len(cast("list[object]", found))
    view = _json_object(_unpacked(carried.get("view")))
    return _blocks(view) if view else 0


def _unpacked(value: object) -> object:
    """Decode an argument that slack_sdk may have encoded as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _json_object(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}
