"""What every CI has to do, whatever it is: start once, be searched, be followed to the end, be stopped, and never raise."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bot.ci import KINDS
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import Accepted, Refused
from handlers.reports import UNDER_WAY
from tests.bot.ci.ci_fixtures import FIXTURES, CiFixture
from tests.bot.ci.following import end_of, run_of, status_of
from tests.bot.ci.stage import Ask


@pytest.fixture(params=sorted(KINDS))
async def fixture(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[CiFixture]:
    async with FIXTURES[cast(str, request.param)](tmp_path) as made:
        yield made


@pytest.fixture
async def provider(fixture: CiFixture, around: ProviderContext) -> AsyncIterator[Provider]:
    connected = KINDS[fixture.connection.kind].connect(fixture.connection, around)
    yield connected
    await connected.close()


def test_every_ci_has_a_fixture() -> None:
    assert sorted(FIXTURES) == sorted(KINDS)


async def test_it_says_who_it_is_and_what_it_can(fixture: CiFixture, provider: Provider) -> None:
    assert provider.name == fixture.connection.name
    assert 0 <= provider.capabilities.grace <= 600
    assert 0 < provider.poll <= 60
    assert await provider.prune() == 0


async def test_a_run_that_succeeds(fixture: CiFixture, provider: Provider, ask: Ask) -> None:
    request = ask(fixture.deploy("succeeds"))
    answer = await provider.start(request)
    assert isinstance(answer, Accepted)
    assert (await end_of(provider, request)).state == "succeeded"
    assert answer.provisional or answer.run_id in {"", await run_of(provider, request)}


async def test_the_run_that_is_started_can_be_asked_for_by_the_id_that_was_answered(
    fixture: CiFixture, provider: Provider, ask: Ask
) -> None:
    request = ask(fixture.deploy("succeeds"))
    answer = await provider.start(request)
    assert isinstance(answer, Accepted)
    assert (await end_of(provider, request)).state == "succeeded"
    if answer.run_id:
        status = await provider.status(request.target, request.correlation, answer.run_id)
        assert status is not None
        assert status.state == "succeeded"
        assert (status.id or answer.run_id) == await run_of(provider, request)


async def test_a_run_that_fails_says_why(fixture: CiFixture, provider: Provider, ask: Ask) -> None:
    request = ask(fixture.deploy("fails"))
    assert isinstance(await provider.start(request), Accepted)
    status = await end_of(provider, request)
    assert status.state == "failed"
    assert status.detail
    assert "\n" not in status.detail


async def test_a_run_goes_on_without_the_bot_and_is_stopped_by_the_next(
    fixture: CiFixture, provider: Provider, around: ProviderContext, ask: Ask
) -> None:
    request = ask(fixture.deploy("lasts"))
    assert isinstance(await provider.start(request), Accepted)
    await provider.close()
    following = KINDS[fixture.connection.kind].connect(fixture.connection, around)
    status = await status_of(following, request)
    assert status.state in UNDER_WAY
    if following.capabilities.cancel:
        assert await following.cancel(request.target, request.correlation, await run_of(following, request))
        assert (await end_of(following, request)).state == "cancelled"
    await following.close()


async def test_what_is_too_late_is_not_sent(
    fixture: CiFixture, provider: Provider, around: ProviderContext, ask: Ask
) -> None:
    request = replace(ask(fixture.deploy("succeeds")), not_after=around.clock.monotonic() - 1)
    assert isinstance(await provider.start(request), Refused)
    assert not await provider.find(request.target, request.correlation)


async def test_a_run_that_never_was_is_no_error(fixture: CiFixture, provider: Provider, ask: Ask) -> None:
    request = ask(fixture.deploy("succeeds"))
    assert not await provider.find(request.target, request.correlation)
    status = await provider.status(request.target, request.correlation, request.correlation)
    assert status is None or status.state == "vanished"
    assert not (await provider.cancel(request.target, request.correlation, request.correlation)).final


async def test_several_runs_are_told_apart(fixture: CiFixture, provider: Provider, ask: Ask) -> None:
    requests = [ask(fixture.deploy(outcome)) for outcome in ("succeeds", "fails", "succeeds")]
    answers = [await provider.start(request) for request in requests]
    assert all(isinstance(answer, Accepted) for answer in answers)
    states = [(await end_of(provider, request)).state for request in requests]
    assert states == ["succeeded", "failed", "succeeded"]
