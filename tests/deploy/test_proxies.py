"""The proxies of docs/deploy/proxy, run for real in front of the bot: what passes, what is refused, and who is believed."""

import asyncio
import io
import json
import re
import shutil
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.http.guard import MOST_BYTES
from tests.bot.inside import Inside, command, inside
from tests.certificates import Authority, Pair
from tests.house.tree import ROOT
from tests.world import API_TOKEN, free_port

pytestmark = pytest.mark.full

FILES = ROOT / "docs" / "deploy" / "proxy"
HOST = "shiproom.example.org"
INSIDE_ONLY = ("/metrics", "/healthz", "/readyz", "/")


@dataclass(frozen=True)
class Front:
    """A bot, and the way to it through a proxy."""

    bot: Inside
    session: aiohttp.ClientSession
    origin: str

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, str]:  # noqa: ANN401 - aiohttp's own words
        """Ask through the proxy, under the name that its certificate is for."""
        headers = {"Host": HOST, **more.pop("headers", {})}
        async with self.session.request(
            method, f"{self.origin}{path}", headers=headers, server_hostname=HOST, **more
        ) as answer:
            return answer.status, await answer.text()


def nginx(folder: Path, port: int, bot: int, pair: Pair) -> tuple[str, ...]:
    """Write nginx's own part around the file, and return the command."""
    text = (FILES / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;").replace(
        "    listen [::]:443 ssl;\n", ""
    )
    text = text.replace("127.0.0.1:3000", f"127.0.0.1:{bot}")
    text = text.replace("/etc/ssl/shiproom/fullchain.pem", str(pair.certificate))
    text = text.replace("/etc/ssl/shiproom/privkey.pem", str(pair.key))
    paths = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # A large body is kept in the folder of the test, which is its owner's alone; only a nginx of root minds the line.
    main = f"user root; daemon off; pid {folder}/pid; error_log {folder}/error; events {{}}"
    around = f"{main}\nhttp {{ access_log off;\n{paths}\n{text}}}\n"
    (folder / "nginx.conf").write_text(around, encoding="utf-8")
    return "nginx", "-p", str(folder), "-e", str(folder / "error"), "-c", str(folder / "nginx.conf")


def caddy(folder: Path, port: int, bot: int, pair: Pair) -> tuple[str, ...]:
    """Write Caddy's file with a certificate that is there, and return the command."""
    text = (FILES / "Caddyfile").read_text(encoding="utf-8")
    given = f"https://{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls {pair.certificate} {pair.key}\n"
    text = text.replace(f"{HOST} {{\n", given).replace("127.0.0.1:3000", f"127.0.0.1:{bot}")
    around = "{\n\tadmin off\n\tauto_https off\n}\n" + text
    (folder / "Caddyfile").write_text(around, encoding="utf-8")
    return "caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")


Write = Callable[[Path, int, int, Pair], tuple[str, ...]]
PROXIES: dict[str, Write] = {"nginx": nginx, "caddy": caddy}


@asynccontextmanager
async def started(command_: tuple[str, ...], folder: Path, port: int) -> AsyncGenerator[None]:
    """Run a proxy until the end."""
    tool = shutil.which(command_[0], path="/usr/bin:/usr/sbin:/bin:/sbin")
    assert tool, f"{command_[0]} is missing: install the package {command_[0]}"
    environ = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    said = (folder / "said").open("wb")
    running = await asyncio.create_subprocess_exec(tool, *command_[1:], env=environ, stdout=said, stderr=said)
    said.close()
    try:
        async with asyncio.timeout(30):
            while True:
                assert running.returncode is None, (folder / "said").read_text(encoding="utf-8")
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    break
        yield
    finally:
        running.terminate()
        await running.wait()


@pytest.fixture(params=list(PROXIES))
async def front(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Front]:
    folder, port = tmp_path / "proxy", free_port()
    folder.mkdir()
    authority = Authority(tmp_path)
    context = ssl.create_default_context(cafile=authority.file)
    async with inside(tmp_path, SHIPROOM_API_TOKEN=API_TOKEN) as bot:
        words = PROXIES[str(request.param)](folder, port, bot.app.port, authority.issue(HOST))
        async with (
            started(words, folder, port),
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session,
        ):
            yield Front(bot, session, f"https://127.0.0.1:{port}")


async def test_what_slack_sends_arrives_as_it_was_signed(front: Front) -> None:
    body = command("status")
    headers = {name: str(value) for name, value in front.bot.signed(body)}
    status, said = await front.ask("POST", "/slack/events", data=body, headers=headers)
    assert status == 200, said
    assert (await front.ask("GET", "/slack/events?ssl_check=1"))[0] == 200
    status, _ = await front.ask("POST", "/slack/events", data=body + b"&more=1", headers=headers)
    assert status == 401


async def test_every_route_is_reached_but_those_that_stay_inside(front: Front) -> None:
    for path in INSIDE_ONLY:
        assert (await front.ask("GET", path))[0] == 404
    # Whoever shows no token or signature is known to nobody, wherever they say that they come from.
    local = {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    status, text = await front.ask("GET", "/api/v1/openapi.json")
    assert status == 200
    described = {
        path: operations for path, operations in json.loads(text)["paths"].items() if path not in INSIDE_ONLY
    }
    assert {"/claim", "/webhooks/{ci}", "/api/v1/builds", "/api/v1/locks/{key}"} <= described.keys()
    for path, operations in described.items():
        for method in operations:
            filled = re.sub(r"\{(\w+)\}", lambda name: {"ci": "here", "key": "INC-7"}.get(name[1], "1"), path)
            status, _ = await front.ask(method.upper(), filled, headers=local)
            open_to_all = path in {"/api/v1/openapi.json", "/api/v1/policy.schema.json"} and status == 200
            refused = status in {400, 401, 403, 405, 415} or (path == "/webhooks/{ci}" and status == 404)
            assert open_to_all or refused, (path, status)
    token = {"Authorization": f"Bearer {API_TOKEN}"}
    assert (await front.ask("GET", "/api/v1/releases", headers=token))[0] == 200


async def test_a_body_that_is_too_large_is_refused(front: Front) -> None:
    large = io.BytesIO(b"x" * (MOST_BYTES + 100_000))
    status, _ = await front.ask("POST", "/slack/events", data=large)
    assert status == 413


async def test_a_large_build_is_taken(front: Front) -> None:
    changes = [{"sha": "4be1c9d", "author": "Mara", "title": "x" * 200} for _ in range(8_000)]
    build = {"service": "website", "version": "9.9", "sha": "9" * 40, "branch": "main", "changes": changes}
    body = json.dumps(build).encode()
    assert len(body) > MOST_BYTES
    headers = {"Authorization": f"Bearer {API_TOKEN}", "Content-Type": "application/json"}
    assert (await front.ask("POST", "/api/v1/builds", data=io.BytesIO(body), headers=headers))[0] in {
        201,
        422,
    }


async def test_without_the_bot_the_answer_comes_at_once(front: Front) -> None:
    server = front.bot.app.server
    assert server is not None
    await server.stop()
    assert (await front.ask("POST", "/claim", data=b"{}"))[0] == 502
