"""What stands before bolt: whatever the headers or the body are, the answer is 4xx, nothing happens, nothing is logged."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import pytest

from bot.http import routes
from tests.bot.inside import Header, Inside, command, signature

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODY = command("where canary-words")
Make = Callable[[Inside], Sequence[Header]]


def given(*, stamp: str | bytes | None = None, sign: str | bytes | None = None) -> Make:
    """Make good headers but for what is given."""

    def make(bot: Inside) -> Sequence[Header]:
        now = str(bot.stamp)
        return [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("X-Slack-Request-Timestamp", now if stamp is None else stamp),
            ("X-Slack-Signature", signature(now, BODY) if sign is None else sign),
        ]

    return make


def aged(seconds: int) -> Make:
    return lambda bot: bot.signed(BODY, bot.stamp - seconds)


def without(*names: str) -> Make:
    return lambda bot: [each for each in bot.signed(BODY) if each[0] not in names]


def besides(name: str, value: Callable[[Inside], str | bytes]) -> Make:
    return lambda bot: [*bot.signed(BODY), (name, value(bot))]


def forged(body: bytes) -> Make:
    """A signature that was made for other words."""
    return lambda bot: bot.signed(body)


def changed(change: Callable[[str], str]) -> Make:
    return lambda bot: given(sign=change(signature(str(bot.stamp), BODY)))(bot)


def stamped(change: Callable[[int], str]) -> Make:
    """A timestamp in another shape, and rightly signed as such."""
    return lambda bot: bot.signed(BODY, change(bot.stamp))


SHAPES: list[tuple[str, Make, int]] = [
    ("as Slack sends it", given(), 200),
    ("300 s old", aged(300), 200),
    ("301 s old", aged(301), 401),
    ("a day old", aged(86_400), 401),
    ("60 s ahead", aged(-60), 200),
    ("61 s ahead", aged(-61), 401),
    ("a day ahead", aged(-86_400), 401),
    ("the secret of somebody else", lambda bot: bot.signed(BODY, secret="another secret"), 401),
    ("an empty secret", lambda bot: bot.signed(BODY, secret=""), 401),
    ("signed for another body", forged(command("lock production now")), 401),
    ("signed for an empty body", forged(b""), 401),
    ("signed at another time", lambda bot: given(stamp=str(bot.stamp - 1))(bot), 401),
    ("no signature", without("X-Slack-Signature"), 401),
    ("no timestamp", without("X-Slack-Request-Timestamp"), 401),
    ("neither of both", without("X-Slack-Signature", "X-Slack-Request-Timestamp"), 401),
    ("an empty signature", given(sign=""), 401),
    ("an empty timestamp", given(stamp=""), 401),
    ("a signature of the wrong version", changed(lambda good: "v1=" + good[3:]), 401),
    ("a signature without its version", changed(lambda good: good[3:]), 401),
    ("a signature in capitals", changed(lambda good: "v0=" + good[3:].upper()), 401),
    ("a signature with one digit more", changed(lambda good: good + "0"), 401),
    ("half a signature", changed(lambda good: good[:35]), 401),
    ("two signatures in one header", changed(lambda good: f"{good}, {good}"), 401),
    ("a signature twice", besides("X-Slack-Signature", lambda bot: signature(str(bot.stamp), BODY)), 401),
    ("a timestamp twice", besides("X-Slack-Request-Timestamp", lambda bot: str(bot.stamp)), 401),
    ("a second timestamp", besides("x-slack-request-timestamp", lambda bot: str(bot.stamp - 9_999)), 401),
    ("a timestamp in words", stamped(lambda _: "now"), 401),
    ("a negative timestamp", stamped(lambda now: f"-{now}"), 401),
    ("a timestamp with a fraction", stamped(lambda now: f"{now}.0"), 401),
    ("a timestamp with a plus", stamped(lambda now: f"+{now}"), 401),
    ("a timestamp with underscores", stamped(lambda now: f"{now:_}"), 401),
    ("a timestamp in hexadecimals", stamped(hex), 401),
    ("a timestamp too long", stamped(lambda now: f"{now}" + "0" * 5_000), 401),
    ("a timestamp in other digits", stamped(lambda now: f"{now}".translate(ARABIC)), 401),
    ("a timestamp that is no text", given(stamp=b"\xff\xfe"), 401),
    ("a signature that is no text", given(sign=b"v0=" + b"\xff" * 64), 401),
    ("a signature with an umlaut", changed(lambda good: good[:-1] + "ä"), 401),
    ("compressed", besides("Content-Encoding", lambda _: "gzip"), 415),
    ("compressed twice", besides("Content-Encoding", lambda _: "deflate, br"), 415),
    ("not compressed, and it says so", besides("Content-Encoding", lambda _: "identity"), 415),
]
ARABIC = {ord(str(digit)): chr(0x0660 + digit) for digit in range(10)}


@pytest.mark.parametrize(("make", "status"), [case[1:] for case in SHAPES], ids=[case[0] for case in SHAPES])
async def test_headers(bot: Inside, make: Make, status: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answered = await bot.post("/slack/events", make(bot), BODY)
    assert answered.status == status
    assert "canary-words" not in caplog.text
    if status != 200:
        assert b"canary-words" not in answered.body
        assert json.loads(answered.body)["error"]


def payload(**fields: object) -> bytes:
    return urlencode({"payload": json.dumps(fields)}).encode()


BODIES: list[tuple[str, bytes, set[int]]] = [
    ("nothing", b"", {200, 400, 404}),
    ("not a form", b"\x00\xff\xfe", {400, 401}),
    ("a form of nothing", b"&&&===", {200, 400, 404}),
    ("a payload that is no JSON", b"payload=%7Bcanary-words", {200, 400, 404}),
    ("a payload that is a list", b"payload=%5B%5D", {200, 400, 404}),
    ("a payload that is a number", b"payload=7", {200, 400, 404}),
    ("a payload of an unknown kind", b"payload=%7B%22type%22%3A%22canary-words%22%7D", {200, 400, 404}),
    ("a click on nothing", b"payload=%7B%22type%22%3A%22block_actions%22%7D", {200, 400, 404}),
    ("a form of nobody", b"payload=%7B%22type%22%3A%22view_submission%22%7D", {200, 400, 404}),
    ("a click by a number", payload(type="block_actions", user=7, actions=[7]), {200, 400}),
    ("a click with a list for a value", payload(type="block_actions", actions=[{"value": 7}]), {200, 400}),
    ("a form without a view", payload(type="view_submission", view=[], user="U0TIM"), {200, 400}),
    ("a deep payload", b"payload=" + b"%5B" * 20_000, {200, 400, 404}),
    ("a command of nobody", b"command=%2Frelease&text=lock+production+canary-words", {200, 400, 404}),
    ("a command with NUL", command("lock production \x00"), {200}),
    ("ssl_check", b"ssl_check=1&token=x", {200, 400, 404}),
]


@pytest.mark.parametrize(
    ("body", "statuses"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
async def test_bodies_that_are_signed(
    bot: Inside, body: bytes, statuses: set[int], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answered = await bot.post("/slack/events", bot.signed(body), body)
    assert answered.status in statuses
    assert "canary-words" not in caplog.text
    assert not await locked(bot)


FORM = ("Content-Type", "application/x-www-form-urlencoded")


@pytest.mark.parametrize("body", [b"ssl_check=1", b"ssl_check=1&token=abc", b"token=&ssl_check=1"])
async def test_ssl_check_is_answered_with_nothing(bot: Inside, body: bytes) -> None:
    """Slack tries a certificate now and then, by GET and by POST, and wants a 200."""
    for headers in ([FORM], bot.signed(body), [*bot.signed(body), ("X-Slack-Signature", "v0=0")]):
        answered = await bot.post("/slack/events", headers, body)
        assert (answered.status, answered.body) == (200, b"")
    asked = b"GET /slack/events?" + body + b" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    answered = await bot.send(asked)
    assert (answered.status, answered.body) == (200, b"")


@pytest.mark.parametrize(
    "body",
    [
        b"ssl_check=1&command=%2Frelease&text=where",
        b"ssl_check=1&payload=%7B%7D",
        b"ssl_check=0",
        b"ssl_check=1&ssl_check=0",
        b"token=1",
    ],
)
async def test_ssl_check_opens_no_door(bot: Inside, body: bytes) -> None:
    """bolt lets a request that calls itself a check of the certificate in without a signature."""
    assert (await bot.post("/slack/events", [FORM], body)).status == 401
    asked = b"GET /slack/events?" + body + b" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    assert (await bot.send(asked)).status == 405


async def test_url_verification_opens_no_door(bot: Inside) -> None:
    body = b'{"type":"url_verification","challenge":"c"}'
    asked = [("Content-Type", "application/json")]
    assert (await bot.post("/slack/events", asked, body)).status == 401


async def test_the_same_bytes_at_once_have_one_effect_and_one_answer(bot: Inside) -> None:
    body = command("lock staging replayed at once")
    headers = bot.signed(body)
    answers = await asyncio.gather(*(bot.post("/slack/events", headers, body) for _ in range(50)))
    assert {each.status for each in answers} == {200}
    assert len({each.body for each in answers}) == 1
    assert "staging of website is locked" in json.loads(answers[0].body)["text"]
    assert await locks(bot, "replayed at once") == ["locked"]
    opened = command("unlock staging")
    assert (await bot.post("/slack/events", bot.signed(opened), opened)).status == 200


async def test_the_same_words_a_second_later_are_another_request(bot: Inside) -> None:
    body = command("lock production asked twice")
    for age in (2, 2, 1):
        assert (await bot.post("/slack/events", bot.signed(body, bot.stamp - age), body)).status == 200
    assert len(await locks(bot, "asked twice")) == 2
    opened = command("unlock production")
    await bot.post("/slack/events", bot.signed(opened), opened)


async def test_a_large_body_is_refused(bot: Inside) -> None:
    body = command("where " + "x" * 1_200_000)
    assert (await bot.post("/slack/events", bot.signed(body), body)).status == 413


async def test_a_large_body_in_chunks_is_refused(bot: Inside) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    headers = [("Transfer-Encoding", "chunked"), *bot.signed(b"")]
    assert (await bot.post("/slack/events", headers, chunk * 20 + b"0\r\n\r\n")).status == 413


async def test_a_slow_body_is_let_go(bot: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "READ_WITHIN", 0.1)
    head = b"POST /slack/events HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Length: 9\r\n\r\nslow"
    assert (await bot.send(head)).status == 408


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_posts_are_taken(bot: Inside, method: str) -> None:
    raw = f"{method} /slack/events HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    assert (await bot.send(raw.encode())).status == 405


async def test_what_is_no_http_hurts_nobody(bot: Inside) -> None:
    assert (await bot.send(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")).status in {0, 400}
    assert (await bot.post("/slack/events", bot.signed(BODY), BODY)).status == 200


async def locked(bot: Inside) -> bool:
    body = command("where")
    answered = await bot.post("/slack/events", bot.signed(body), body)
    return "locked" in json.loads(answered.body)["text"]


async def locks(bot: Inside, reason: str) -> list[str]:
    """List what came of every lock that was asked for with a reason."""
    rows = [row for row in await bot.rows() if row["event"] == "locked" and row["body"]["reason"] == reason]
    return [row["outcome"].get("reply") or row["outcome"]["refused"] for row in rows]
