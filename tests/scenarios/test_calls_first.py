"""People are called before everything else that a busy channel has to say."""

import asyncio
from pathlib import Path

from tests.profile import size
from tests.scenarios.busy import Called, chatter, ends, key, number_of
from tests.scenarios.fleet import fleet
from tests.virtual_clock import run_virtually
from tests.world import CHANNEL

SERVICES = size(12, 40, 40)
CALLS = size(4, 10, 10)
AT_MOST = 5.0
"""Virtual seconds from an event until its call has left (the contract, "Numbers to hold")."""


def test_a_call_passes_what_all_services_chatter(tmp_path: Path) -> None:
    calls: list[Called] = []
    unsaid: list[int] = []

    async def story() -> None:
        async with fleet(tmp_path, SERVICES) as busy:
            await chatter(busy)
            for number in range(CALLS):
                how = "success" if number % 2 else "failure"
                # The newest services have not even their card yet.
                calls.append(await ends(busy, busy.services[-1 - number], how))
                unsaid.append(len(await busy.rows("SELECT id FROM effect WHERE done_at IS NULL")))
                await asyncio.sleep(2)
            await busy.settle(within=60.0 * SERVICES)
            keys = [key(said) for said in busy.messages()]
            assert len(keys) == len(set(keys)), "everything is said once"

    run_virtually(story())
    assert max(call.seconds for call in calls) < AT_MOST, calls
    assert max(call.between for call in calls) <= 3, "its card, and what had left by then"
    assert min(unsaid) > SERVICES, "the others had much to say at that time"


def test_what_is_not_wanted_any_more_is_not_said(tmp_path: Path) -> None:
    """A call whose release was cancelled before it left, and the announcement of a build that was replaced before."""
    said: dict[str, str] = {}

    async def story() -> None:
        async with fleet(tmp_path, 8) as busy:
            await chatter(busy)
            await busy.build("s07", "1.1")
            await asyncio.sleep(5)
            for service in busy.services[:4]:
                busy.held.let_go(f"{service}-staging", "failure")
            await asyncio.sleep(0.5)
            number = await number_of(busy, "s03")
            answer = await busy.bot.world.person("Tim").command("/release", f"cancel r{number}", CHANNEL)
            assert not answer.error
            said["gone"] = f"call:r{number}:"
            stopped = await number_of(busy, "s04")
            await busy.bot.world.person("Tim").command("/release", f"cancel r{stopped}", CHANNEL)
            busy.held.let_go("s04-staging", "failure")
            await busy.settle(within=600)
            said.update({key(each): each.text for each in busy.messages()})

    run_virtually(story())
    assert not [each for each in said if each.startswith(said["gone"])]
    assert len([each for each in said if each.startswith("call:")]) == 3
    assert "ready:s07:1.1" in said
    assert "ready:s07:1.0" not in said
    assert [text for text in said.values() if "\n" in text], "lines that waited in one thread are one message"
