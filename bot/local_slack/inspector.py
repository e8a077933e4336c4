"""Looks over the shoulder of the local Slack: every request in both directions, what it carried, how long it took and what
was found wrong with it, for whoever wants to know how a Slack app really works.
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
from bot.local_slack.transport import DEADLINE, Answer, Envelope, Transport
from bot.local_slack.workspace import Workspace

REMEMBERED = 400
API = "/api/"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Inspector:
    """The newest requests, numbered from 1; no token and no signature is kept."""

    workspace: Workspace
    entries: deque[Json] = field(default_factory=lambda: deque[Json](maxlen=REMEMBERED))
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def since(self, number: int) -> list[Json]:
        """Give what came after the entry with this number, oldest first."""
        return [entry for entry in self.entries if entry["number"] > number]

    def watched(self, transport: Transport) -> Transport:
        """Give a transport that is looked at on its way."""
        return Watched(transport, self)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep the bot's calls of the Web API."""
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

    def keep(self, to: str, told: tuple[str, float], carried: tuple[Json, Any]) -> None:
        """Remember one request `to` the bot or Slack: its name and seconds, what it carried and what came back."""
        payload, answer = carried
        self.entries.append(
            {
                "number": next(self._numbers),
                "at": self.workspace.clock().isoformat(),
                "to": to,
                "name": told[0],
                "ms": round(told[1] * 1000, 1),
                "limit_ms": DEADLINE * 1000 if to == "bot" else None,
                "payload": payload,
                "answer": answer,
                "found": _found(payload, answer),
            }
        )


@dataclass(frozen=True, slots=True)
class Watched:
    """A transport with the inspector beside it."""

    transport: Transport
    inspector: Inspector

    async def send(self, kind: Envelope, payload: Json) -> Answer:
        """Pass it on, and remember how it went."""
        began = perf_counter()
        answer = await self.transport.send(kind, payload)
        back = {"error": answer.error} if answer.error else answer.body
        told = (self._name(payload), perf_counter() - began)
        self.inspector.keep("bot", told, (payload, back))
        return answer

    def _name(self, payload: Json) -> str:
        """Say in a few words what it is: the command as typed, or what was used on which surface, and by whom."""
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
    """Say what validation found: how many blocks were looked at, and Slack's own sentences where it refused."""
    told = _json_object(answer)
    refused = str(told.get("error", ""))
    messages: list[object] = list(told.get("errors", ())) if refused else []
    return {
        "blocks": _blocks(payload) or _blocks(told),
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
    """Read what slack_sdk may have put into a text of JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _json_object(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}
