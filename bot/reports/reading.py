"""Reads what the histories of services tell, in slices, so that clicks are answered meanwhile."""

import asyncio
from collections.abc import Collection, Sequence
from functools import partial

from bot.reports.facts import ServiceFacts
from bot.reports.service_history import ServiceHistory
from storage import report_rows
from storage.codec import reading
from storage.database import Database
from storage.report_rows import ReportRow

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
    while True:
        rows = await database.read(
            partial(report_rows.after, service=service, row=history.last_row, most=_SLICE)
        )
        await asyncio.to_thread(_take, history, rows)
        if len(rows) < _SLICE:
            return history.finished()


def _take(history: ServiceHistory, rows: Sequence[ReportRow]) -> None:
    with reading(f"history of {history.facts.service}"):
        history.read(rows)
