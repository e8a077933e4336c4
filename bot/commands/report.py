"""`shiproom report`: the measures, deployments and waits of a period, from the history alone."""

import html
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.blocks.names import Names
from bot.blocks.report_lines import heading, parts
from bot.blocks.text import JOINER
from bot.clock import SystemClock
from bot.commands.database import with_database
from bot.commands.output import OK, CommandError, say
from bot.commands.time_options import read_span
from bot.policy import read_written
from bot.reports.report import Report
from bot.reports.report_json import report_json
from bot.reports.requested import ReportRequest, make_report
from bot.settings import policy_path
from handlers.people import Directory
from handlers.policy import Policy
from storage import policies, report_rows, schema
from storage.codec import UnreadableError
from storage.database import Database

USUAL = timedelta(days=7)
"""How far back a report goes that names no beginning."""


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What was typed."""

    since: str = ""
    until: str = ""
    service: str = ""
    format: str = "text"


def report(words: ReportWords) -> int:
    """Print a report; return the exit status."""
    with_database(partial(_print, words), read_only=True)
    return OK


async def _print(words: ReportWords, database: Database) -> None:
    await database.read(schema.require_usable)
    policy, now = await _policy(database), SystemClock().now()
    zone = ZoneInfo(policy.time_zone)
    since, until = read_span((words.since, words.until), now, zone, USUAL)
    until = min(until, now)
    known = await database.read(report_rows.services)
    if words.service and words.service not in known:
        there = ", ".join(known[:20]) or "none yet"
        raise CommandError(
            f"There is no history of a service called {words.service[:60]!r}: there is {there}."
        )
    request = ReportRequest(since, until, (words.service,) if words.service else None)
    try:
        made = await make_report(database, policy, request)
    except UnreadableError as error:
        raise CommandError(f"The {error}. Run `shiproom audit verify`.") from error
    say(json.dumps(report_json(made)) if words.format == "json" else _text(made, now, zone))


async def _policy(database: Database) -> Policy:
    """Return the policy in force; one that names nothing if there never was one.

    Raises CommandError if it cannot be read: without it nobody knows which deployments count.
    """
    stored = await database.read(policies.in_force)
    if stored is None:
        return Policy({}, Directory({}), {})
    read = read_written(stored.text, policy_path(os.environ), None)
    if read.policy is None:
        wrong = f", since {read.errors[0].message}" if read.errors else ""
        raise CommandError(
            f"The policy in force cannot be read here{wrong}; it says which environments count. "
            "Report where it runs, by the same version."
        )
    return read.policy


def _text(made: Report, now: datetime, zone: ZoneInfo) -> str:
    if made.known_since is None:
        return "Nothing has been released yet."
    names = Names({}, zone, now)
    lines = [f"{heading(made, names)} ({zone})"]
    for part in parts(made, names):
        lines += ["", part.heading, *(f"  {line}" for line in part.lines)]
    return html.unescape("\n".join(lines)).replace(JOINER, "")
