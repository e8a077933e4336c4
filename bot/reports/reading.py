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
    """Read one service: while a slice is taken in, the next one is on its way."""
    history = ServiceHistory(service)
    rows = await _slice(database, service, 0)
    while len(rows) == _SLICE:
        following, _ = await asyncio.gather(
            _slice(database, service, rows[-1][0]), asyncio.to_thread(_take, history, rows)
        )
        rows = following
    await asyncio.to_thread(_take, history, rows)
    return history.finished()


async def _slice(database: Database, service: str, after: int) -> Sequence[ReportRow]:
    return await database.read(partial(report_rows.after, service=service, row=after, most=_SLICE))


def _take(history: ServiceHistory, rows: Sequence[ReportRow]) -> None:
    with reading(f"history of {history.facts.service}"):
        history.read(rows)
