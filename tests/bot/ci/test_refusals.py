"""How each kind of CI says that it refuses: of the connection, of a place that was renamed, and of a stop."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.ci import KINDS
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import Target
from bot.health import Health
from handlers.plan import BuildSource, Deploy
from handlers.policy import Connection
from tests.bot.ci_api.wire import answering, saying, wire

TARGET = Target(Deploy("ci", workflow="deploy"), "website", "staging", "tailspin/web", "main")
SOURCE = BuildSource("main", "ci", "build")
CREDENTIALS = {"token": "secret-token", "user": "shiproom", "password": "secret-word"}
CORRELATION = "0123456789abcdef0123"


@asynccontextmanager
async def connected(
    kind: str, answer: bytes, around: ProviderContext
) -> AsyncGenerator[tuple[Provider, Health]]:
    """Connect a CI that answers everything alike."""
    health = Health(around.clock)
    async with wire(answering(answer)) as server:
        settings: dict[str, object] = {"url": server.url, **CREDENTIALS}
        if kind == "generic":
            asked: dict[str, object] = {"url": server.url + "/runs/{{run_id}}", "state": "state", "map": {}}
            hosts = {"hosts": ["127.0.0.1"], "private_hosts": ["127.0.0.1"]}
            settings = {**hosts, "status": asked, "cancel": {"method": "POST", "url": f"{server.url}/stop"}}
        made = KINDS[kind].connect(Connection("ci", kind, settings), replace(around, health=health))
        yield made, health
        await made.close()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("github", "GitHub refuses the token (401 Unauthorized)"),
        ("gitlab", "GitLab refuses the token (401 Unauthorized)"),
        ("jenkins", "Jenkins refuses the user or the token (401 Unauthorized)"),
        ("buildbot", "Buildbot refuses the user or the password (401 Unauthorized)"),
        ("generic", 'CI "ci" refuses the token (401 Unauthorized)'),
    ],
)
async def test_a_token_that_is_refused(kind: str, words: str, around: ProviderContext) -> None:
    async with connected(kind, saying("401 Unauthorized"), around) as (ci, health):
        assert await ci.status(TARGET, CORRELATION, "1") is None
        assert health.of("ci").refusal == words
        stop = await ci.cancel(TARGET, CORRELATION, "1")
        assert (stop.asked, stop.final) == (False, True)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "github",
            "GitHub shows no repository tailspin/web to the token (404): was it renamed, or access taken away?",
        ),
        (
            "gitlab",
            "GitLab shows no project tailspin/web to the token (404): was it moved, or access taken away?",
        ),
        ("jenkins", "Jenkins shows no job build to the user (404): was it renamed, or access taken away?"),
        ("buildbot", "Buildbot has no builder build (404): was it renamed?"),
    ],
)
async def test_a_place_that_is_not_there_any_more(kind: str, words: str, around: ProviderContext) -> None:
    async with connected(kind, saying("404 Not Found"), around) as (ci, health):
        assert await ci.builds("tailspin/web", SOURCE) is None
        assert health.of("ci").refusal == words
        if kind != "buildbot":
            assert await ci.status(TARGET, CORRELATION, "1") is None


@pytest.mark.parametrize("kind", ["github", "gitlab", "jenkins", "generic"])
async def test_only_what_is_refused_for_good_is_not_asked_again(kind: str, around: ProviderContext) -> None:
    for status, final in (("403 Forbidden", True), ("422 Unprocessable", True), ("503 Later", False)):
        async with connected(kind, saying(status), around) as (ci, _):
            stop = await ci.cancel(TARGET, CORRELATION, "1")
            assert (stop.asked, stop.final) == (False, final)
            assert not final or status[:3] in stop.detail


async def test_gitlab_says_when_its_token_ends(around: ProviderContext) -> None:
    said = saying("200 OK", body='{"id": 1, "expires_at": "2026-12-01"}')
    async with connected("gitlab", said, around) as (ci, _):
        end = await ci.token_end()
        assert f"{end}" == "2026-12-01 00:00:00+00:00"
