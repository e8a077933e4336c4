"""A CI that stops answering in the middle of anything: nobody knows, nothing is made up, and nothing raises."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ci import KINDS
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import Accepted, Source, StartRequest, UnauthenticatedError
from handlers.plan import BuildSource
from handlers.policy import Connection
from handlers.reports import UNDER_WAY
from tests.bot.ci.gitlab_fixture import GitLabFixture, gitlab
from tests.bot.ci.jenkins_fixture import JenkinsFixture, jenkins
from tests.bot.ci.stage import Ask

CORRELATION = "0123456789abcdef0123"
SECRET = "a-secret-of-20-chars"


@dataclass
class Bench:
    """A CI with a run of ours, its connection, and the id that its answer gave."""

    fixture: GitLabFixture | JenkinsFixture
    ci: Provider
    request: StartRequest
    run_id: str


@asynccontextmanager
async def either(kind: str, directory: Path) -> AsyncGenerator[GitLabFixture | JenkinsFixture]:
    if kind == "gitlab":
        async with gitlab(directory) as fixture:
            yield fixture
    else:
        async with jenkins(directory) as fixture:
            yield fixture


@pytest.fixture(params=["gitlab", "jenkins"])
async def bench(
    request: pytest.FixtureRequest, tmp_path: Path, around: ProviderContext, ask: Ask
) -> AsyncIterator[Bench]:
    async with either(str(request.param), tmp_path) as fixture:
        settings = {**fixture.connection.settings, "webhook_secret": SECRET}
        ci = KINDS[fixture.connection.kind].connect(
            Connection("ci", fixture.connection.kind, settings), around
        )
        asked = replace(ask(fixture.deploy("lasts")), correlation=CORRELATION)
        answer = await ci.start(asked)
        assert isinstance(answer, Accepted)
        yield Bench(fixture, ci, asked, answer.run_id)
        await ci.close()


@pytest.mark.parametrize("answered", range(3))
async def test_what_cannot_be_read_is_not_known(bench: Bench, answered: int) -> None:
    target, trouble = bench.request.target, bench.fixture.server.trouble
    source = BuildSource("main", "ci", target.deploy.workflow)
    trouble.down_after = answered
    found = await bench.ci.find(target, CORRELATION)
    assert found is None or [run.id for run in found] == [bench.run_id]
    trouble.down_after = answered
    status = await bench.ci.status(target, CORRELATION, bench.run_id)
    assert status is None or status.state in UNDER_WAY
    trouble.down_after = answered
    gone = await bench.ci.status(target, CORRELATION, "99999")
    assert gone is None or (gone.state == "vanished" and answered > 1)
    trouble.down_after = answered
    recent = await bench.ci.recent(target)
    assert recent is None or all(run.state == "running" for run in recent)
    trouble.down_after = 0
    assert await bench.ci.builds(target.repository, source) is None
    assert await bench.ci.compare(target.repository, "a" * 40, "b" * 40) is None


async def test_a_forgotten_place_in_the_queue_is_searched_only_where_that_can_be(bench: Bench) -> None:
    if isinstance(bench.fixture, JenkinsFixture):
        bench.fixture.server.items.clear()
        for answered in range(4):
            bench.fixture.server.trouble.down_after = answered
            status = await bench.ci.status(bench.request.target, CORRELATION, bench.run_id)
            assert status is None
            assert not await bench.ci.cancel(bench.request.target, CORRELATION, bench.run_id)


async def test_what_cannot_be_told_to_stop_is_told_again(bench: Bench) -> None:
    bench.fixture.server.trouble.down_after = 0
    assert not await bench.ci.cancel(bench.request.target, CORRELATION, bench.run_id)
    bench.fixture.server.trouble.down_after = 99
    assert await bench.ci.cancel(bench.request.target, CORRELATION, bench.run_id)


@pytest.mark.parametrize("answered", range(5))
async def test_a_check_says_what_it_could_not_see(bench: Bench, answered: int) -> None:
    bench.fixture.server.trouble.down_after = answered
    source = Source("website", bench.request.target.repository, BuildSource("main", "ci", "website/build"))
    faults = list(await bench.ci.check([bench.request.target], [source]))
    assert all(": " in fault and len(fault) > 20 for fault in faults)
    assert faults or answered > 1


@pytest.mark.parametrize("genuine", [True, False])
async def test_a_webhook_is_read_only_with_its_secret(
    bench: Bench, around: ProviderContext, genuine: bool
) -> None:
    assert bench.ci.has_webhook
    shown = SECRET if genuine else "another"
    headers = {"x-gitlab-token": shown, "x-shiproom-secret": shown}
    now = around.clock.now()
    if genuine:
        assert bench.ci.parse_webhook(headers, b"{}", now).kind == "nothing"
        return
    with pytest.raises(UnauthenticatedError):
        bench.ci.parse_webhook(headers, b"{}", now)
