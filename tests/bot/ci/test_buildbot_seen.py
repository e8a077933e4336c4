"""What is seen of a real Buildbot without asking it for a deployment: builds, runs of others, webhooks, and what is missing."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ci.buildbot.provider import Buildbot, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, Hint, Source, Target, UnauthenticatedError
from handlers.plan import BuildSource, Deploy
from tests.bot.ci.buildbot_fixture import BuildbotFixture, buildbot
from tests.bot.ci.following import end_of, run_of, until
from tests.bot.ci.stage import Ask
from tests.buildbot.asking import asked, force, receiving
from tests.buildbot.server import BUILD_SCHEDULER, BUILDER, SCHEDULER, WEBHOOK_SECRET, free_port

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SOURCE = BuildSource(branch="main", ci="buildbot", workflow=BUILDER)
CORRELATION = "0123456789abcdef0123"


@pytest.fixture
async def fixture(tmp_path: Path) -> AsyncIterator[BuildbotFixture]:
    async with buildbot(tmp_path) as made:
        yield made


@pytest.fixture
async def provider(fixture: BuildbotFixture, around: ProviderContext) -> AsyncIterator[Buildbot]:
    connected = connect(fixture.connection, around)
    yield connected
    await connected.close()


async def built(fixture: BuildbotFixture, **params: object) -> str:
    """Have a build made; gives its id when it is done."""
    request = await force(fixture.server, BUILD_SCHEDULER, **params)

    async def done() -> bool:
        return (await asked(fixture.server, f"/buildrequests/{request}"))["buildrequests"][0]["complete"]

    await until(done)
    return str((await asked(fixture.server, f"/buildrequests/{request}/builds"))["builds"][0]["buildid"])


# Builds.


async def test_builds_that_succeeded_on_the_branch_newest_first(
    fixture: BuildbotFixture, provider: Buildbot
) -> None:
    first, second = "a" * 40, "b" * 40
    older = await built(fixture, branch="main", revision=first)
    await built(fixture, branch="main", revision="c" * 40, outcome="fails")
    await built(fixture, branch="feature", revision="d" * 40)
    await built(fixture, branch="", revision="e" * 40)
    await built(fixture, branch="main", revision="")
    await built(fixture, branch="main", revision="HEAD")
    newer = await built(fixture, branch="main", revision=second)
    seen = await provider.builds("", SOURCE)
    assert seen is not None
    new, old = seen[:2]
    assert [(each.run_id, each.sha, each.branch) for each in (new, old)] == [
        (newer, second, "main"),
        (older, first, "main"),
    ]
    assert new.number > old.number
    assert new.digest == f"sha256:{second}"
    assert new.url.startswith(f"{fixture.server.url}/#/builders/")
    assert new.url.endswith(f"/builds/{new.number}")


async def test_builds_of_every_branch_that_is_watched(fixture: BuildbotFixture, provider: Buildbot) -> None:
    made = [
        await built(fixture, branch=branch, revision=letter * 40)
        for branch, letter in (("hotfix/login", "1"), ("topic", "2"), ("hotfix/a/b", "3"), ("main", "4"))
    ]
    source = BuildSource(branch="main", ci="buildbot", workflow=BUILDER, branches=("hotfix/*",))
    seen = [each for each in await provider.builds("", source) or () if each.run_id in made]
    assert [(each.run_id, each.branch) for each in seen] == [(made[3], "main"), (made[0], "hotfix/login")]


async def test_no_builds_are_seen_where_there_is_no_builder(provider: Buildbot) -> None:
    for builder in ("nowhere", "../builds", "", "build?limit=1"):
        assert not await provider.builds("", BuildSource(ci="buildbot", workflow=builder))
    assert await provider.builds("", BuildSource(ci="buildbot", workflow="nightly/of the web")) == []


# Runs of anybody.


async def test_recent_runs_are_told_whoever_started_them(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    ours = ask(Deploy("buildbot", workflow=SCHEDULER, send=("environment",)))
    ours = replace(ours, correlation=ours.correlation[:20])
    theirs = {"reason": "by hand", "shiproom_environment": "production", "outcome": "fails"}
    await force(fixture.server, SCHEDULER, **theirs, shiproom_correlation_id=CORRELATION)
    assert isinstance(await provider.start(ours), Accepted)
    assert (await end_of(provider, ours)).state == "succeeded"

    async def both_ended() -> bool:
        runs = await provider.recent(ours.target)
        return runs is not None and [run.state for run in runs[:2]] == ["succeeded", "failed"]

    await until(both_ended)
    runs = await provider.recent(ours.target)
    assert runs is not None
    mine, other = runs[:2]
    assert mine.id == await run_of(provider, ours)
    assert (mine.sha, mine.environment, mine.actor) == (ours.sha, "staging", "shiproom")
    assert mine.title == f"website 2.4.1 to staging [{ours.correlation}]"
    assert (mine.correlation, mine.can_deploy) == (ours.correlation, True)
    assert (other.title, other.environment, other.correlation) == ("by hand", "production", "")
    assert other.can_deploy
    assert other.started_at is not None
    assert other.url.startswith(f"{fixture.server.url}/#/builders/")


async def test_no_runs_are_known_of_what_is_not_there(provider: Buildbot) -> None:
    for scheduler in ("nowhere", "..", ""):
        target = Target(Deploy("buildbot", workflow=scheduler), "website", "staging")
        assert await provider.recent(target) is None


# Webhooks.


async def deliveries(
    arriving: "asyncio.Queue[tuple[dict[str, str], bytes]]", run: str
) -> list[tuple[dict[str, str], bytes]]:
    """Wait for the two of a run; what an earlier test has started may still be told of before."""
    found: list[tuple[dict[str, str], bytes]] = []
    async with asyncio.timeout(40):
        while len(found) < 2:
            headers, body = await arriving.get()
            if str(json.loads(body)["buildid"]) == run:
                found.append((headers, body))
    return found


async def test_a_deployment_is_heard_of_from_beginning_to_end(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    request = ask(fixture.deploy("fails"))
    assert provider.has_webhook
    async with receiving(fixture.server) as arriving:
        assert isinstance(await provider.start(request), Accepted)
        run = (await end_of(provider, request)).id
        heard = await deliveries(arriving, run)
    hints = [provider.parse_webhook(headers, body, NOW) for headers, body in heard]
    assert [(hint.kind, hint.run_id) for hint in hints] == [("run", run), ("run", run)]


async def test_a_build_is_heard_of(fixture: BuildbotFixture, provider: Buildbot) -> None:
    async with receiving(fixture.server) as arriving:
        run = await built(fixture, branch="main", revision="f" * 40)
        heard = await deliveries(arriving, run)
    assert [provider.parse_webhook(headers, body, NOW) for headers, body in heard] == [
        Hint("run", run),
        Hint("build", workflow=BUILDER),
    ]


SHOWN = {"x-shiproom-secret": WEBHOOK_SECRET}


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ({"buildid": 7, "complete": False, "results": None}, Hint("run", "7")),
        ({"buildid": 7, "complete": True, "results": 0}, Hint("build")),
        ({"buildid": 7, "complete": True, "results": 2}, Hint("run", "7")),
        (
            {"buildid": 7, "complete": True, "results": 0, "builder": {"name": "build"}},
            Hint("build", workflow="build"),
        ),
        (
            {
                "buildid": 7,
                "properties": {
                    "shiproom_correlation_id": [CORRELATION, "x"],
                    "scheduler": ["force-deploy", "Scheduler"],
                },
            },
            Hint("run", "7", CORRELATION, workflow="force-deploy"),
        ),
        ({"buildid": 7, "complete": True, "results": "new"}, Hint("build")),
        (
            {
                "buildid": 7,
                "complete": True,
                "results": 0,
                "properties": {"shiproom_correlation_id": [CORRELATION, "x"]},
            },
            Hint("run", "7", CORRELATION),
        ),
        ({"buildid": 7, "properties": {"shiproom_correlation_id": ["<!channel>", "x"]}}, Hint("run", "7")),
        ({"buildid": 7, "properties": [], "started_at": 10**30}, Hint("run", "7")),
        ({"buildid": "7"}, Hint("nothing")),
        ({"buildid": -7}, Hint("nothing")),
        ({"buildid": True}, Hint("nothing")),
        ({}, Hint("nothing")),
        ([], Hint("nothing")),
        (None, Hint("nothing")),
        ("x", Hint("nothing")),
    ],
)
def test_what_is_heard(sent: object, hint: Hint, provider: Buildbot) -> None:
    assert provider.parse_webhook(SHOWN, json.dumps(sent).encode(), NOW) == hint


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"buildid": ' + b"9" * 5000 + b"}"])
def test_what_cannot_be_read_is_nothing(body: bytes, provider: Buildbot) -> None:
    assert provider.parse_webhook(SHOWN, body, NOW) == Hint("nothing")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-shiproom-secret": ""},
        {"x-shiproom-secret": WEBHOOK_SECRET[:-1]},
        {"x-shiproom-secret": WEBHOOK_SECRET + "x"},
        {"x-shiproom-secret": WEBHOOK_SECRET.upper()},
        {"x-shiproom-secret": "\u00e9\udcff"},
        {"x-secret": WEBHOOK_SECRET},
        {"authorization": f"Bearer {WEBHOOK_SECRET}"},
    ],
)
def test_who_does_not_show_the_secret_is_not_heard(headers: Mapping[str, str], provider: Buildbot) -> None:
    with pytest.raises(UnauthenticatedError):
        provider.parse_webhook(headers, b'{"buildid": 7}', NOW)


async def test_without_a_secret_nothing_is_heard(fixture: BuildbotFixture, around: ProviderContext) -> None:
    provider = connect(fixture.connected(webhook_secret=""), around)
    assert not provider.has_webhook
    for headers in ({}, {"x-shiproom-secret": ""}):
        with pytest.raises(UnauthenticatedError):
            provider.parse_webhook(headers, b'{"buildid": 7}', NOW)


# What is missing.


def target(workflow: str = SCHEDULER, **more: object) -> Target:
    deploy = Deploy("buildbot", workflow=workflow, **more)  # pyright: ignore[reportArgumentType] - by name
    return Target(deploy, "website", "staging")


def source(builder: str) -> Source:
    return Source("website", "", BuildSource(ci="buildbot", workflow=builder))


FINE = target(send=("version", "digest"), inputs=(("region", "eu"),), claim=True)
DROPS = "does not declare the property {}: add a StringParameter, or Buildbot drops it."


@pytest.mark.parametrize(
    ("targets", "sources", "expected"),
    [
        ([FINE, FINE], [source(BUILDER)], []),
        (
            [target("nowhere")],
            [],
            [
                (
                    "The force scheduler nowhere does not exist, or this user may not see it: "
                    "make it, or name another as `workflow`."
                ),
            ],
        ),
        (
            [target("force-deaf", send=("version",))],
            [],
            [
                (
                    "The force scheduler force-deaf starts several builders at once: "
                    "leave it one, or a deployment runs several times."
                ),
                "The force scheduler force-deaf has a fixed `reason`: make it a parameter, because runs are searched by it.",
                "The force scheduler force-deaf " + DROPS.format("shiproom_correlation_id"),
                "The force scheduler force-deaf " + DROPS.format("shiproom_sha"),
                "The force scheduler force-deaf " + DROPS.format("shiproom_version"),
            ],
        ),
        (
            [target(inputs=(("builderNames", "x"), ("zone", "y")))],
            [],
            [
                "The force scheduler force-deploy reads `builderNames` itself: rename that input.",
                "The force scheduler force-deploy " + DROPS.format("zone"),
            ],
        ),
        (
            [],
            [source("nowhere")],
            [
                (
                    "The builder nowhere, of the builds of website, does not exist, or this user may not see it: "
                    "make it, or name another as `workflow`."
                ),
            ],
        ),
    ],
)
async def test_what_is_missing(
    targets: list[Target], sources: list[Source], expected: list[str], provider: Buildbot
) -> None:
    assert await provider.check(targets, sources) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"password": "another"}, "Buildbot cannot be used: it refuses the user or the password."),
        ({"url": f"http://127.0.0.1:{free_port()}"}, "Buildbot cannot be used: its login does not answer."),
        (
            {"user": "", "password": ""},
            "Buildbot cannot be used: it requires a user, and the policy names none.",
        ),
    ],
)
async def test_who_cannot_log_in_is_told(
    change: dict[str, str], expected: str, fixture: BuildbotFixture, around: ProviderContext
) -> None:
    provider = connect(fixture.connected(**change), around)
    assert await provider.check([FINE], []) == [expected]
    await provider.close()
