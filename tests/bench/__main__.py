"""`python -m tests.bench [PART ...]`: prints the numbers of the contract; asserts nothing."""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path

from tests import databases
from tests.bench import (
    calls,
    clicks,
    deploys,
    half_open,
    memory,
    models,
    peers,
    queries,
    reports,
    requests,
    seed,
    verify,
)
from tests.bench import start as starts

FRESH_STARTS = 5
SECONDS = 20


def fresh() -> tuple[Path, str]:
    """Make a folder and the address of a SQLite file in it."""
    directory = Path(tempfile.mkdtemp(prefix="shiproom-bench-"))
    return directory, databases.fresh_sqlite(directory)


async def start() -> None:
    """Ready in under 1.5 s, under 110 MB at rest; and with 500 services."""
    directory, url = fresh()
    seed.write_policy(directory)
    runner, api, _ = await peers.slack_api()
    seconds: list[float] = []
    memory: list[float] = []
    for _ in range(FRESH_STARTS):
        bot = peers.Peer(["-m", "bot", "run"], clicks.bot_environment(directory, url, api))
        await bot.start("/readyz")
        seconds.append(bot.seconds_to_ready)
        await asyncio.sleep(2)
        memory.append(bot.megabytes())
        await bot.stop()
    await runner.cleanup()
    print(f"  ready after {statistics.median(seconds):.2f} s, {statistics.median(memory):.0f} MB at rest")
    await starts.measure(fresh()[0])


async def sqlite_clicks() -> None:
    """Sign-offs a second on SQLite."""
    await clicks.measure(*fresh(), 700)


async def postgres_clicks() -> None:
    """Sign-offs a second on PostgreSQL."""
    with databases.server() as server:
        url = await asyncio.to_thread(databases.fresh_postgres, server)
        await clicks.measure(fresh()[0], url, 700)


async def history() -> None:
    """Hot queries and latency at 200 requests a second, with 1e6 history rows."""
    short, full = fresh(), fresh()
    count = clicks.STEADY_RATE * SECONDS // 7 + 1
    await clicks.seeded(*short, count, history=1_000)
    releases = await clicks.seeded(*full, count, history=1_000_000)
    await queries.measure(short[1], full[1])
    await clicks.measure_steady(*full, releases, SECONDS)


async def rare() -> None:
    """Paths that read and write rows as models, and the hot ones beside them."""
    await models.measure(*fresh())


async def to_ci() -> None:
    """From a click to the CI request."""
    await deploys.measure(*fresh())


async def of_github() -> None:
    """Requests to GitHub at rest, and for a webhook."""
    await requests.measure()


async def verifying() -> None:
    """`audit verify` with 100,000 history rows: within 10 s."""
    await verify.measure(*fresh())


async def crowded() -> None:
    """Half-open connections held while Slack's requests are answered."""
    await half_open.measure(*fresh())


async def of_calls() -> None:
    """A call with 40 busy services in one channel."""
    await calls.measure()


async def many_releases() -> None:
    """Memory over 2,000 releases, and what the bot keeps; BENCH_RELEASES sets another number."""
    await memory.measure(fresh()[0])


async def of_reports() -> None:
    """A report over a year of 40 services: under 2 s; over 1e6 rows: under 10 s. On both databases."""
    with databases.server() as server:
        for releases, rounds in ((reports.YEAR, 5), (reports.MILLION, 3)):
            for url in (fresh()[1], await asyncio.to_thread(databases.fresh_postgres, server)):
                await databases.migrate(url)
                await reports.measure(url, releases, rounds)


PARTS: dict[str, Callable[[], Coroutine[None, None, None]]] = {
    "start": start,
    "clicks-sqlite": sqlite_clicks,
    "clicks-postgresql": postgres_clicks,
    "history": history,
    "models": rare,
    "to-ci": to_ci,
    "github": of_github,
    "verify": verifying,
    "half_open": crowded,
    "calls": of_calls,
    "memory": many_releases,
    "reports": of_reports,
}


def main() -> None:
    """Measure what is named, or all."""
    parser = argparse.ArgumentParser(description="The numbers of the contract, measured here.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; all by default")
    for name in parser.parse_args().parts or PARTS:
        print(f"{name}: {PARTS[name].__doc__}")
        asyncio.run(PARTS[name]())


if __name__ == "__main__":
    main()
