"""`shiproom audit report`: one row for each production deployment, from the history alone."""

from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.commands.database import with_database
from bot.commands.output import OK, CommandError, counted, say, tell
from bot.commands.time_options import read_span
from bot.policy import read_written
from bot.reports.audit_reading import AuditedService, AuditSpan
from bot.reports.audit_table import as_csv, as_json, csv_header
from storage import export, policies, schema
from storage.codec import UnreadableError, micros
from storage.database import Database
from storage.export import Scope
from storage.history import Head

USUAL = timedelta(days=90)
"""How far back a report goes that names no beginning."""

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class ReportWords:
    """What was typed."""

    since: str = ""
    until: str = ""
    service: str = ""
    environment: str = ""
    format: str = "csv"


def report(words: ReportWords) -> int:
    """Print the deployments; return the exit status."""
    with_database(partial(_print, words), read_only=True)
    return OK


async def _print(words: ReportWords, database: Database) -> None:
    await database.read(schema.require_usable)
    zone = await _zone(database)
    since, until = read_span((words.since, words.until), SystemClock().now(), zone, USUAL)
    span = AuditSpan(micros(since), micros(until), words.environment)
    heads = await database.read(partial(export.ends, scope=Scope()))
    services = [AuditedService(database, head, span) for head in _named(words, heads)]
    await _require_environment(words, services)
    if words.format == "csv":
        say(f"{csv_header()}\r")
    count = tell_less = 0
    try:
        for service in services:
            async for found in service.deployments():
                say(f"{as_csv(found)}\r" if words.format == "csv" else as_json(found))
                count += 1
            tell_less += service.tell_less
    except UnreadableError as error:
        raise CommandError(f"The {error}. Run `shiproom audit verify`.") from error
    shown = " to ".join(f"{each.astimezone(zone):%Y-%m-%d %H:%M}" for each in (since, until))
    tell(f"{counted(count, 'deployment')} from {shown} ({zone}).")
    if tell_less:
        tell(_less(tell_less))


def _less(count: int) -> str:
    return (
        f"{counted(count, 'release')} of that time {'was' if count == 1 else 'were'} started by an older version, which "
        "did not write down how deployments ended: look at them with `shiproom audit export`."
    )


async def _zone(database: Database) -> tzinfo:
    """Return the time zone of the policy in force; UTC if there is none that can be read."""
    stored = await database.read(policies.in_force)
    policy = read_written(stored.text, Path("shiproom.yml"), None).policy if stored is not None else None
    return ZoneInfo(policy.time_zone) if policy is not None else UTC


def _named(words: ReportWords, heads: dict[str, Head]) -> list[Head]:
    """Return the heads of the services that are reported: a name with a typo in it must not read as nothing happened."""
    if words.service and words.service not in heads:
        known = f"there is one of {_listed(heads)}" if heads else "the history is empty"
        raise CommandError(f"There is no history of a service called {words.service[:60]!r}: {known}.")
    return [head for name, head in sorted(heads.items()) if words.service in {"", name}]


async def _require_environment(words: ReportWords, services: list[AuditedService]) -> None:
    if not words.environment:
        return
    known = sorted({name for each in services for name in await each.environments()})
    if words.environment not in known:
        whose = f" of {words.service}" if words.service else ""
        named = f"there is {_listed(known)}" if known else "no policy has named any"
        message = f"There is no environment{whose} called {words.environment[:60]!r}: {named}."
        raise CommandError(message)


def _listed(names: dict[str, Head] | list[str]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:_MOST_NAMED]) + (", ..." if len(shown) > _MOST_NAMED else "")
