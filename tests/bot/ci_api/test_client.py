"""A write leaves once at most, and what came of it is never said to be more than it proves."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.ci.http import client as client_module
from bot.ci.http import exchange as exchange_module
from bot.ci.http.client import MOST_READS, CiClient, Peer, RequestBody
from bot.ci.http.response import CiResponse, NoResponse, NotSent
from bot.ci.http.start_result import start_result
from bot.ci.run import Refused
from bot.redaction import redactor
from tests.bot.ci_api import wire as wires
from tests.bot.ci_api.certificate import self_signed
from tests.bot.ci_api.turned import TurnedClock
from tests.bot.ci_api.wire import OK, Wire, answering, saying, wire
from tests.buildbot.server import free_port

METHODS = ["POST", "PUT", "DELETE", "PATCH"]


@asynccontextmanager
async def connected(
    root: str,
    clock: TurnedClock | None = None,
    **more: Any,  # noqa: ANN401 - what a Peer takes
) -> AsyncGenerator[CiClient]:
    client = CiClient(Peer("ci", root, **more), clock or TurnedClock())
    try:
        yield client
    finally:
        await client.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests give up soon."""
    monkeypatch.setattr(client_module, "TIMEOUT", 0.3)


# A write leaves once.


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("behaviour", [wires.cutting, wires.cutting_later], ids=["at once", "later"])
async def test_a_write_whose_connection_is_cut_is_sent_once_and_lost(
    behaviour: wires.Behaviour, method: str
) -> None:
    async with wire(behaviour) as server, connected(server.url) as client:
        sent = [await client.send(method, "/start", body=RequestBody(json={"a": 1})) for _ in range(2)]
    assert len(server.requests) == 2
    assert all(request.startswith(f"{method} /start HTTP/1.1\r\n".encode()) for request in server.requests)
    assert (
        isinstance(sent[-1], NoResponse) if behaviour is wires.cutting else isinstance(sent[-1], CiResponse)
    )


@pytest.mark.parametrize("method", METHODS)
async def test_each_write_has_a_connection_of_its_own(method: str) -> None:
    async with wire(answering(OK)) as server, connected(server.url) as client:
        assert await client.read("/before") is not None
        answers = [await client.send(method, "/start") for _ in range(3)]
    assert all(isinstance(answer, CiResponse) for answer in answers)
    assert server.connections == 4


@pytest.mark.parametrize("method", METHODS)
async def test_a_write_that_is_redirected_goes_nowhere_else(method: str) -> None:
    async with wire(answering(OK)) as other:
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Again", "308 Moved"):
            answer = saying(status, f"Location: {other.url}/there\r\n")
            async with wire(answering(answer)) as server, connected(server.url) as client:
                sent = await client.send(method, "/start")
                assert isinstance(sent, CiResponse)
                assert sent.status == int(status[:3])
                read = await client.read("/look")
                assert read is not None
                assert read.status == int(status[:3])
    assert other.connections == 0


async def test_a_read_is_asked_again_where_its_connection_had_been_closed() -> None:
    async with wire(wires.closing_idle) as server, connected(server.url) as client:
        assert [answer is not None for answer in [await client.read("/look") for _ in range(3)]] == [True] * 3


# What is proved.


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with connected(f"http://127.0.0.1:{free_port()}") as client:
        sent = await client.send("POST", "/start")
        assert isinstance(sent, NotSent)
        assert (sent.final, sent.retry_after) == (False, 0.0)
        assert await client.read("/look") is None


async def test_where_the_name_leads_nowhere_nothing_was_sent() -> None:
    async with connected("http://nobody.invalid") as client:
        sent = await client.send("POST", "/start")
    assert isinstance(sent, NotSent)
    assert not sent.final


