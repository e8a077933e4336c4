"""What people do with a Buildbot by hand: force a build, rebuild one; and a place where its webhooks arrive."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from tests.buildbot.server import PASSWORD, USER, BuildbotServer


async def control(server: BuildbotServer, path: str, method: str, **params: object) -> Any:  # noqa: ANN401 - JSON
    """Have something done as the user of the tests; gives the result."""
    login = {"Authorization": aiohttp.encode_basic_auth(USER, PASSWORD)}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(f"{server.url}/auth/login", headers=login, allow_redirects=False) as answer:
            assert answer.status == 302
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        async with session.post(f"{server.url}/api/v2{path}", json=call) as answer:
            assert answer.status == 200, await answer.text()
            return (await answer.json(content_type=None))["result"]


async def force(server: BuildbotServer, scheduler: str, **params: object) -> int:
    """Force a build; gives its request."""
    result = await control(server, f"/forceschedulers/{scheduler}", "force", **params)
    return int(next(iter(result[1].values())))


async def cancel_all(server: BuildbotServer) -> None:
    """Cancel whatever waits or runs."""
    for request in (await asked(server, "/buildrequests?complete=false"))["buildrequests"]:
        await control(
            server, f"/buildrequests/{request['buildrequestid']}", "cancel", reason="end of the test"
        )


async def asked(server: BuildbotServer, path: str) -> Any:  # noqa: ANN401 - JSON
    """Read something."""
    async with (
        aiohttp.ClientSession(headers={"Accept": "application/json"}) as session,
        session.get(f"{server.url}/api/v2{path}") as answer,
    ):
        return await answer.json(content_type=None)


@asynccontextmanager
async def receiving(server: BuildbotServer) -> AsyncGenerator["asyncio.Queue[tuple[dict[str, str], bytes]]"]:
    """Listen where the server's webhooks go; gives what arrives, header names in lower case."""
    arrived: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        headers = {name.lower(): text for name, text in request.headers.items()}
        arrived.put_nowait((headers, await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{tail:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", URL(server.webhooks).port).start()
    try:
        yield arrived
    finally:
        await runner.cleanup()
