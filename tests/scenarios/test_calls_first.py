"""People are called before everything else that a busy channel has to say."""

import asyncio
from pathlib import Path

from tests.profile import size
from tests.scenarios.busy import Called, chatter, ends, key
from tests.scenarios.fleet import fleet
from tests.virtual_clock import run_virtually

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
