"""How long `audit verify` takes with 100,000 history rows, each of which vouches for a row."""

import json
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from handlers.build import Build
from storage import audit, environments
from storage.codec import dumps, micros
from storage.history import Entry, Head, chain
from storage.opening import open_database
from storage.tables import BuildRow, HistoryRow, table
from storage.vouching import vouch
from tests.bench import seed

ROWS, SERVICES = 100_000, 10


async def measure(directory: Path, url: str) -> None:
    """Print the seconds."""
    del directory
    database = await open_database(url, alone=True, migrate=True)
    try:
        await database.write(_fill)
        began, worked = time.perf_counter(), time.process_time()
        found = await database.read(audit.verify)
        took, cpu = time.perf_counter() - began, time.process_time() - worked
        print(
            f"  {found.rows} history rows: {took:.1f} s, {cpu:.1f} s of CPU, {len(found.findings)} findings"
        )
    finally:
        await database.close()


def _fill(connection: Connection) -> None:
    at = seed.now() - timedelta(days=300)
    for number in range(SERVICES):
        service, head = f"service-{number}", Head(f"service-{number}")
        environments.lock(connection, service)
        lines: list[dict[str, str | int]] = []
        ready: list[dict[str, str | int]] = []
        for row in range(1, ROWS // SERVICES + 1):
            build = Build(service, f"1.0.{row}", f"{row:040x}", "main", row, position=row)
            values: dict[str, str | int] = {
                "service": service,
                "version": build.version,
                "ordinal": row,
                "position": row,
            }
            values |= {"sha": build.sha, "branch": build.branch, "body": dumps(build)}
            outcome = json.dumps(
                {"reply": "build_ready", "order": row, "rows": vouch(table(BuildRow), values)}
            )
            entry = Entry(micros(at), "shiproom", "build_reported", 0, dumps(build), {})
            head = Head(service, row, chain(head.hash, service, row, entry, outcome))
            line = {
                "service": service,
                "row": row,
                "at": entry.at,
                "actor": entry.actor,
                "event": entry.event,
            }
            lines.append({**line, "release": 0, "body": entry.body, "outcome": outcome, "hash": head.hash})
            ready.append(values)
        connection.execute(insert(table(HistoryRow)), lines)
        connection.execute(insert(table(BuildRow)), ready)
        environments.save(connection, head)
