"""A session is opened once, kept, and opened anew when it has run out; what it refuses is told apart from that."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.ci.buildbot.session import LoginSession
from bot.ci.http.client import CiClient, Peer
from bot.ci.http.response import CiResponse, NotSent
from tests.bot.ci.loopback import Trouble, served
from tests.bot.ci_api.turned import TurnedClock

RIGHT = "p\u00e4ss"


class LoginServer:
    """A Buildbot of which only the newest session counts, and only for whom it lets do something."""

    def __init__(self) -> None:
        self.sessions = 0
        self.lets = True
        self.seen: list[str] = []
        self.app = web.Application()
        self.app.router.add_get("/auth/login", self.login)
        self.app.router.add_route("*", "/api/v2/{tail:.*}", self.api)

    async def login(self, request: web.Request) -> web.Response:
        self.seen.append("login")
        if request.headers.get("Authorization") != "Basic Ym90OnDDpHNz":  # bot:p\u00e4ss
            return web.Response(status=401)
        self.sessions += 1
        answer = web.Response(status=302, headers={"Location": "http://elsewhere.invalid/"})
        answer.headers.add("Set-Cookie", "TWISTED_SESSION=anybody; Path=/")
        answer.headers.add("Set-Cookie", f"TWISTED_SESSION=s{self.sessions}; Path=/")
        return answer

    async def api(self, request: web.Request) -> web.Response:
        cookie = request.headers.get("Cookie", "")
        self.seen.append(f"{request.method} {cookie}")
        known = cookie == f"TWISTED_SESSION=s{self.sessions}" and self.lets
        return web.json_response({"result": 1}, status=200 if known else 403)


@asynccontextmanager
async def opened(
    user: str = "bot", password: str = RIGHT
) -> AsyncGenerator[tuple[LoginServer, LoginSession]]:
    server = LoginServer()
    async with served(server.app, Trouble()) as url:
        session = LoginSession(CiClient(Peer("buildbot", url), TurnedClock()), user, password)
        yield server, session
        await session.close()


async def test_a_session_is_opened_once() -> None:
    async with opened() as (server, session):
        for _ in range(2):
            sent = await session.control("/x", "force", {})
            assert isinstance(sent, CiResponse)
            assert sent.ok
            assert await session.read("/y") is not None
    assert server.seen == ["login"] + ["POST TWISTED_SESSION=s1", "GET TWISTED_SESSION=s1"] * 2


async def test_a_write_in_a_session_that_has_run_out_is_not_sent_twice_at_once() -> None:
    async with opened() as (server, session):
        await session.control("/x", "force", {})
        server.sessions += 1
        sent = await session.control("/x", "force", {})
        assert sent == NotSent("the session has expired, and is opened again", retry_after=1.0)
        again = await session.control("/x", "force", {})
        assert isinstance(again, CiResponse)
        assert again.ok
    cookies = [f"POST TWISTED_SESSION=s{number}" for number in (1, 1, 3)]
    assert server.seen == ["login", cookies[0], cookies[1], "login", cookies[2]]


async def test_a_read_in_a_session_that_has_run_out_is_asked_again() -> None:
    async with opened() as (server, session):
        await session.read("/y")
        server.sessions += 1
        answer = await session.read("/y")
        assert answer is not None
        assert answer.ok
    assert server.seen.count("login") == 2


async def test_what_a_new_session_may_not_do_is_refused() -> None:
    async with opened() as (server, session):
        server.lets = False
        sent = await session.control("/x", "force", {})
        assert isinstance(sent, CiResponse)
        assert sent.status == 403
        answer = await session.read("/y")
        assert answer is not None
        assert answer.status == 403


async def test_a_wrong_password_is_final_and_nothing_is_sent() -> None:
    async with opened(password="another") as (server, session):
        sent = await session.control("/x", "force", {})
    assert sent == NotSent("it refuses the user or the password", final=True)
    assert server.seen == ["login"]


async def test_without_a_user_everything_is_asked_as_anybody_may() -> None:
    async with opened(user="") as (server, session):
        sent = await session.control("/x", "force", {})
        assert isinstance(sent, CiResponse)
        answer = await session.read("/y")
        assert answer is not None
        assert (sent.status, answer.status) == (403, 403)
    assert server.seen == ["POST ", "GET "]
