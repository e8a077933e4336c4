"""What leaves goes through the proxy that the environment names, and what is on this machine never does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.ci.http.client import CiClient, Peer
from bot.ci.http.response import NotSent
from bot.clock import SystemClock
from bot.proxies import proxy_for
from bot.slack_client.results import CallSucceeded
from bot.slack_client.web import SlackWeb
from tests.virtual_clock import ManualClock

ANSWER = b'{"ok": true, "team_id": "T0", "user_id": "U0"}'


@dataclass
class Proxy:
    """A proxy that answers in place of the servers behind it; `asked` holds the first lines of what it was asked."""

    url: str = ""
    asked: list[str] = field(default_factory=list[str])
    authorized: list[bool] = field(default_factory=list[bool])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.splitlines()[0])
        self.authorized.append("proxy-authorization: basic" in head.lower())
        if head.startswith("CONNECT"):
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        else:
            kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + kind + ANSWER)
        writer.close()


@asynccontextmanager
async def proxied(monkeypatch: pytest.MonkeyPatch, name: str, user: str = "") -> AsyncGenerator[Proxy]:
    for each in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(each, raising=False)
        monkeypatch.delenv(each.lower(), raising=False)
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy.url = f"http://{user}127.0.0.1:{port}"
    monkeypatch.setenv(name, proxy.url)
    async with server:
        yield proxy


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
async def test_slack_and_its_response_urls(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with proxied(monkeypatch, name, "me:word@") as proxy:
        slack = SlackWeb("xoxb-1", "http://slack.invalid/api/", SystemClock().monotonic)
        assert isinstance(await slack.call("auth.test", {}), CallSucceeded)
        assert await slack.respond("http://hooks.invalid/1", {"text": "late"})
        await slack.close()
    assert proxy.asked == [
        "POST http://slack.invalid/api/auth.test HTTP/1.1",
        "POST http://hooks.invalid/1 HTTP/1.1",
    ]
    assert proxy.authorized == [True, True]


async def test_a_ci_and_slack_by_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxied(monkeypatch, "HTTPS_PROXY") as proxy:
        ci = CiClient(Peer("hub", "https://hub.invalid"), ManualClock())
        assert await ci.read("/runs") is None
        slack = SlackWeb("xoxb-1", "https://slack.invalid/api/", SystemClock().monotonic)
        await slack.call("auth.test", {})
        slack.stop()
        await slack.close()
        await ci.close()
    assert proxy.asked[:2] == ["CONNECT hub.invalid:443 HTTP/1.1", "CONNECT slack.invalid:443 HTTP/1.1"]


async def test_no_proxy_counts_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxied(monkeypatch, "HTTP_PROXY") as proxy:
        monkeypatch.setenv("no_proxy", "ci.invalid,.slack.invalid")
        ci = CiClient(Peer("hub", "http://ci.invalid"), ManualClock())
        assert await ci.read("/runs") is None
        slack = SlackWeb("xoxb-1", "http://api.slack.invalid/api/", SystemClock().monotonic)
        await slack.call("auth.test", {})
        slack.stop()
        await slack.close()
        await ci.close()
    assert proxy.asked == []


def is_elsewhere(_host: str) -> bool:
    """Take no address for one of this machine."""
    return False


@pytest.mark.parametrize("host", ["localhost", "name.invalid"])
async def test_a_proxy_opens_no_private_network(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """What is private, or cannot be resolved here, is not asked of the proxy unless the policy names it as private."""
    # All that a test may reach is on this machine; monkeypatch takes a function of any type.
    monkeypatch.setattr("bot.proxies._is_loopback", is_elsewhere)
    async with proxied(monkeypatch, "HTTP_PROXY") as proxy:
        hosts = frozenset({host})
        peer = Peer("hook", f"http://{host}", hosts=hosts)
        ci = CiClient(peer, ManualClock())
        sent = await ci.send("POST", "/start")
        assert isinstance(sent, NotSent)
        assert sent.final
        assert "private_hosts" in sent.why
        assert await ci.read("/runs") is None
        await ci.close()
        assert proxy.asked == []
        named = CiClient(Peer("hook", f"http://{host}", hosts=hosts, private_hosts=hosts), ManualClock())
        assert await named.read("/runs") is not None
        await named.close()
        assert proxy.asked == [f"GET http://{host}/runs HTTP/1.1"]


RULES = [
    ("https://slack.com/api/", "", True),
    ("wss://wss-primary.slack.com/link", "", True),
    ("http://slack.com/", "", False),
    ("https://localhost/", "", False),
    ("https://127.0.0.9/", "", False),
    ("https://[::1]:8/", "", False),
    ("https://slack.com/", "*", False),
    ("https://slack.com/", "slack.com", False),
    ("https://api.slack.com/", "slack.com", False),
    ("https://notslack.com/", "slack.com", True),
    ("https://api.slack.com/", "a.b , .slack.com", False),
    ("https://slack.com/", "*.slack.com", False),
    ("https://SLACK.com./", "slack.COM", False),
    ("https://slack.com:8443/", "slack.com:443", True),
    ("https://slack.com/", "slack.com:443", False),
    ("https://10.1.2.3/", "10.0.0.0/8", False),
    ("https://11.1.2.3/", "10.0.0.0/8", True),
    ("https://[fd00::7]/", "fd00::/8", False),
]


@pytest.mark.parametrize(("url", "exceptions", "proxied_"), RULES)
def test_the_rule(url: str, exceptions: str, proxied_: bool) -> None:
    environ = {"HTTPS_PROXY": "proxy.example:3128", "NO_PROXY": exceptions}
    assert proxy_for(url, environ) == ("http://proxy.example:3128" if proxied_ else None)
