"""Memory while releases come and go: the whole bot in virtual time, with the local Slack and a local GitHub.

The resident memory is that of the process in which the local Slack and GitHub run too; both forget what is over, so that it
can only grow by what the bot keeps. That is counted apart, object by object.
"""

import asyncio
import gc
import os
import sys
import time
from pathlib import Path
from typing import Any

from tests.kept import Kept, kept_by
from tests.scenarios.fleet import SERVICE, Fleet, fleet
from tests.virtual_clock import run_virtually
from tests.world import CHANNEL, reached

RELEASES = 2_000
EACH = 500
WARM = 200
"""After so many releases nothing may grow any more."""

FAILS_EACH = 5
FORGOTTEN_EACH = 20
MOST_GROWN = 5
PATIENCE = 600.0
# A sign-off here needs no answer about the commits, which the local GitHub does not have.
ANYBODY = SERVICE.replace("production\n", "production\n        start: automatic\n").replace(
    "sign_off: ops", "sign_off: ops, authors_may_sign: true"
)


def let_everything_succeed(ships: Fleet) -> None:
    """Have every deployment of the first service end well at once."""
    for environment in ("staging", "production"):
        ships.held.let_go(f"s00-{environment}", "success")


async def release(ships: Fleet, number: int, *, fails: bool = False) -> None:
    """Take a build to production: two deployments, a sign-off, a question, perhaps a failure that is tried again."""
    if fails:
        ships.held.hold_again("s00-production")
        ships.held.let_go("s00-production", "failure")
    sha = f"{number:08x}".ljust(40, "a")
    changes = [{"sha": sha, "author": "Mara", "title": "Faster leaderboard"}]
    build = {"service": "s00", "version": f"1.{number}", "sha": sha, "branch": "main", "changes": changes}
    status, answer = await ships.bot.world.api("POST", "/api/v1/builds", build)
    assert status == 201, answer
    andy = ships.bot.world.person("Andy")
    await _until(ships, number, "waiting", "production")
    await andy.command("/release", f"why r{number}", CHANNEL)
    await andy.command("/release", f"approve r{number} as ops", CHANNEL)
    if fails:
        await _until(ships, number, "failed", "production")
        ships.held.hold_again("s00-production")
        ships.held.let_go("s00-production", "success")
        await andy.command("/release", f"retry r{number}", CHANNEL)
    await _until(ships, number, "done")
    await ships.settle(PATIENCE)


async def _until(ships: Fleet, number: int, state: str, environment: str = "") -> None:
    began, shown = ships.now, dict[str, Any]()
    while True:
        status, shown = await ships.bot.world.api("GET", f"/api/v1/releases/{number}")
        if status == 200 and reached(shown, state, environment):
            return
        assert ships.now - began < PATIENCE, shown
        await asyncio.sleep(1.0)


def megabytes() -> float:
    """Read the memory of this process that is resident."""
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in each)
    return int(line.split()[1]) / 1024


async def many(directory: Path, releases: int, each: int = EACH) -> None:
    """Print the memory, and what the bot keeps, after each part."""
    first, began = (0, 0.0, Kept()), time.process_time()
    async with fleet(directory, 1, service=ANYBODY) as ships:
        let_everything_succeed(ships)
        for number in range(1, releases + 1):
            await release(ships, number, fails=number % FAILS_EACH == 0)
            if number % FORGOTTEN_EACH == 0:
                ships.forget_what_is_over()
            if number in (WARM, releases) or number % each == 0:
                gc.collect()
                resident, kept = megabytes(), kept_by(ships.bot.app)
                print(
                    f"  {number} releases: {resident:.1f} MB resident, of which the bot keeps "
                    f"{kept.bytes / 1e6:.2f} MB in {kept.types.total()} objects, {time.process_time() - began:.0f} s of CPU"
                )
                if number <= WARM:
                    first = number, resident, kept
                else:
                    _compare(number - first[0], resident - first[1], kept, first[2])
                sys.stdout.flush()


def _compare(releases: int, resident: float, kept: Kept, before: Kept) -> None:
    """Print how much grew since the first sample, for each 1,000 releases."""
    share = 1_000 / releases
    grown = sorted(
        kept.grown_since(before, releases // 10).items(), key=lambda found: found[1][0] - found[1][1]
    )
    print(
        f"    since: {resident * share:+.1f} MB resident, {(kept.bytes - before.bytes) / 1e6 * share:+.2f} MB kept "
        f"for each 1,000 releases; most grown: {dict(grown[:MOST_GROWN]) or 'nothing'}"
    )


async def measure(directory: Path) -> None:
    """Run the releases in a loop of virtual time, which has to be in a thread of its own here."""
    releases = int(os.environ.get("BENCH_RELEASES", RELEASES))
    await asyncio.to_thread(run_virtually, many(directory, releases))
