"""From queue item to build: what is known as `queue/17` is followed and stopped wherever it has got to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ci.jenkins.provider import Jenkins, connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, RunStatus, StartRequest, StopAnswer
from tests.bot.ci.jenkins_fixture import jenkins
from tests.bot.ci.jenkins_server import DEPLOYS, JenkinsServer
from tests.bot.ci.stage import Ask

CORRELATION = "0123456789abcdef0123"


@dataclass
class Bench:
    """A Jenkins with one run of ours in its queue."""

    server: JenkinsServer
    ci: Jenkins
    request: StartRequest

    async def status(self, run_id: str = "queue/17") -> RunStatus | None:
        return await self.ci.status(self.request.target, CORRELATION, run_id)

    async def found(self) -> list[str]:
        return [run.id for run in await self.ci.find(self.request.target, CORRELATION) or ()]

    async def cancel(self) -> StopAnswer:
        return await self.ci.cancel(self.request.target, CORRELATION, "queue/17")


@pytest.fixture
async def bench(tmp_path: Path, around: ProviderContext, ask: Ask) -> AsyncIterator[Bench]:
    async with jenkins(tmp_path) as fixture:
        ci = connect(fixture.connection, around)
        made = Bench(fixture.server, ci, replace(ask(fixture.deploy("lasts")), correlation=CORRELATION))
        fixture.server.stuck = True
        assert isinstance(await ci.start(made.request), Accepted)
        yield made
        await ci.close()


async def test_it_waits_and_then_is_a_build(bench: Bench) -> None:
    assert await bench.status() == RunStatus("queued")
    (found,) = list(await bench.ci.find(bench.request.target, CORRELATION) or ())
    assert (found.id, found.provisional) == ("queue/17", True)
    bench.server.stuck = False
    status = await bench.status()
    assert status is not None
    assert (status.state, status.id) == ("running", "1")
    assert await bench.found() == ["1"]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_forgotten_item_is_found_by_its_build(bench: Bench, declared: bool) -> None:
    bench.server.stuck = False
    await bench.status()
    bench.server.forget()
    if not declared:
        del bench.server.jobs[DEPLOYS].builds[0].told["shiproom_correlation_id"]
    status = await bench.status()
    assert status is not None
    assert (status.state, status.id) == ("running", "1")


async def test_a_forgotten_item_without_a_build_has_vanished(bench: Bench) -> None:
    bench.server.items.clear()
    status = await bench.status()
    assert status is not None
    assert status.state == "vanished"
    del bench.server.jobs[DEPLOYS]
    assert await bench.status() is None


async def test_an_item_that_got_another_number_still_waits(bench: Bench) -> None:
    bench.server.items[18] = replace(bench.server.items.pop(17), id=18)
    assert await bench.status() == RunStatus("queued")


async def test_a_waiting_item_is_taken_out(bench: Bench) -> None:
    assert await bench.cancel()
    status = await bench.status()
    assert status is not None
    assert (status.state, status.id) == ("cancelled", "")
    assert await bench.found() == []


@pytest.mark.parametrize("forgotten", [True, False])
async def test_what_began_meanwhile_is_stopped(bench: Bench, forgotten: bool) -> None:
    bench.server.stuck = False
    await bench.status()
    if forgotten:
        bench.server.forget()
    assert await bench.cancel()
    assert [build.result for build in bench.server.jobs[DEPLOYS].builds] == ["ABORTED"]
    status = await bench.status("1")
    assert status is not None
    assert status.state == "cancelled"


async def test_equal_starts_would_fold_and_ours_do_not(bench: Bench) -> None:
    assert await bench.ci.start(bench.request) == await bench.ci.start(bench.request)
    other = replace(bench.request, correlation="f" * 20)
    answer = await bench.ci.start(other)
    assert isinstance(answer, Accepted)
    assert (answer.run_id, answer.provisional) == ("queue/18", True)


@pytest.mark.parametrize("run_id", ["queue/", "queue/x", "queue/1/../2", "queue/²", "17/../18", ""])
async def test_no_id_changes_where_it_is_asked(bench: Bench, run_id: str) -> None:
    bench.server.requests.clear()
    status = await bench.status(run_id)
    assert status is not None
    assert status.state == "vanished"
    assert await bench.ci.cancel(bench.request.target, CORRELATION, run_id)
    assert bench.server.requests == []
