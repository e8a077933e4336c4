"""Reports over a generated year of forty services, and over a million rows of history."""

import statistics
import time

from bot.reports.periods import before
from bot.reports.reading import read_facts
from bot.reports.report import report
from storage.opening import open_database
from tests.bot.reports import year
from tests.bot.reports.test_year import RULES, WINDOWS, ZONE

SERVICES, SEED = 40, 18
YEAR, MILLION = 200, 1_640
"""Releases of each service: 122,050 rows, and 1,000,920."""


async def measure(url: str, releases: int, rounds: int) -> None:
    """Print how long a report over the whole year takes, beside the four years before."""
    database = await open_database(url, alone=False)
    try:
        rows, _ = year.tell(SERVICES, releases, SEED)
        count = await year.write(database, rows)
        del rows
        period = WINDOWS["the year"]
        seconds: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            report(await read_facts(database), period, before(period, ZONE), RULES)
            seconds.append(time.perf_counter() - began)
    finally:
        await database.close()
    each = ", ".join(f"{one:.2f}" for one in seconds)
    print(f"  {count} rows on {database.name}: {statistics.median(seconds):.2f} s in the middle of {each}")
