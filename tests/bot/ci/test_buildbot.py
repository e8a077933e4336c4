"""The `buildbot` CI against a real Buildbot: its queue, its ways to lose a build, and what it refuses."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ci.buildbot.provider import Buildbot, connect
from bot.ci.http import client
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, Refused, RunStatus, StartRequest, Unclear
from handlers.plan import Deploy
from tests.bot.ci.buildbot_fixture import BuildbotFixture, buildbot
from tests.bot.ci.following import end_of, run_of, until
from tests.bot.ci.stage import Ask
from tests.buildbot.asking import asked, control
from tests.buildbot.server import SCHEDULER, BuildbotServer, free_port

pytestmark = pytest.mark.slow


@pytest.fixture
async def fixture(tmp_path: Path) -> AsyncIterator[BuildbotFixture]:
    async with buildbot(tmp_path) as made:
        yield made


@pytest.fixture
def server(fixture: BuildbotFixture) -> BuildbotServer:
    return fixture.server


@pytest.fixture
async def provider(fixture: BuildbotFixture, around: ProviderContext) -> AsyncIterator[Buildbot]:
    connected = connect(fixture.connection, around)
    yield connected
    await connected.close()


@pytest.fixture
async def outsider(
    request: pytest.FixtureRequest, fixture: BuildbotFixture, around: ProviderContext
) -> AsyncIterator[Buildbot]:
    """Somebody who says that he is another than he who may start things."""
    connected = connect(fixture.connected(**request.param), around)
    yield connected
    await connected.close()


@asynccontextmanager
async def without_worker(server: BuildbotServer) -> AsyncGenerator[None]:
    """Let what is asked for wait in the queue."""
    await asyncio.to_thread(server.stop_workers)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start_workers)


async def started(provider: Buildbot, request: StartRequest) -> str:
    answer = await provider.start(request)
    assert isinstance(answer, Accepted)
    assert answer.provisional
    return answer.run_id


async def asked_for(provider: Buildbot, request: StartRequest, run: str) -> RunStatus:
    status = await provider.status(request.target, request.correlation, run)
    assert status is not None
    return status


async def on_attempt(provider: Buildbot, request: StartRequest, queued: str, attempt: int) -> str:
    """Wait until a request is on this attempt; gives the run's own id. A master that is just up may not be readable yet."""
    seen: list[RunStatus] = []

    async def there() -> bool:
        status = await provider.status(request.target, request.correlation, queued)
        seen.extend([status] if status is not None else [])
        return status is not None and bool(status.id) and status.attempt == attempt

    await until(there)
    return seen[-1].id


# The queue.


