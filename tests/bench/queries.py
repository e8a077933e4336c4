"""Hot queries at a million history rows against a database that is all but empty, interleaved."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from storage import deliveries, effects, environments, history, release_lists, releases, wakes
from storage.opening import open_database
from tests.bench import seed

TURNS, CALLS = 15, 40


def hot(number: int) -> dict[str, Callable[[Connection], Any]]:
    """Name the queries that every click and every look makes."""
    soon, told = seed.now() + timedelta(seconds=1), seed.told_release()
    return {
        "a release": lambda connection: releases.get(connection, number),
        "its history": lambda connection: history.of_release(connection, told),
        "a service's ground": lambda connection: environments.read(connection, "service-0"),
        "how releases ended": lambda connection: release_lists.ended(connection, "service-0", 20),
        "a build's releases": lambda connection: release_lists.of_build(connection, "service-0", "1.0.0", 20),
        "newest history": lambda connection: history.newest(connection, "service-0", 10),
        "open releases": lambda connection: releases.open_numbers(connection, "service-0"),
        "due releases": lambda connection: wakes.due(connection, soon),
        "the next wake": wakes.earliest,
        "a delivery": lambda connection: deliveries.find(connection, "none"),
        "next effect": effects.next_due,
    }


async def measure(empty: str, full: str) -> None:
    """Print the ratio of each query's median times in two databases that differ in how long their history is."""
    small = await open_database(empty, alone=True)
    large = await open_database(full, alone=True)
    worst = 0.0
    try:
        for name, query in hot(3).items():
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(TURNS):
                for index, database in enumerate((small, large)):
                    times[index].append(
                        await database.read(lambda connection, query=query: _timed(connection, query))
                    )
            before, after = (statistics.median(each) * 1e6 for each in times)
            worst = max(worst, after / before)
            print(f"  {name}: {before:.0f} us empty, {after:.0f} us at 1e6 rows, ratio {after / before:.2f}")
    finally:
        await small.close()
        await large.close()
    print(f"  worst ratio {worst:.2f}")


def _timed(connection: Connection, query: Callable[[Connection], Any]) -> float:
    query(connection)
    began = time.perf_counter()
    for _ in range(CALLS):
        query(connection)
    return (time.perf_counter() - began) / CALLS
