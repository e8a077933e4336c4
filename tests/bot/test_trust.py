"""Which certificates count over HTTP: the system's roots and those of SHIPROOM_CA_FILE; a refusal says why."""

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.ci.http.client import CiClient, Peer
from bot.ci.http.issuer_keys import IssuerKeys
from bot.ci.http.response import NotSent
from bot.ci.run import TemporarilyUnavailableError
from bot.clock import SystemClock
from bot.health import SLACK, SLACK_SOCKET, Health
from bot.online import check_online
from bot.policy import read_policy
from bot.settings import Settings, read_settings
from bot.slack.socket_mode import SlackSocket
from bot.slack_client.results import CallDeferred, CallSucceeded
from bot.slack_client.web import SlackWeb
from bot.trust import trusted
from tests.bot.ci_api.issuer import ec_key, published
from tests.certificates import ENDED, Authority, Pair
from tests.tunnel import tunnel
from tests.world import APP_TOKEN, BOT_TOKEN, POLICY

Ask = Callable[[str], Awaitable[str]]

UNKNOWN = (
    "its certificate was issued by an authority that is not trusted here: "
    "name the certificate of that authority in SHIPROOM_CA_FILE"
)
EXPIRED = "its certificate has expired: it has to be renewed there"
ANOTHER_ADDRESS = "its certificate is for another address than the one that is asked"
ANOTHER_NAME = "its certificate is for another host name than the one that is asked"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def named(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the authority."""
    monkeypatch.setenv("SHIPROOM_CA_FILE", str(authority.file))


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the machine itself says of proxies and certificates."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SHIPROOM_CA_FILE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@asynccontextmanager
async def served(pair: Pair) -> AsyncGenerator[int]:
    """Serve what Slack and a CI answer, and a socket of Slack's, over TLS; give the port."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade"):
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            async for _ in socket:
                pass
            return socket
        here = f"https://{request.host}"
        slack = {"ok": True, "team_id": "T0", "user_id": "U0", "url": f"wss://{request.host}/link"}
        issuer = {"issuer": here, "jwks_uri": f"{here}/keys", "keys": [published("one", ec_key("one"))]}
        return web.json_response({**slack, **issuer})

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def slack_asked(origin: str) -> str:
    """Ask Slack once; return why it did not answer, as the health of connections has it."""
    health = Health(SystemClock())
    slack = SlackWeb(BOT_TOKEN, f"{origin}/api/", SystemClock().monotonic, health=health)
    called = await slack.call("auth.test", {})
    slack.stop()
    await slack.close()
    assert isinstance(called, CallSucceeded | CallDeferred)
    return "" if isinstance(called, CallSucceeded) else health.of(SLACK).refusal


async def ci_asked(origin: str) -> str:
    """Ask a CI to tell and to start something; return why it did not answer."""
    health = Health(SystemClock())
    ci = CiClient(Peer("hub", origin, product="GitHub"), SystemClock(), health)
    answer, sent = await ci.read("/runs"), await ci.send("POST", "/start")
    await ci.close()
    assert (answer is None) == isinstance(sent, NotSent)
    if isinstance(sent, NotSent):
        assert not sent.final
        assert (
            health.of("hub").refusal == f"GitHub does not answer ({sent.why.removeprefix('no connection: ')})"
        )
    return health.of("hub").refusal


async def socket_asked(origin: str) -> str:
    """Open a socket of Slack's; return why that did not work."""
    health = Health(SystemClock())
    slack = SlackWeb(BOT_TOKEN, f"{origin}/api/", SystemClock().monotonic)

    async def ignore(*_: object) -> None:
        """Take nothing that comes in."""

    socket = SlackSocket(APP_TOKEN, slack.client, ignore, health)
    opened = await socket.open_once()
    assert opened is socket.connected
    await socket.close()
    slack.stop()
    await slack.close()
    return health.of(SLACK_SOCKET).refusal


ASKED = pytest.mark.parametrize("ask", [slack_asked, ci_asked, socket_asked])


@ASKED
async def test_a_private_authority_counts_where_it_is_named(
    ask: Ask, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(authority.issue("127.0.0.1")) as port:
        assert UNKNOWN in await ask(f"https://127.0.0.1:{port}")
        monkeypatch.setenv("SHIPROOM_CA_FILE", str(authority.file))
        assert await ask(f"https://127.0.0.1:{port}") == ""


@ASKED
@pytest.mark.parametrize(
    ("host", "ended", "words"),
    [
        ("127.0.0.1", True, EXPIRED),
        ("127.0.0.2", False, ANOTHER_ADDRESS),
        ("other.example", False, ANOTHER_ADDRESS),
    ],
)
@pytest.mark.usefixtures("named")
async def test_what_else_is_refused_is_told(
    ask: Ask, host: str, ended: bool, words: str, authority: Authority
) -> None:
    pair = authority.issue(host, until=ENDED) if ended else authority.issue(host)
    async with served(pair) as port:
        assert words in await ask(f"https://127.0.0.1:{port}")


async def test_the_keys_of_an_issuer_are_read_by_the_same_rule(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(authority.issue("127.0.0.1")) as port:
        keys = IssuerKeys(f"https://127.0.0.1:{port}", SystemClock())
        with pytest.raises(TemporarilyUnavailableError):
            await keys.get("one")
        await keys.close()
        assert UNKNOWN in caplog.text
        monkeypatch.setenv("SHIPROOM_CA_FILE", str(authority.file))
        keys = IssuerKeys(f"https://127.0.0.1:{port}", SystemClock())
        assert (await keys.get("one")).key_id == "one"
        await keys.close()


async def test_it_is_added_to_the_roots_of_the_system(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE stands in for what the system trusts."""
    system = Authority(tmp_path, "system")
    monkeypatch.setenv("SSL_CERT_FILE", str(system.file))
    monkeypatch.setenv("SHIPROOM_CA_FILE", str(authority.file))
    for each in (system, authority):
        async with served(each.issue("127.0.0.1")) as port:
            assert await slack_asked(f"https://127.0.0.1:{port}") == ""


def is_elsewhere(_host: str) -> bool:
    """Take no address for one of this machine."""
    return False


@ASKED
async def test_it_counts_behind_a_proxy_that_wants_a_password(
    ask: Ask, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All that a test may reach is on this machine; monkeypatch takes a function of any type.
    monkeypatch.setattr("bot.proxies._is_loopback", is_elsewhere)
    async with served(authority.issue("peer.invalid")) as port, tunnel(port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert UNKNOWN in await ask("https://peer.invalid")
        monkeypatch.setenv("SHIPROOM_CA_FILE", str(authority.file))
        assert await ask("https://peer.invalid") == ""
        assert ANOTHER_NAME in await ask("https://other.invalid")
        assert proxy.refused == 0
        assert set(proxy.opened) == {"peer.invalid:443", "other.invalid:443"}
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("mara:", "amita:"))
        assert "407" in await ask("https://peer.invalid")
        assert proxy.refused > 0


async def test_check_online_says_why(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(authority.issue("127.0.0.1")) as port:
        origin = f"https://127.0.0.1:{port}"
        policy = tmp_path / "shiproom.yml"
        hub = f"hub: {{kind: github, url: {origin}, token: '${{HUB_TOKEN}}'}}"
        text = POLICY.replace("ci:\n", f"ci:\n  {hub}\n", 1)
        text = text.replace("builds: {branch: main}", "builds: {branch: main, ci: hub, workflow: build.yml}")
        policy.write_text(text, encoding="utf-8")
        (tmp_path / "deploy").mkdir()
        reading = read_policy(policy, {"HUB_TOKEN": "ghp_of_the_test"})
        assert reading.policy is not None, reading.errors
        settings = read_settings(
            {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "s" * 32, "SLACK_API_URL": f"{origin}/api"}
        )
        assert isinstance(settings, Settings)
        said = [each async for each in check_online(reading.policy, settings, {})]
        assert f"Slack: it cannot be reached now (Slack did not answer auth.test: {UNKNOWN})" in said[0]
        assert [each for each in said if each.startswith("hub: ") and UNKNOWN in each]


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, authority: Authority) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate\n", encoding="utf-8")
    given = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "s" * 32}
    none, nothing = (
        read_settings({**given, "SHIPROOM_CA_FILE": str(each)}) for each in (empty, tmp_path / "none")
    )
    assert none == [
        f"SHIPROOM_CA_FILE is {str(empty)!r}: there is no certificate in it: write the authority's there, in PEM form."
    ]
    assert nothing == [
        (
            f"SHIPROOM_CA_FILE is {str(tmp_path / 'none')!r}: no such file or directory: "
            "name a file that the bot may read, or unset it."
        )
    ]
    assert isinstance(read_settings({**given, "SHIPROOM_CA_FILE": str(authority.file)}), Settings)


def test_without_a_file_nothing_is_changed() -> None:
    assert trusted() is True
