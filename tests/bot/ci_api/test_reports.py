"""What a CI's answers say of its connection, in words for people; one path that is refused is not the whole connection."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.ci.http.client import CiClient, Peer
from bot.ci.http.reports import shortened
from bot.health import STALE, Condition, Health
from tests.bot.ci_api.turned import TurnedClock
from tests.bot.ci_api.wire import OK, answering, cutting, saying, wire
from tests.buildbot.server import free_port

LOGIN = "is `url` its address, and does no login stand before it?"
SAID = "Content-Type: application/json\r\n"


async def met(answer: bytes, *, optional: bool = False) -> Condition:
    """Read one path that is answered so; return what is known of the connection then."""
    clock = TurnedClock()
    health = Health(clock)
    async with wire(answering(answer)) as server:
        client = CiClient(Peer("hub", server.url, product="GitHub"), clock, health)
        await client.read("/repos/tailspin/web/actions/runs", params={"page": "1"}, optional=optional)
        await client.close()
    return health.of("hub")


def body(status: str, message: str) -> bytes:
    return saying(status, SAID, f'{{"message": "{message}"}}')


@pytest.mark.parametrize(
    ("answer", "words", "whole"),
    [
        (OK, "", True),
        (body("404 Not Found", "Not Found"), "", True),
        (
            body("401 Unauthorized", "Bad credentials"),
            "GitHub refuses the token (401 Bad credentials)",
            True,
        ),
        (saying("401 Unauthorized", ""), "GitHub refuses the token (401 Unauthorized)", True),
        (
            body("403 Forbidden", "Not accessible"),
            "GitHub refuses to show /repos/tailspin/web/actions/runs (403 Not accessible)",
            False,
        ),
        (saying("502 Bad Gateway", ""), "GitHub does not answer (502 Bad Gateway)", False),
        (saying("599 What", ""), "GitHub does not answer (599)", False),
        (saying("429 Slow", "Retry-After: 60\r\n"), "GitHub limits how often it is asked", True),
        (
            saying("302 Found", "Location: https://sso.example.org/login\r\n"),
            f"GitHub sends us elsewhere (302 to sso.example.org): {LOGIN}",
            False,
        ),
        (
            saying("200 OK", "Content-Type: text/html\r\n", "<html>Log in</html>"),
            f"GitHub answers with a web page (200): {LOGIN}",
            False,
        ),
    ],
)
async def test_what_an_answer_says_of_the_connection(answer: bytes, words: str, whole: bool) -> None:
    known = await met(answer)
    assert (known.refusal, known.refused_since is not None) == (words, bool(words))
    assert (known.place == "") is whole


async def test_what_is_optional_may_be_refused() -> None:
    assert not (await met(body("403 Forbidden", "Not accessible"), optional=True)).refusal
    assert (await met(body("401 Unauthorized", "Bad credentials"), optional=True)).refusal


async def test_no_connection_and_no_answer() -> None:
    clock, health = TurnedClock(), Health(TurnedClock())
    gone = CiClient(Peer("hub", f"http://127.0.0.1:{free_port()}", product="GitHub"), clock, health)
    await gone.read("/runs")
    assert health.of("hub").refusal == "GitHub does not answer (connection refused)"
    await gone.close()
    async with wire(cutting) as server:
        cut = CiClient(Peer("hub", server.url, product="GitHub"), clock, health)
        await cut.send("POST", "/start")
        assert health.of("hub").refusal == "GitHub does not answer (it closed the connection)"
        await cut.close()


async def test_reads_follow_redirects_inside_the_origin_only() -> None:
    """With a token to nobody else; a redirect that leads in a circle ends."""
    async with wire(answering(OK)) as other:
        for target, expected in (("/new/runs?page=2", 200), (f"{other.url}/runs", 301)):
            moved = saying("301 Moved", f"Location: {target}\r\n")
            answers = [moved, OK]
            async with wire(answering(*answers)) as server:
                client = CiClient(Peer("hub", server.url, {"Authorization": "Bearer secret"}), TurnedClock())
                answer = await client.read("/old/runs", params={"page": "2"})
                assert answer is not None
                assert answer.status == expected
                await client.close()
                if expected == 200:
                    assert server.requests[-1].startswith(b"GET /new/runs?page=2 HTTP/1.1\r\n")
        assert not other.requests


@pytest.mark.parametrize("written", ["2026-12-01 10:00:00 UTC", "2026-12-01 11:00:00 +0100"])
async def test_the_end_of_a_token_stands_in_github_s_answers(written: str) -> None:
    known = await met(saying("200 OK", f"GitHub-Authentication-Token-Expiration: {written}\r\n", "{}"))
    assert known.expires_at == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert (
        await met(saying("200 OK", "GitHub-Authentication-Token-Expiration: soon\r\n", "{}"))
    ).expires_at is None


def test_one_place_that_is_refused_does_not_come_and_go_with_the_others() -> None:
    clock = TurnedClock()
    health = Health(clock)
    changes = list[str]()
    health.listeners.append(lambda each: changes.append(each.refusal))
    health.refused("hub", "no build.yml", "/web/build.yml")
    began = clock.now()
    for _ in range(5):
        clock.passed += 60
        health.answered("hub", "/web/deploy.yml")
        health.refused("hub", "no build.yml", "/web/build.yml")
    assert changes == ["no build.yml"]
    assert health.of("hub").refused_since == began
    health.refused("hub", "the token ends", "")
    assert health.of("hub").refusal == "the token ends"
    health.answered("hub", "/web/build.yml/runs")
    assert (health.silent(), changes[-1]) == ((), "")


def test_a_refusal_that_nobody_repeats_ends() -> None:
    clock = TurnedClock()
    health = Health(clock)
    health.refused("hub", "it slept", "/compare/1...2")
    health.refused("pit", "it slept")
    clock.passed += STALE.total_seconds() - 1
    assert [each.name for each in health.silent()] == ["hub", "pit"]
    clock.passed += 1
    assert health.silent() == ()
    health.refused("pit", "again")
    assert health.of("pit").refused_since == clock.now()
    health.began("pit", clock.now() - timedelta(hours=1))
    health.forget("pit")
    assert health.of("pit") == Condition("pit")


def test_a_path_is_shortened_in_its_middle() -> None:
    assert shortened("/short", 60) == "/short"
    assert shortened("/" + "a" * 70 + "/end", 21) == "/aaaaaaaa...aaaaa/end"
