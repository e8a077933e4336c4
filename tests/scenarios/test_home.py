"""Home through HTTP and through Socket Mode: what waits on somebody is signed there, and what changes reaches who looks."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack import requests
from bot.slack.home_drawing import LEASE
from bot.tasks import Tasks
from handlers.actions.lock import Locked
from handlers.outcome import Refusal
from tests import databases
from tests.bot.inside import inside
from tests.bot.slack.test_patience import stall
from tests.local_slack.fault_injection import ALWAYS, InjectedFault
from tests.virtual_clock import VirtualClock, run_virtually
from tests.world import CHANNEL, World


@pytest.fixture(params=[False, True], ids=["http", "socket mode"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    environ = {"DEPLOY_KEY": "key-for-deploys"}
    url = databases.fresh_sqlite(tmp_path)
    async with World(tmp_path, url, socket_mode=request.param, environ=environ) as made:
        await made.start()
        yield made


def published(world: World, user: str) -> int:
    """Count what was published to somebody."""
    return sum(name == "views.publish" and call["user_id"] == user for name, call, _ in world.slack.calls)


async def to_production(world: World, number: int, version: str) -> None:
    await world.build(version)
    await world.press("Andy", "Release to staging", f"{version} *is ready*")
    await world.until(number, "waiting", "production")


async def test_amita_signs_at_home(world: World) -> None:
    await to_production(world, 1, "2.4.0")
    amita, tim, guest = (world.person(name) for name in ("Amita", "Tim", "Guest"))
    for person in (amita, tim):
        (receipt,) = await person.opens_home()
        assert receipt.ok
    said = await amita.until_home("r1 website 2.4.0")
    assert said.startswith("*Waiting on me*\n")
    await amita.until_home(f"/archives/{CHANNEL}/p")
    await tim.until_home("Sign off for ops")
    home = amita.home
    assert home is not None
    await amita.click(home, "Sign off for testers")
    await amita.fill(amita.modal, {"Checked": True, "Note": "all fine"}).submit()
    assert amita.modal is None
    said = await amita.until_home("Nothing waits on you now")
    assert "Sign off for testers" not in said
    # Whose Home shows what is gone is told so in a modal, for there is no channel.
    await amita.click(home, "Sign off for testers")
    await amita.close(await amita.until_modal("Shiproom"))
    tims = tim.home
    assert tims is not None
    await tim.click(tims, "Sign off for ops")
    await world.until(1, "done")
    await tim.until_home("production*: 2.4.0", within=10)
    await guest.opens_home()
    await world.person("Stranger").opens_home()
    await asyncio.sleep(0.5)
    assert guest.home is None
    assert published(world, "U0GUEST") == published(world, "U0STRANGER") == 0


async def test_home_is_right_after_a_kill(world: World) -> None:
    await to_production(world, 1, "2.4.0")
    amita = world.person("Amita")
    await amita.opens_home()
    await amita.until_home("Sign off for testers")
    world.slack.faults.add(InjectedFault("views.publish", "hang", times=ALWAYS))
    await world.says("Tim", "lock production db upgrade")
    await asyncio.sleep(1)
    await world.kill()
    world.slack.faults.clear()
    assert "locked by Tim" not in amita.reads_home()
    await world.start()
    await amita.until_home("locked by Tim", within=LEASE.total_seconds() + 10)
    await asyncio.sleep(2)
    before = published(world, "U0AMITA")
    await asyncio.sleep(2)
    assert published(world, "U0AMITA") == before


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket mode"])
def test_home_is_right_after_half_an_hour_without_slack(tmp_path: Path, *, socket_mode: bool) -> None:
    async def story() -> None:
        async with inside(tmp_path, socket_mode=socket_mode, clock=VirtualClock()) as bot:
            irwin, slack, engine = bot.world.person("Irwin"), bot.world.slack, bot.app.engine
            await irwin.opens_home()
            await irwin.until_home("production*: nothing yet, free")
            # Whoever locks has to be known; Slack cannot be asked any more then.
            await bot.world.says("Tim", "whoami")
            await slack.go_down()
            await asyncio.sleep(1)
            locked = await engine.handle(Locked("website", ("production",), "U0TIM", "db upgrade"))
            assert not isinstance(locked.result, Refusal)
            await asyncio.sleep(30 * 60)
            assert "locked by Tim" not in irwin.reads_home()
            await slack.come_back()
            await irwin.until_home("production*: nothing yet, free, locked by Tim", within=120)

    run_virtually(story())


async def test_a_slow_click_is_not_confirmed_yet_and_its_outcome_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "PATIENCE", 0.2)
    async with inside(tmp_path) as bot:
        await to_production(bot.world, 1, "2.4.0")
        tim = bot.world.person("Tim")
        await tim.opens_home()
        await tim.until_home("Sign off for ops")
        home = tim.home
        assert home is not None
        stalled = Tasks().start(bot.app.engine.database.write(stall), "stall")
        await tim.click(home, "Sign off for ops")
        await tim.until_modal("Not confirmed yet")
        await stalled
        await tim.until_modal("You have signed r1 off for ops", within=10)
        assert [row["actor"] for row in await bot.rows() if row["event"] == "signed_off"] == ["U0TIM"]


async def test_the_late_outcome_of_a_form_of_home_is_a_direct_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "PATIENCE", 0.2)
    async with inside(tmp_path) as bot:
        await to_production(bot.world, 1, "2.4.0")
        amita = bot.world.person("Amita")
        await amita.opens_home()
        await amita.until_home("Sign off for testers")
        assert amita.home is not None
        await amita.click(amita.home, "Sign off for testers")
        form = amita.fill(await amita.until_modal("Sign off r1"), {"Checked": True})
        stalled = Tasks().start(bot.app.engine.database.write(stall), "stall")
        await form.submit()
        assert "Not confirmed yet" in amita.reads_modal()
        await stalled
        await amita.until_sees(amita.direct().id, "You have signed r1 off for testers", within=10)
