"""History rows as JSON lines, as they are exported."""

import json
from typing import Any

from storage.codec import moment
from storage.tables import HistoryRow


def row_as_json(row: HistoryRow) -> str:
    """Return a row as one line."""
    return json.dumps(_exported(row), sort_keys=True)


def _exported(row: HistoryRow) -> dict[str, Any]:
    """Return the fields of a row, with JSON and times decoded for people."""
    return {
        "service": row.service,
        "row": row.row,
        "at": shown_time(row.at),
        "actor": row.actor,
        "event": row.event,
        "release": row.release,
        "body": parsed(row.body),
        "outcome": parsed(row.outcome),
        "hash": row.hash,
    }


def parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Parse JSON; text that somebody corrupted is returned as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def shown_time(at: int) -> str:
    """Format a time; a count that was corrupted is returned as it is."""
    try:
        return moment(at).isoformat()
    except (OverflowError, TypeError):
        return str(at)
