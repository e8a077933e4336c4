"""Reads what the histories of services tell, in slices, so that clicks are answered meanwhile."""

from collections.abc import Collection
from functools import partial

from bot.reports.facts import ServiceFacts
from bot.reports.service_history import ServiceHistory
from storage import report_rows
from storage.codec import reading
from storage.database import Connection, Database

_SLICE = 2_000
"""How many rows are read in one transaction."""


async def read_facts(database: Database, services: Collection[str] | None = None) -> list[ServiceFacts]:
    """Read the facts of some services, by default of all that have a history, in the order of their names.

    Raises UnreadableError if a row is not what was written.
    """
    known = await database.read(report_rows.services)
    wanted = known if services is None else [each for each in known if each in services]
    return [await _read_service(database, each) for each in wanted]


async def _read_service(database: Database, service: str) -> ServiceFacts:
    history = ServiceHistory(service)
    while await database.read(partial(_take, history=history)) == _SLICE:
        pass
    return history.finished()


def _take(connection: Connection, history: ServiceHistory) -> int:
    """Take the next rows in, where they are read: to hand them to another thread costs as much. Return how many there were."""
    service = history.facts.service
    rows = report_rows.after(connection, service, history.last_row, _SLICE)
    with reading(f"history of {service}"):
        history.read(rows)
    return len(rows)
