"""The page's server side: its files, a websocket that pushes what one person sees, and his deeds as small
posts.

Only pages of this very server may use it: a browser on a foreign page sends its own Origin, and is refused.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

from bot.local_slack.beside import BesideApp
from bot.local_slack.deliver import Click, Delivery, escaped
from bot.local_slack.inspector import Inspector
from bot.local_slack.model import Change, Json, Message, View
from bot.local_slack.screen import change_json, screen
from bot.local_slack.transport import Answer
from bot.local_slack.workspace import Workspace

PAGE = Path(__file__).parent / "page"
FOR_PROGRAMS = ("/api/", "/response/", "/socket")
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Deed: TypeAlias = Callable[["Desk", Json], Awaitable[Answer]]


@dataclass(slots=True)
class Desk:
    """Serves the page and carries what people do on it to the delivery."""

    workspace: Workspace
    delivery: Delivery
    inspector: Inspector
    beside: BesideApp | None = None
    _sockets: dict[web.WebSocketResponse, asyncio.Queue[Json]] = field(
        default_factory=dict[web.WebSocketResponse, "asyncio.Queue[Json]"]
    )

    def routes(self) -> list[web.AbstractRouteDef]:
        """The routes of the page, and those of what stands beside it."""
        return [
            web.get("/", self._index),
            web.get("/archives/{channel}/{message}", self._permalink),
            web.get("/ui/config", self._config),
            web.get("/ui/requests", self._requests),
            web.post("/ui/{deed}", self._do),
            web.get("/ws", self._watch),
            web.static("/page", PAGE),
            *(self.beside.routes if self.beside else ()),
        ]

    def refresh_beside(self) -> None:
        """Let every open page ask anew what stands beside the channel and load its frames again."""
        for queue in self._sockets.values():
            queue.put_nowait({"kind": "beside"})

    async def close(self, _: web.Application) -> None:
        """End the websockets of all open pages."""
        for socket in tuple(self._sockets):
            await socket.close()

    async def _index(self, _: web.Request) -> web.StreamResponse:
        """The page; it may load and reach nothing but this server, and frame only the sites beside it."""
        frames = " ".join(["'self'", *(self.beside.frame_origins() if self.beside else ())])
        policy = f"default-src 'self'; frame-src {frames}; frame-ancestors 'self'; base-uri 'none'"
        return web.FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": policy})

    async def _permalink(self, request: web.Request) -> web.StreamResponse:
        digits = request.match_info["message"].removeprefix("p")
        raise web.HTTPFound(f"/#{request.match_info['channel']}/{digits[:-6]}.{digits[-6:]}")

    async def _config(self, _: web.Request) -> web.StreamResponse:
        people = [user.id for user in self.workspace.users.values() if not (user.is_bot or user.deleted)]
        panels = list(self.beside.panels()) if self.beside else []
        names = {
            user.id: {"name": user.name, "title": user.title, "colour": user.colour}
            for user in self.workspace.users.values()
        }
        beside = {
            "beside": panels,
            "away": self.beside.away if self.beside else "",
            "lines": list(self.beside.lines()) if self.beside else [],
        }
        commands = sorted(self.delivery.commands)
        return web.json_response({"people": people, "names": names, "commands": commands, **beside})

    async def _requests(self, request: web.Request) -> web.StreamResponse:
        """What the inspector kept since the entry that the page has already."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise web.HTTPBadRequest
        return web.json_response(self.inspector.since(int(after)))

    async def _do(self, request: web.Request) -> web.StreamResponse:
        deed = DEEDS.get(request.match_info["deed"])
        if not deed:
            raise web.HTTPNotFound
        try:
            answer = await deed(self, await request.json())
        except (KeyError, ValueError) as fault:
            return web.json_response({"ok": False, "error": f"unreadable: {fault}"}, status=400)
        return web.json_response({"ok": not answer.error, "error": answer.error})

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        viewer = request.query.get("as", "")
        if viewer not in self.workspace.users:
            raise web.HTTPNotFound
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        queue = self._sockets[socket] = asyncio.Queue()
        queue.put_nowait(screen(self.workspace, viewer))

        def follow(change: Change) -> None:
            seen = change_json(self.workspace, change, viewer)
            if seen:
                queue.put_nowait(seen)

        leave = self.workspace.subscribe(follow)
        try:
            await _push_until_closed(socket, queue)
        finally:
            leave()
            del self._sockets[socket]
        return socket

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what comes from a foreign page."""
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


async def _push_until_closed(socket: web.WebSocketResponse, queue: asyncio.Queue[Json]) -> None:
    async def push() -> None:
        with suppress(ConnectionError):
            while True:
                await socket.send_json(await queue.get())

    async with asyncio.TaskGroup() as group:
        pushing = group.create_task(push())
        async for _ in socket:
            pass
        pushing.cancel()


def mentioning(workspace: Workspace, text: str) -> str:
    """Turn the names that somebody typed with an `@` into mentions, as Slack's own composer does."""
    for user in workspace.users.values():
        text = re.sub(rf"(?<!\w)@{re.escape(user.name)}\b", f"<@{user.id}>", text)
    return text


async def _command(desk: Desk, told: Json) -> Answer:
    return await desk.delivery.command(told["as"], told["channel"], told["text"], told.get("thread_ts"))


async def _message(desk: Desk, told: Json) -> Answer:
    said = Message(
        told["channel"],
        desk.workspace.users[told["as"]].id,
        mentioning(desk.workspace, escaped(told["text"])),
        thread_ts=told.get("thread_ts"),
    )
    desk.workspace.post(said)
    return Answer()


async def _click(desk: Desk, told: Json) -> Answer:
    if "view" in told:
        place: Message | View = desk.delivery.fill(_view(desk, told), told.get("filled", {}))
    else:
        found = desk.workspace.message(told["channel"], told["ts"], told["as"])
        if not found:
            return Answer("message_not_found")
        place = found
    return await desk.delivery.click(
        Click(told["as"], place, told["block_id"], told["action_id"], told.get("typed"))
    )


async def _submit(desk: Desk, told: Json) -> Answer:
    return await desk.delivery.submit(_view(desk, told), told["filled"])


async def _close(desk: Desk, told: Json) -> Answer:
    return await desk.delivery.close(_view(desk, told), everything=bool(told.get("everything")))


async def _direct(desk: Desk, told: Json) -> Answer:
    desk.workspace.direct(desk.workspace.users[told["as"]].id, desk.workspace.users[told["with"]].id)
    return Answer()


def _view(desk: Desk, told: Json) -> View:
    view = desk.workspace.views.find(told["view"])
    if not view or view.user != told["as"]:
        raise KeyError(told["view"])
    return view


DEEDS: dict[str, Deed] = {
    "command": _command,
    "message": _message,
    "click": _click,
    "submit": _submit,
    "close": _close,
    "direct": _direct,
}
