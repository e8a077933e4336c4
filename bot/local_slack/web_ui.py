"""The server side of the page: files, websockets, and posts for what users do."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from aiohttp import web

from bot.local_slack.events import EventsApi
from bot.local_slack.inspector import Inspector
from bot.local_slack.interactions import Click, InteractionSender, escaped
from bot.local_slack.mentions import mentioning
from bot.local_slack.model import ChatMessage, Json, View, WorkspaceChange
from bot.local_slack.side_panels import SidePanels
from bot.local_slack.transport import Acknowledgement
from bot.local_slack.ui_state import change_json, ui_state
from bot.local_slack.workspace import Workspace

PAGE = Path(__file__).parent / "page"
Operation: TypeAlias = Callable[["WebUi", Json], Awaitable[Acknowledgement]]


@dataclass(slots=True)
class WebUi:
    """Serves the page and passes on what users do there."""

    workspace: Workspace
    interactions: InteractionSender
    events: EventsApi
    inspector: Inspector
    side_panels: SidePanels | None = None
    _sockets: dict[web.WebSocketResponse, asyncio.Queue[Json]] = field(
        default_factory=dict[web.WebSocketResponse, "asyncio.Queue[Json]"]
    )

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the routes of the page and of its side panels."""
        return [
            web.get("/", self._index),
            web.get("/archives/{channel}/{message}", self._permalink),
            web.get("/ui/config", self._config),
            web.get("/ui/requests", self._requests),
            web.post("/ui/options", self._options),
            web.post("/ui/{operation}", self._do),
            web.get("/ws", self._watch),
            web.static("/page", PAGE),
            *(self.side_panels.routes if self.side_panels else ()),
        ]

    def refresh_panels(self) -> None:
        """Make every open page fetch the side panels again."""
        for queue in self._sockets.values():
            queue.put_nowait({"kind": "panels"})

    async def close(self, _: web.Application) -> None:
        """Close the websockets of all open pages."""
        for socket in tuple(self._sockets):
            await socket.close()

    async def _index(self, _: web.Request) -> web.StreamResponse:
        """Serve the page; it loads only from here and frames only the panels' sites."""
        frames = " ".join(["'self'", *(self.side_panels.frame_origins() if self.side_panels else ())])
        policy = f"default-src 'self'; frame-src {frames}; frame-ancestors 'self'; base-uri 'none'"
        return web.FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": policy})

    async def _permalink(self, request: web.Request) -> web.StreamResponse:
        digits = request.match_info["message"].removeprefix("p")
        raise web.HTTPFound(f"/#{request.match_info['channel']}/{digits[:-6]}.{digits[-6:]}")

    async def _config(self, _: web.Request) -> web.StreamResponse:
        people = [user.id for user in self.workspace.users.values() if not (user.is_bot or user.deleted)]
        panels = list(self.side_panels.panels()) if self.side_panels else []
        names = {
            user.id: {"name": user.name, "title": user.title, "colour": user.colour}
            for user in self.workspace.users.values()
        }
        side_panels = {
            "panels": panels,
            "away": self.side_panels.away if self.side_panels else "",
            "lines": list(self.side_panels.lines()) if self.side_panels else [],
            "intro": self.side_panels.intro if self.side_panels else "",
        }
        commands = sorted(self.interactions.commands)
        offered = {"commands": commands, "shortcuts": dict(self.interactions.shortcuts)}
        return web.json_response({"people": people, "names": names, **offered, **side_panels})

    async def _requests(self, request: web.Request) -> web.StreamResponse:
        """Return the inspector's entries after the newest that the page has."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            raise web.HTTPBadRequest
        return web.json_response(self.inspector.since(int(after)))

    async def _do(self, request: web.Request) -> web.StreamResponse:
        operation = OPERATIONS.get(request.match_info["operation"])
        if not operation:
            raise web.HTTPNotFound
        try:
            answer = await operation(self, await request.json())
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"ok": False, "error": f"unreadable: {error}"}, status=400)
        return web.json_response({"ok": not answer.error, "error": answer.error})

    async def _options(self, request: web.Request) -> web.StreamResponse:
        """Return the options of a long list that fit what somebody has typed into it."""
        try:
            body = await request.json()
            lists, view = self.interactions.lists, _view(self, body)
            found = await lists.ask(view, body["block_id"], body["action_id"], str(body["typed"]))
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"ok": False, "error": f"unreadable: {error}"}, status=400)
        return web.json_response({"ok": True, "options": found})

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        viewer = request.query.get("as", "")
        if viewer not in self.workspace.users:
            raise web.HTTPNotFound
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        queue = self._sockets[socket] = asyncio.Queue()
        queue.put_nowait(ui_state(self.workspace, viewer))

        def follow(change: WorkspaceChange) -> None:
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


async def _command(ui: WebUi, body: Json) -> Acknowledgement:
    return await ui.interactions.command(body["as"], body["channel"], body["text"], body.get("thread_ts"))


async def _message(ui: WebUi, body: Json) -> Acknowledgement:
    said = ChatMessage(
        body["channel"],
        ui.workspace.users[body["as"]].id,
        mentioning(ui.workspace, escaped(body["text"])),
        thread_ts=body.get("thread_ts"),
    )
    ui.workspace.post(said)
    return Acknowledgement()


async def _click(ui: WebUi, body: Json) -> Acknowledgement:
    if "view" in body:
        place: ChatMessage | View = _clicked(ui, body)
    else:
        found = ui.workspace.message(body["channel"], body["ts"], body["as"])
        if not found:
            return Acknowledgement("message_not_found")
        # What was shown when it was pressed counts, as in Slack: the message may have been edited meanwhile.
        place = replace(found, blocks=tuple(body.get("blocks", found.blocks)))
    return await ui.interactions.click(
        Click(body["as"], place, body["block_id"], body["action_id"], body.get("typed"))
    )


async def _shortcut(ui: WebUi, body: Json) -> Acknowledgement:
    found = ui.workspace.message(body["channel"], body["ts"])
    if not found:
        return Acknowledgement("message_not_found")
    return await ui.interactions.shortcut(body["as"], found, body["shortcut"])


def _clicked(ui: WebUi, body: Json) -> View:
    """Return the view that was clicked in, as it was filled in; of a Home what was shown counts, as of a message."""
    view = _view(ui, body)
    if view.content["type"] == "home":
        return replace(view, content={**view.content, "blocks": body.get("blocks", view.blocks)})
    return ui.interactions.fill(view, body.get("filled", {}))


async def _submit(ui: WebUi, body: Json) -> Acknowledgement:
    return await ui.interactions.submit(_view(ui, body), body["filled"])


async def _close(ui: WebUi, body: Json) -> Acknowledgement:
    return await ui.interactions.close(_view(ui, body), everything=bool(body.get("everything")))


async def _direct(ui: WebUi, body: Json) -> Acknowledgement:
    ui.workspace.direct(ui.workspace.users[body["as"]].id, ui.workspace.users[body["with"]].id)
    return Acknowledgement()


async def _home(ui: WebUi, body: Json) -> Acknowledgement:
    """Open the app's Home; the bot is told of it meanwhile, as by Slack."""
    ui.events.send(ui.interactions.open_home(ui.workspace.users[body["as"]].id))
    return Acknowledgement()


def _view(ui: WebUi, body: Json) -> View:
    view = ui.workspace.modals.find(body["view"]) or ui.workspace.homes.find(body["view"])
    if not view or view.user != body["as"]:
        raise KeyError(body["view"])
    return view


OPERATIONS: dict[str, Operation] = {
    "command": _command,
    "message": _message,
    "click": _click,
    "shortcut": _shortcut,
    "submit": _submit,
    "close": _close,
    "direct": _direct,
    "home": _home,
}