async def test_what_waits_in_the_queue_is_found_and_becomes_a_run(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    request = ask(fixture.deploy("succeeds"))
    async with without_worker(fixture.server):
        queued = await started(provider, request)
        found = await provider.find(request.target, request.correlation)
        assert found is not None
        assert [(run.id, run.provisional) for run in found] == [(queued, True)]
        assert found[0].url == f"{fixture.server.url}/#/buildrequests/{queued.removeprefix('queue/')}"
        waiting = await asked_for(provider, request, queued)
        assert (waiting.state, waiting.id) == ("queued", "")
    run = await on_attempt(provider, request, queued, 1)
    assert run.isdigit()
    assert await run_of(provider, request) == run
    assert (await end_of(provider, request)).state == "succeeded"


async def test_what_waits_in_the_queue_is_cancelled_there(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    request = ask(fixture.deploy("succeeds"))
    async with without_worker(fixture.server):
        queued = await started(provider, request)
        assert await provider.cancel(request.target, request.correlation, queued)

        async def cancelled() -> bool:
            return (await asked_for(provider, request, queued)).state == "cancelled"

        await until(cancelled)
    assert (await asked(fixture.server, f"/buildrequests/{queued.removeprefix('queue/')}/builds"))[
        "builds"
    ] == []


async def test_a_run_is_cancelled_by_its_place_in_the_queue_too(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    request = ask(fixture.deploy("lasts"))
    queued = await started(provider, request)
    await on_attempt(provider, request, queued, 1)
    assert await provider.cancel(request.target, request.correlation, queued)
    ended = await end_of(provider, request)
    assert (ended.state, ended.attempt) == ("cancelled", 1)
    assert "cancelled by Shiproom" in ended.detail


# How it ends.


async def test_a_failure_names_the_step_and_its_last_words_without_secrets(
    fixture: BuildbotFixture, around: ProviderContext, ask: Ask
) -> None:
    provider = connect(fixture.connection, replace(around, secrets=("web-3",)))
    request = ask(fixture.deploy("fails"))
    await started(provider, request)
    ended = await end_of(provider, request)
    assert ended.detail == "deploy: 502 from [redacted]"
    assert ended.tail == "fetching\n502 from [redacted]"
    assert ended.log_url.startswith(f"{fixture.server.url}/#/builders/")
    assert ended.log_url.endswith("/steps/2/logs/stdio")
    assert ended.started_at is not None
    await provider.close()


async def test_a_master_that_is_stopped_cancels_what_runs_or_runs_it_again(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    """Which of the two it is depends on what the worker hears first."""
    request = ask(fixture.deploy("lasts"))
    queued = await started(provider, request)
    run = await on_attempt(provider, request, queued, 1)
    await asyncio.to_thread(fixture.server.restart)
    seen: list[RunStatus] = []

    async def decided() -> bool:
        seen.append(await asked_for(provider, request, queued))
        return seen[-1].state == "cancelled" or seen[-1].attempt == 2

    await until(decided)
    assert seen[-1].id == run
    assert (seen[-1].state, seen[-1].attempt) in {("cancelled", 1), ("running", 2)}
    assert ("Master Shutdown" in seen[-1].detail) is (seen[-1].state == "cancelled")


async def test_a_master_that_was_killed_runs_it_again_as_another_attempt(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    request = ask(fixture.deploy("lasts"))
    queued = await started(provider, request)
    first = await on_attempt(provider, request, queued, 1)
    await asyncio.to_thread(lambda: fixture.server.restart(kill=True))
    await on_attempt(provider, request, queued, 2)
    for run in (first, queued):
        again = await asked_for(provider, request, run)
        assert (again.id, again.attempt, again.state) == (first, 2, "running")
    found = await provider.find(request.target, request.correlation)
    assert found is not None
    assert [(run.id, run.attempt) for run in found] == [(first, 2)]
    recent = await provider.recent(request.target)
    assert recent is not None
    assert (recent[0].id, recent[0].attempt) == (first, 2)
    assert await provider.cancel(request.target, request.correlation, first)
    assert (await end_of(provider, request)).state == "cancelled"


async def test_a_rebuild_is_somebody_elses_run(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    request = ask(fixture.deploy("succeeds"))
    request = replace(request, correlation=request.correlation[:20])
    run = await on_attempt(provider, request, await started(provider, request), 1)
    await end_of(provider, request)
    await control(fixture.server, f"/builds/{run}", "rebuild")

    async def both() -> bool:
        # Buildbot lists a build before it has set its properties, which hold the title.
        recent = await provider.recent(request.target)
        return (
            recent is not None
            and len(recent) > 1
            and recent[1].id == run
            and recent[0].title == recent[1].title
        )

    await until(both)
    rebuilt, own = list(await provider.recent(request.target) or ())[:2]
    assert (own.correlation, rebuilt.correlation) == (request.correlation, "")
    found = await provider.find(request.target, request.correlation)
    assert [each.id for each in found or ()] == [run]


# What is refused, and what is unclear.


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"workflow": "nowhere"}, "there is no force scheduler nowhere"),
        ({"workflow": "../builds/1"}, "Invalid path: forceschedulers/../builds/1"),
        ({"workflow": ".."}, "Invalid path: forceschedulers/%2E%2E"),
        ({"inputs": (("outcome", "explodes"),)}, "outcome"),
        ({"inputs": (("builderNames", "nothing"),)}, "there is no force scheduler force-deploy"),
    ],
)
async def test_what_buildbot_refuses(
    change: dict[str, object], said: str, provider: Buildbot, ask: Ask
) -> None:
    request = ask(replace(Deploy("buildbot", workflow=SCHEDULER), **change))
    answer = await provider.start(request)
    assert isinstance(answer, Refused)
    assert not answer.transient
    assert said in answer.detail
    assert await provider.find(request.target, request.correlation) == []


@pytest.mark.parametrize(
    ("outsider", "said"),
    [
        ({"password": "another"}, "it refuses the user or the password"),
        ({"user": "", "password": ""}, "HTTP 403"),
        ({"user": "guest", "password": "guest"}, "HTTP 403"),
    ],
    indirect=["outsider"],
)
async def test_who_may_not_start_is_refused(
    outsider: Buildbot, said: str, fixture: BuildbotFixture, provider: Buildbot, ask: Ask
) -> None:
    allowed, request = ask(fixture.deploy("succeeds")), ask(fixture.deploy("succeeds"))
    run = await on_attempt(provider, allowed, await started(provider, allowed), 1)
    answer = await outsider.start(request)
    assert isinstance(answer, Refused)
    assert not answer.transient
    assert said in answer.detail
    assert await outsider.find(request.target, request.correlation) == []
    assert not await outsider.cancel(allowed.target, allowed.correlation, run)
    assert (await end_of(provider, allowed)).state == "succeeded"


async def test_a_master_that_was_busy_reads_a_request_after_its_sender_gave_up(
    fixture: BuildbotFixture, provider: Buildbot, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await provider.check([], []) == []
    request = ask(fixture.deploy("succeeds"))
    monkeypatch.setattr(client, "TIMEOUT", 0.5)
    fixture.server.pause_master()
    try:
        assert isinstance(await provider.start(request), Unclear)
        assert await provider.find(request.target, request.correlation) is None
        assert await provider.status(request.target, request.correlation, "1") is None
        assert not await provider.cancel(request.target, request.correlation, "1")
    finally:
        fixture.server.resume_master()
    monkeypatch.undo()
    assert (await end_of(provider, request)).state == "succeeded"


async def test_where_no_buildbot_is_nothing_is_sent(
    fixture: BuildbotFixture, around: ProviderContext, ask: Ask
) -> None:
    provider = connect(fixture.connected(url=f"http://127.0.0.1:{free_port()}"), around)
    request = ask(fixture.deploy("succeeds"))
    answer = await provider.start(request)
    assert isinstance(answer, Refused)
    assert answer.transient
    assert await provider.find(request.target, request.correlation) is None
    assert await provider.status(request.target, request.correlation, "queue/1") is None
    assert not await provider.cancel(request.target, request.correlation, "1")
    assert await provider.recent(request.target) is None
    await provider.close()


@pytest.mark.parametrize(
    "run", ["", "0", "-1", "1/../2", "queue/", "queue/x", "queue/../builds", "9" * 30, "\u0661", " 1"]
)
async def test_an_id_that_is_none_of_buildbots_is_nothing(run: str, provider: Buildbot, ask: Ask) -> None:
    request = ask(Deploy("buildbot", workflow=SCHEDULER))
    assert (await asked_for(provider, request, run)).state == "vanished"
    assert await provider.cancel(request.target, request.correlation, run)


@pytest.mark.parametrize("run", ["99999", "queue/99999"])
async def test_what_is_not_there_has_vanished(run: str, provider: Buildbot, ask: Ask) -> None:
    request = ask(Deploy("buildbot", workflow=SCHEDULER))
    assert (await asked_for(provider, request, run)).state == "vanished"
