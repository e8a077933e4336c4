"""The local Slack as one aiohttp application: Web API, Socket Mode, response urls, page, over one
workspace.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import ClientSession, DummyCookieJar, web

from bot.local_slack.api import WebApi
from bot.local_slack.beside import BesideApp
from bot.local_slack.deliver import Delivery
from bot.local_slack.desk import Desk
from bot.local_slack.events import EventsApi
from bot.local_slack.inspector import Inspector
from bot.local_slack.limits import RateLimits
from bot.local_slack.naming import unguessable
from bot.local_slack.people import Person
from bot.local_slack.responses import respond
from bot.local_slack.socket_mode import SocketTransport
from bot.local_slack.tickets import TicketError, Tickets
from bot.local_slack.tokens import Tokens
from bot.local_slack.transport import DEADLINE, Courier, HttpTransport, Transport
from bot.local_slack.workspace import Workspace

LARGEST_REQUEST = 4 * 1024 * 1024
SOON = 0.01
"""How many seconds a request has left when this Slack vanishes; aiohttp takes 0 for no limit."""


@dataclass
class LocalSlack:
    """A Slack with one workspace and one app in it.

    `bot_url` is where the bot listens (its `/slack/events` is added); None means Socket Mode. It may be set
    after the start, since a bot often needs this Slack before it listens itself. `deadline` is the bot's time
    for an answer, in seconds.
    """

    workspace: Workspace
    bot_url: str | None
    signing_secret: str
    bot_token: str
    app_token: str
    beside: BesideApp | None = None
    deadline: float = DEADLINE
    api: WebApi = field(init=False)
    delivery: Delivery = field(init=False)
    events: EventsApi = field(init=False)
    desk: Desk = field(init=False)
    inspector: Inspector = field(init=False)
    sockets: SocketTransport = field(init=False)
    refused: list[str] = field(init=False, default_factory=list[str])
    """What posts to a response_url were refused for."""
    url: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Wire the parts over the one workspace."""
        new_name = unguessable(self.signing_secret)
        self._tickets = Tickets(self.workspace.now, new_name)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._session: ClientSession | None = None
        self.sockets = SocketTransport(new_name, self.deadline)
        tokens = Tokens(self.bot_token, self.app_token)
        limits = RateLimits(self.workspace.now)
        self.api = WebApi(self.workspace, self._tickets, tokens, self.sockets.new_ticket, limits)
        self.delivery = Delivery(self.workspace, self._tickets, self._transport, lambda: self.url)
        self.inspector = Inspector(self.workspace)
        self.events = EventsApi(self.workspace, self._way, new_name)
        self.desk = Desk(self.workspace, self.delivery, self.inspector, self.beside)

    def person(self, name: str) -> Person:
        """The person with this name or id; raises KeyError."""
        return Person(self.workspace, self.delivery, self.workspace.user_named(name))

    def make_app(self) -> web.Application:
        """The whole of it as an application; who serves it without `start` sets `url` to where it answers."""
        app = web.Application(
            middlewares=[self.inspector.middleware, self.desk.guard], client_max_size=LARGEST_REQUEST
        )
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_post("/response/{ticket}", self._respond)
        app.router.add_get("/socket", self.sockets.serve)
        app.add_routes(self.desk.routes())
        app.cleanup_ctx.append(self._client)
        app.on_shutdown.append(self.desk.close)
        app.on_shutdown.append(self._close_sockets)
        return app

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve it, on a free port when `port` is 0, and give its url; raises OSError when the port is in
        use.
        """
        self._runner = web.AppRunner(self.make_app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await self._listen(host, port)
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self.url

    async def _listen(self, host: str, port: int) -> None:
        if self._runner:
            self._site = web.TCPSite(self._runner, host, port)
            await self._site.start()

    async def stop(self) -> None:
        """End it; the workspace keeps its state."""
        if self._runner:
            await self._runner.cleanup()

    async def go_down(self) -> None:
        """Vanish from the network: connections end, and new ones are refused until `come_back`."""
        if self._site and self._runner and self._runner.server:
            await self._site.stop()
            self._site = None
            self._runner.server.pre_shutdown()
            await self._runner.server.shutdown(SOON)

    async def come_back(self) -> None:
        """Listen again where one listened before; nothing is forgotten. Raises OSError when somebody else took the port."""
        if not self._site:
            at = urlsplit(self.url)
            await self._listen(at.hostname or "127.0.0.1", at.port or 0)

    def _transport(self) -> Transport:
        """The way that is in use now, looked at by the inspector."""
        return self.inspector.watched(self._way())

    def _way(self) -> Courier:
        if self.bot_url is None or self._session is None:
            self.sockets.deadline = self.deadline
            return self.sockets
        url = f"{self.bot_url}/slack/events"
        return HttpTransport(self._session, url, self.signing_secret, self.workspace.clock, self.deadline)

    async def _client(self, _: web.Application) -> AsyncIterator[None]:
        async with ClientSession(cookie_jar=DummyCookieJar()) as self._session:
            yield

    async def _close_sockets(self, _: web.Application) -> None:
        await self.sockets.close()

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        """One post of the bot to a response_url."""
        try:
            ticket = self._tickets.use_response(request.match_info["ticket"])
        except TicketError as refusal:
            return web.json_response({"ok": False, "error": refusal.code}, status=404)
        try:
            error = respond(self.workspace, ticket, json.loads(await request.text()))
        except ValueError:
            error = "invalid_payload"
        self.refused += [error] if error else []
        return web.Response(status=400, text=error) if error else web.Response(text="ok")