@pytest.fixture
async def untrusted(tmp_path: Path) -> AsyncIterator[str]:
    """Serve over TLS with a certificate that nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_where_tls_fails_nothing_was_sent(untrusted: str) -> None:
    async with connected(untrusted) as client:
        sent = await client.send("POST", "/start")
    assert isinstance(sent, NotSent)
    assert "certificate" in sent.why


@pytest.mark.parametrize("behaviour", [wires.hanging_up, wires.talking])
async def test_where_tls_is_not_spoken_nothing_was_sent(behaviour: wires.Behaviour) -> None:
    async with wire(behaviour) as server, connected(server.url.replace("http:", "https:")) as client:
        assert isinstance(await client.send("POST", "/start"), NotSent)


async def test_a_handshake_that_never_ends_proves_that_nothing_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "CONNECT_WITHIN", 0.1)
    async with wire(wires.deaf) as server, connected(server.url.replace("http:", "https:")) as client:
        assert isinstance(await client.send("POST", "/start"), NotSent)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "behaviour",
    [
        wires.silent,
        wires.deaf,
        wires.hanging_up,
        answering(b"nonsense\r\n\r\n"),
        answering(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\ncut"),
        answering(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        answering(b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno"),
        answering(b"HTTP/1.1 201 Created\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"),
    ],
)
async def test_without_a_whole_answer_nobody_knows(behaviour: wires.Behaviour) -> None:
    async with wire(behaviour) as server, connected(server.url) as client:
        assert isinstance(await client.send("POST", "/start", body=RequestBody(json={})), NoResponse)
        assert await client.read("/look") is None


@pytest.mark.parametrize(
    "status", ["200 OK", "204 No Content", "404 Gone", "409 Busy", "500 Broken", "503 Full"]
)
async def test_any_whole_answer_is_given(status: str) -> None:
    async with wire(answering(saying(status))) as server, connected(server.url) as client:
        sent = await client.send("POST", "/start")
        read = await client.read("/look")
    assert isinstance(sent, CiResponse)
    assert sent.status == int(status[:3])
    assert (read is None) is (sent.status >= 500)


# Time.


async def test_after_its_time_a_write_does_not_leave() -> None:
    clock = TurnedClock()
    async with wire(answering(OK)) as server, connected(server.url, clock) as client:
        late = await client.send("POST", "/start", not_after=clock.monotonic())
        assert isinstance(await client.send("POST", "/start", not_after=clock.monotonic() + 5), CiResponse)
    assert isinstance(late, NotSent)
    assert not late.final
    assert len(server.requests) == 1


# Limits.


@pytest.mark.parametrize(
    ("status", "headers", "pause"),
    [
        ("429 Slow", "", 60.0),
        ("429 Slow", "Retry-After: 7\r\n", 7.0),
        ("429 Slow", "retry-after: 7\r\n", 7.0),
        ("429 Slow", "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 60.0),
        ("429 Slow", "Retry-After: Mon, 23 Nov 2026 10:00:07 GMT\r\n", 7.0),
        ("403 Limited", "Retry-After: Mon, 23 Nov 2026 10:00:07 GMT\r\n", 7.0),
        ("503 Down", "Retry-After: Mon, 23 Nov 2026 10:00:07 GMT\r\n", 7.0),
        ("429 Slow", "Retry-After: Mon, 23 Nov 2026 23:00:00 GMT\r\n", 900.0),
        (
            "429 Slow",
            "Date: Mon, 23 Nov 2026 09:00:00 GMT\r\nRetry-After: Mon, 23 Nov 2026 09:00:07 GMT\r\n",
            7.0,
        ),
        ("429 Slow", "Retry-After: soon\r\n", 60.0),
        ("429 Slow", "X-RateLimit-Remaining: 0\r\n", 60.0),
        ("429 Slow", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 999999999999\r\n", 60.0),
        ("429 Slow", "Retry-After: 999999\r\n", 900.0),
        ("429 Slow", "Retry-After: -5\r\n", 60.0),
        ("403 Limited", "Retry-After: 9\r\n", 9.0),
        ("503 Down", "Retry-After: 9\r\n", 9.0),
        ("403 Forbidden", "", 0.0),
        ("403 Forbidden", "X-RateLimit-Remaining: 12\r\n", 0.0),
        ("503 Down", "", 0.0),
    ],
)
async def test_a_ci_that_asks_to_be_left_alone_is(status: str, headers: str, pause: float) -> None:
    clock = TurnedClock()
    async with wire(answering(saying(status, headers), OK)) as server, connected(server.url, clock) as client:
        first = await client.send("POST", "/start")
        assert isinstance(first, CiResponse)
        assert first.pause == pause
        if pause:
            clock.passed = pause - 0.5
            assert await client.send("POST", "/start") == NotSent(
                "the CI asked to be left alone for a while", 0.5
            )
            assert await client.read("/look") is None
            assert len(server.requests) == 1
            clock.passed = pause
        assert isinstance(await client.send("POST", "/start"), CiResponse)


async def test_a_read_that_meets_a_limit_holds_writes_back_too() -> None:
    answers = answering(saying("429 Slow", "Retry-After: 5\r\n"), OK)
    async with wire(answers) as server, connected(server.url) as client:
        assert await client.read("/look") is None
        assert await client.send("POST", "/start") == NotSent(
            "the CI asked to be left alone for a while", 5.0
        )


USED_UP = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: {}\r\n"
TEN = 1795428000
"""23 November 2026, 10:00 UTC, in seconds since 1970: the time of the clock here."""


@pytest.mark.parametrize("status", ["403 Limited", "429 Slow"])
@pytest.mark.parametrize(
    ("reset", "date", "pause", "until"),
    [
        (TEN + 30, "", 30.0, "10:01"),
        (TEN + 3600, "", 3600.0, "11:00"),
        (TEN + 3601, "", 3601.0, "11:01"),
        (TEN + 24 * 3600, "", 6 * 3600.0, "10:00"),
        (1, "", 1.0, "00:01"),
        # The clock here is a quarter of an hour ahead of the CI's, or behind it.
        (TEN + 600, "Date: Mon, 23 Nov 2026 09:45:00 GMT\r\n", 1500.0, "10:10"),
        (TEN + 1800, "Date: Mon, 23 Nov 2026 10:15:00 GMT\r\n", 900.0, "10:30"),
        (TEN + 60, "Date: yesterday\r\n", 60.0, "10:01"),
    ],
)
async def test_a_limit_that_is_used_up_names_itself_until_its_reset(
    status: str, reset: int, date: str, pause: float, until: str
) -> None:
    clock, why = TurnedClock(), f"GitHub's rate limit is used up until {until} UTC"
    answers = answering(saying(status, USED_UP.format(reset) + date), OK)
    async with wire(answers) as server, connected(server.url, clock, product="GitHub") as client:
        first = await client.send("POST", "/start")
        assert isinstance(first, CiResponse)
        assert start_result(first, "a fault") == Refused(transient=True, detail=why, retry_after=pause)
        clock.passed = pause - 0.5
        blocked = await client.send("POST", "/start")
        assert blocked == NotSent(why, 0.5)
        assert start_result(blocked) == Refused(transient=True, detail=why, retry_after=0.5)
        assert await client.read("/look") is None
        assert len(server.requests) == 1
        clock.passed = pause
        assert isinstance(await client.send("POST", "/start"), CiResponse)


SECONDARY = [
    '{"message": "You have exceeded a secondary rate limit and have been temporarily blocked."}',
    '{"message": "Slow down", "documentation_url": "https://docs.github.com/x#about-secondary-rate-limits"}',
    '{"documentation_url": "https://docs.github.com/x#secondary-rate-limits"}',
]


@pytest.mark.parametrize("body", SECONDARY)
async def test_a_secondary_limit_without_a_header_pauses_longer_each_time(body: str) -> None:
    clock = TurnedClock()
    limited = saying("403 Forbidden", "", body)
    async with (
        wire(answering(*[limited] * 8, OK, limited, OK)) as server,
        connected(server.url, clock) as client,
    ):
        for pause in (60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0):
            met = await client.send("POST", "/start")
            assert isinstance(met, CiResponse)
            assert met.pause == pause
            refused = start_result(met, "x")
            assert refused == Refused(transient=True, detail="HTTP 403: x", retry_after=pause)
            assert isinstance(await client.send("POST", "/start"), NotSent)
            clock.passed += pause
        assert isinstance(await client.send("POST", "/start"), CiResponse)
        met = await client.send("POST", "/start")
        assert isinstance(met, CiResponse)
        assert met.pause == 60.0
        assert len(server.requests) == 10


async def test_requests_that_meet_one_limit_together_count_once() -> None:
    clock, gate = TurnedClock(), asyncio.Event()
    limited = saying("403 Forbidden", "", SECONDARY[0])

    async def behaviour(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await seen.request(reader)
            if len(seen.requests) == 3:
                gate.set()
            await gate.wait()
            clock.passed += 0.001
            writer.write(limited)
            await writer.drain()

    async with wire(behaviour) as server, connected(server.url, clock) as client:
        met = await asyncio.gather(*(client.send("POST", "/start") for _ in range(3)))
        assert [each.pause for each in met if isinstance(each, CiResponse)] == [60.0] * 3
        clock.passed += 61.0
        again = await client.send("POST", "/start")
        assert isinstance(again, CiResponse)
        assert again.pause == 120.0


async def test_a_refusal_that_is_no_limit_is_final() -> None:
    body = '{"message": "Resource not accessible by personal access token"}'
    async with wire(answering(saying("403 Forbidden", "", body))) as server, connected(server.url) as client:
        met = await client.send("POST", "/start")
        assert isinstance(met, CiResponse)
        assert start_result(met) == Refused(transient=False, detail="HTTP 403")
        assert await client.read("/look") is not None


def slowly(answer: bytes) -> wires.Behaviour:
    """Answer each request after a while."""

    async def behaviour(seen: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await seen.request(reader)
            await asyncio.sleep(0.1)
            writer.write(answer)
            await writer.drain()

    return behaviour


async def test_many_reads_at_once_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "CONNECT_WITHIN", 0.3)
    async with wire(slowly(OK)) as server, connected(server.url) as client:
        read = await asyncio.gather(*(client.read("/look") for _ in range(MOST_READS * 6)))
    assert all(each is not None for each in read)


async def test_reads_that_wait_for_their_turn_are_not_sent_into_a_limit() -> None:
    async with wire(slowly(saying("429 Slow"))) as server, connected(server.url) as client:
        read = await asyncio.gather(*(client.read("/look") for _ in range(MOST_READS * 3)))
        assert read == [None] * (MOST_READS * 3)
        assert len(server.requests) <= MOST_READS


# What is sent and read.


async def test_what_a_write_carries() -> None:
    async with wire(answering(OK)) as server, connected(server.url, headers={"X-Token": "t"}) as client:
        await client.send("POST", "/json", body=RequestBody(json={"a": 'é"'}), headers={"X-More": "m"})
        await client.send("POST", "/form", body=RequestBody(form={"a b": "c&d=é"}))
        await client.send("PUT", "/empty")
    json, form, empty = server.requests
    assert json.endswith(b'\r\n\r\n{"a": "\\u00e9\\""}')
    assert b"\r\nX-Token: t\r\n" in json
    assert b"\r\nX-More: m\r\n" in json
    assert b"\r\nAccept: application/json\r\n" in json
    assert form.endswith(b"\r\n\r\na+b=c%26d%3D%C3%A9")
    assert empty.endswith(b"\r\n\r\n")


async def test_cookies_and_proxies_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    async with wire(answering(OK)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        answer = saying("200 OK", "Set-Cookie: a=b\r\n")
        async with wire(answering(answer)) as server, connected(server.url) as client:
            await client.send("POST", "/start")
            await client.send("POST", "/start")
    assert proxy.connections == 0
    assert b"cookie" not in server.requests[1].lower()


@pytest.mark.parametrize(
    ("body", "json"),
    [
        ("{}", {}),
        (" \n[1]", [1]),
        ('{"a": 1}', {"a": 1}),
        ("", None),
        ("17", None),
        ('"text"', None),
        ("<html>", None),
        ('{"a": ', None),
        ("[" * 100_000, None),
        ('{"a": ' + "9" * 5000 + "}", None),
    ],
)
async def test_json_is_known_by_what_it_is(body: str, json: object) -> None:
    answer = saying("200 OK", "Content-Type: text/plain\r\n", body)
    async with wire(answering(answer)) as server, connected(server.url) as client:
        read = await client.read("/look")
    assert read is not None
    assert (read.text, read.json) == (body, json)


async def test_what_is_too_big_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_module, "MOST_BYTES", 100_000)
    big = saying("200 OK", "", "[" + "1," * 200_000 + "1]")
    async with wire(answering(big, OK)) as server, connected(server.url) as client:
        read = await client.read("/look")
        assert read is not None
        assert (len(read.text), read.json) == (100_000, None)
        following = await client.read("/look")
    assert following is not None
    assert following.json == {}


async def test_an_endless_answer_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_module, "MOST_BYTES", 100_000)
    async with wire(wires.endless) as server, connected(server.url) as client:
        sent = await client.send("POST", "/start")
    assert isinstance(sent, CiResponse)
    assert len(sent.text) == 100_000


async def test_headers_are_found_in_any_case_and_the_last_counts() -> None:
    answer = saying("200 OK", "Set-Cookie: a=1\r\nset-cookie: a=2\r\n")
    async with wire(answering(answer)) as server, connected(server.url) as client:
        read = await client.read("/look")
    assert read is not None
    assert (read.header("SET-COOKIE"), read.header("ETag")) == ("a=2", "")


# Where it goes.


@pytest.mark.parametrize(
    "path",
    [
        "/a b",
        "/a\r\nX-Forged: 1\r\n\r\n",
        "/a\nb",
        "/a\x00",
        "/é",
        "http://127.0.0.1:1/elsewhere",
        "https://127.0.0.1/",
        "http://example.org/",
        "//example.org/",
        "ftp://127.0.0.1/",
        "relative",
        "",
    ],
)
async def test_nothing_goes_elsewhere_or_forges_a_request(path: str) -> None:
    async with wire(answering(OK)) as server, connected(server.url) as client:
        sent = await client.send("POST", path)
        if path != "//example.org/":
            assert isinstance(sent, NotSent)
            assert sent.final
            assert await client.read(path) is None
            assert server.requests == []
        else:
            assert server.requests[0].startswith(b"POST //example.org/ HTTP/1.1\r\n")


async def test_an_address_under_the_same_root_is_asked() -> None:
    async with wire(answering(OK)) as server, connected(f"{server.url}/api/") as client:
        assert await client.read(f"{server.url}/other") is not None
        assert await client.read("/look", params={"a": "b c"}) is not None
        assert await client.read("/a%2Fb?x=%2F%26") is not None
    lines = [request.partition(b"\r\n")[0] for request in server.requests]
    assert lines == [
        b"GET /other HTTP/1.1",
        b"GET /api/look?a=b+c HTTP/1.1",
        b"GET /api/a%2Fb?x=%2F%26 HTTP/1.1",
    ]


async def test_no_secret_is_said(caplog: pytest.LogCaptureFixture) -> None:
    secret = "hunter2-hunter2"
    answers = answering(saying("500 Broken"))
    async with wire(answers) as server, connected(server.url, redact=redactor({secret})) as client:
        assert await client.read(f"/look?token={secret}") is None
    async with connected(f"http://{secret}.invalid", redact=redactor({secret})) as client:
        assert await client.read("/look") is None
        sent = await client.send("POST", "/start")
    assert isinstance(sent, NotSent)
    assert "hunter2" not in sent.why + caplog.text


async def test_a_closed_client_can_be_used_again() -> None:
    async with wire(answering(OK)) as server, connected(server.url) as client:
        assert await client.read("/look") is not None
        await client.close()
        assert await client.read("/look") is not None
