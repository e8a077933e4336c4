"""Slack is away for half an hour in the middle of releases: decisions go on, nothing is lost, and soon all is told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.local_slack.fault_injection import ALWAYS, InjectedFault
from tests.local_slack.slack import SlackForTests
from tests.profile import size
from tests.scenarios.fleet import LOST, THREAD_POSTS, Fleet, fleet
from tests.virtual_clock import run_virtually

OPEN = size(9, 30, 30)
AWAY = 30 * 60.0
SHOWS = {
    "deploying running": "deploying to staging",
    "waiting succeeded": "waits",
    "failed failed": "failed in staging",
    "superseded succeeded": "replaced by",
}
"""What a card says in each state."""

AWAYS = {
    "429": InjectedFault("*", "ratelimited", 30, times=ALWAYS),
    "503": InjectedFault("*", "status", 503, times=ALWAYS),
    "hanging, done all the same": InjectedFault("*", "hang", times=ALWAYS, carried_out=True),
    "down": None,
}
TOLD = {name: AWAYS[name] for name in size(("down",), ("down", "429"), tuple(AWAYS))}


@asynccontextmanager
async def away(slack: SlackForTests, how: InjectedFault | None) -> AsyncGenerator[None]:
    """Keep Slack away in one of the ways."""
    if how:
        slack.faults.add(how)
    else:
        await slack.go_down()
    yield
    slack.faults.clear()
    await slack.come_back()


def shows(ships: Fleet, states: dict[int, str]) -> list[str]:
    """List the cards that do not show the truth."""
    cards = {number: ships.card(number) for number in states}
    return [
        f"r{number} is {state}, shown as {cards[number][:90]}"
        for number, state in states.items()
        if SHOWS[state] not in cards[number]
    ]


async def go_on(ships: Fleet) -> dict[int, str]:
    """Let a third of the deployments succeed and a third fail, and begin one more release; give what is true then."""
    for number in range(OPEN // 3):
        ships.held.let_go(f"s{number:02}-staging", "success")
        ships.held.let_go(f"s{number + OPEN // 3:02}-staging", "failure")
        await asyncio.sleep(20)
    before = len(ships.github.runs)
    await ships.build("s00", "1.1")
    assert await ships.until(lambda: len(ships.github.runs) > before, 5, lambda: "nothing was sent") < 1
    # Its run ends at once: longer than a poll, or it would be seen only later.
    await asyncio.sleep(20)
    return await ships.states()


async def half_an_hour(directory: Path, how: InjectedFault | None) -> None:
    async with fleet(directory, OPEN) as ships:
        for service in ships.services:
            await ships.build(service)
        await ships.settle(300)
        assert not shows(ships, await ships.states())
        slack = ships.bot.world.slack
        async with away(slack, how):
            began = ships.now
            states = await go_on(ships)
            assert sorted(set(states.values())) == sorted(SHOWS)
            assert len(states) == OPEN + 1
            await asyncio.sleep(began + AWAY - ships.now)
            assert await ships.states() == states
        late = await ships.until(lambda: not shows(ships, states), 120, lambda: shows(ships, states))
        assert late <= 60
        await ships.settle(300)
        assert await ships.rows(LOST) == []
        keys = ships.keys()
        assert {f"effect:{row[0]}" for row in await ships.rows(THREAD_POSTS)} <= keys.keys()
        assert max(keys.values()) <= 2, keys.most_common(5)
        assert limited(slack) == []


def limited(slack: SlackForTests) -> list[str]:
    """List the calls that were more than Slack allows."""
    return [name for name, _, answer in slack.calls if answer.get("error") == "ratelimited"]


@pytest.mark.slow
@pytest.mark.long(1.5)
@pytest.mark.timeout(400)
@pytest.mark.parametrize("how", TOLD.values(), ids=TOLD)
def test_half_an_hour_without_slack(tmp_path: Path, how: InjectedFault | None) -> None:
    run_virtually(half_an_hour(tmp_path, how))
