"""Calls in a channel in which 40 services chatter: from the end of a deployment until its call is in Slack."""

import asyncio
import tempfile
from pathlib import Path

from tests.scenarios.busy import Called, chatter, ends
from tests.scenarios.fleet import UNDONE, fleet
from tests.virtual_clock import ManualClock

SERVICES = 40
CALLS = 30
PAUSE = 3.0
"""Seconds between two deployments that end."""


async def measure() -> None:
    """Report a build of every service at once, and let one deployment after the other end while all of that is said."""
    async with fleet(Path(tempfile.mkdtemp(prefix="shiproom-bench-")), SERVICES, ManualClock()) as busy:
        await chatter(busy)
        ending: list[asyncio.Task[Called]] = []
        for number in range(CALLS):
            how = "success" if number % 2 else "failure"
            ending.append(asyncio.create_task(ends(busy, busy.services[number], how)))
            await asyncio.sleep(PAUSE)
        unsaid = len(await busy.rows(UNDONE))
        calls = sorted(call.seconds for call in await asyncio.gather(*ending))
        limited = sum(answer.get("error") == "ratelimited" for _, _, answer in busy.bot.world.slack.calls)
    p50, p99 = (calls[min(len(calls) - 1, int(len(calls) * share))] for share in (0.5, 0.99))
    print(
        f"  {SERVICES} services, {len(calls)} calls: p50 {p50:.1f} s, p99 {p99:.1f} s, p100 {calls[-1]:.1f} s"
    )
    print(f"  {unsaid} other messages waited at the end, Slack refused {limited} calls for their rate")
