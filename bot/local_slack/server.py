"""The local Slack as an aiohttp app: Web API, Socket Mode, response urls, page."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import ClientSession, DummyCookieJar, web

from bot.local_slack.api import WebApi
from bot.local_slack.events import EventsApi
from bot.local_slack.inspector import Inspector
from bot.local_slack.interactions import InteractionSender
from bot.local_slack.limits import RateLimits
from bot.local_slack.mentions import MentionWatch
from bot.local_slack.model import Json
from bot.local_slack.naming import unguessable
from bot.local_slack.page_guard import guard
from bot.local_slack.responses import respond
from bot.local_slack.side_panels import SidePanels
from bot.local_slack.socket_mode import SocketTransport
from bot.local_slack.tokens import Tokens
from bot.local_slack.transport import DEADLINE, HttpTransport, Transport
from bot.local_slack.triggers import TriggerError, Triggers
from bot.local_slack.web_ui import WebUi
from bot.local_slack.workspace import Workspace

LARGEST_REQUEST = 4 * 1024 * 1024


@dataclass
class LocalSlack:
    """A Slack with one workspace and one app.

    `bot_url` is where the bot listens (its `/slack/events` is added); None means Socket Mode. It may be set after the
    start, since a bot often needs this Slack before it listens itself. `deadline` is the bot's time for an answer, in
    seconds.
    """

    workspace: Workspace
    bot_url: str | None
    signing_secret: str
    bot_token: str
    app_token: str
    side_panels: SidePanels | None = None
    deadline: float = DEADLINE
    api: WebApi = field(init=False)
    interactions: InteractionSender = field(init=False)
    web_ui: WebUi = field(init=False)
    inspector: Inspector = field(init=False)
    events: EventsApi = field(init=False)
    sockets: SocketTransport = field(init=False)
    url: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Connect the parts to the workspace."""
        new_id = unguessable(self.signing_secret)
        self._triggers = Triggers(self.workspace.now, new_id)
        self._runner: web.AppRunner | None = None
        self._session: ClientSession | None = None
        self.sockets = SocketTransport(new_id, self.deadline)
        tokens = Tokens(self.bot_token, self.app_token)
        limits = RateLimits(self.workspace.now)
        self.api = WebApi(self.workspace, self._triggers, tokens, self.sockets.new_ticket, limits)
        self.interactions = InteractionSender(
            self.workspace, self._triggers, self._inspected_transport, lambda: self.url
        )
        self.inspector = Inspector(self.workspace)
        self.events = EventsApi(self.workspace, self._transport)
        self.workspace.subscribe(MentionWatch(self.workspace, self._send_event).follow)
        self.web_ui = WebUi(self.workspace, self.interactions, self.events, self.inspector, self.side_panels)

    def make_app(self) -> web.Application:
        """Make the application; whoever serves it without `start` sets `url`."""
        app = web.Application(middlewares=[self.inspector.middleware, guard], client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_get("/socket", self.sockets.serve)
        app.add_routes(self.web_ui.routes())
        app.cleanup_ctx.append(self._client)
        app.on_shutdown.append(self.web_ui.close)
        app.on_shutdown.append(self._close_sockets)
        return app

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve it, on a free port when `port` is 0, and return its url.

        Raises OSError when the port is in use.
        """
        self._runner = web.AppRunner(self.make_app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Stop serving; the workspace keeps its state."""
        if self._runner:
            await self._runner.cleanup()

    def _send_event(self, event: Json) -> None:
        if event["type"] in self.events.subscribed:
            self.events.send(event)

    def _inspected_transport(self) -> Transport:
        """Return the current transport, with the inspector recording it."""
        return self.inspector.inspected(self._transport())

    def _transport(self) -> Transport:
        if self.bot_url is None or self._session is None:
            self.sockets.deadline = self.deadline
            return self.sockets
        url = f"{self.bot_url}/slack/events"
        return HttpTransport(self._session, url, self.signing_secret, self.workspace.clock, self.deadline)

    async def _client(self, _: web.Application) -> AsyncIterator[None]:
        async with ClientSession(cookie_jar=DummyCookieJar()) as self._session:
            yield

    async def _close_sockets(self, _: web.Application) -> None:
        await self.events.tasks.drain(0)
        await self.sockets.close()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        """Handle a post of the bot to a response_url."""
        try:
            target = self._triggers.use_response_url(request.match_info["id"])
        except TriggerError as refusal:
            return web.json_response({"ok": False, "error": refusal.code}, status=404)
        try:
            error = respond(self.workspace, target, json.loads(await request.text()))
        except ValueError:
            error = "invalid_payload"
        return web.Response(status=400, text=error) if error else web.Response(text="ok")
