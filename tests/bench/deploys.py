"""From a click received to the CI request sent, read from the bot's own history: the sign-off's row to the mark "sent"."""

import statistics
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.world import CHANNEL, POLICY, World

TIMES = 20


async def measure(directory: Path, url: str) -> None:
    """Print the median time between the last click's arrival and the request's start, as the bot wrote them down."""
    policy = "\n".join(line for line in POLICY.splitlines() if "sign_off: testers" not in line)
    async with World(directory, url, policy=policy + "\n") as world:
        await world.start()
        took = [await _one(world, number) for number in range(1, TIMES + 1)]
    print(
        f"  click to request: p50 {statistics.median(took):.0f} ms, worst {max(took):.0f} ms of {len(took)}"
    )


async def _one(world: World, number: int) -> float:
    await world.build(f"1.0.{number}")
    await world.person("Andy").command("/release", f"1.0.{number} to staging", CHANNEL)
    await world.until(number, "waiting", "production")
    await world.person("Tim").command("/release", f"approve r{number} as ops", CHANNEL)
    shown = await world.until(number, "done")
    rows = shown["history"]
    clicked = next(_seconds(row) for row in rows if row["event"] == "signed_off" and not row["refused"])
    sent = [_seconds(row) for row in rows if row["event"] == "send_requested"][-1]
    return (sent - clicked) * 1000


def _seconds(row: dict[str, Any]) -> float:
    return datetime.fromisoformat(row["at"]).timestamp()
