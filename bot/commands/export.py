"""`shiproom audit export`: hands on the history, each row once, to standard output, a directory or a bucket."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.clock import SystemClock
from bot.commands.database import with_database
from bot.commands.export_bucket import SCHEME, Bucket, BucketOptions, TakenError
from bot.commands.export_places import Directory, Output, Place
from bot.commands.output import OK, CommandError, counted, fail
from bot.commands.time_options import read_since, read_until
from storage import audit, export, schema
from storage.database import Connection, Database
from storage.export import ChainBrokenError, Scope
from storage.history import Head

MOST_AGAIN = 100
"""How often an export goes on after another one that is at work."""


@dataclass(frozen=True, slots=True)
class ExportWords:
    """What was typed."""

    service: str = ""
    since: str = ""
    until: str = ""
    after: tuple[str, ...] = ()
    to: str = ""
    state: str = ""
    bucket: BucketOptions = field(default_factory=BucketOptions)


def export_rows(words: ExportWords, release: int | None = None) -> int:
    """Export what is new; return the exit status."""
    if release is not None:
        raise CommandError(
            "--release is of a whole export: leave it out, or all of --since, --after, --state and --to."
        )
    if _ADDRESS.match(words.to) and not words.to.startswith(SCHEME):
        raise CommandError(
            f"--to {words.to[:60]} is neither a directory nor an address like s3://BUCKET/PREFIX."
        )
    if words.bucket != BucketOptions() and not words.to.startswith(SCHEME):
        raise CommandError(
            "--endpoint, --retain-days and --retain-mode are of a bucket: add --to s3://BUCKET/PREFIX."
        )
    if words.bucket.retain_days < 0:
        raise CommandError(f"--retain-days {words.bucket.retain_days} is no number of days.")
    now = SystemClock().now()
    since, until = read_since("--since", words.since, now), read_until("--until", words.until, now)
    scope = Scope(words.service, since, until)
    after = dict(_after(each) for each in words.after)
    with ExitStack() as stack:
        place = _place(words, now, stack)
        counts = with_database(partial(export_from, place=place, scope=scope, after=after), read_only=True)
    if words.to:
        where = f"to {words.to}" if counts else f"to {words.to}: nothing is new"
        fail(f"{counted(counts, 'row')} exported {where}.")
    elif not counts and not words.state:
        fail("Nothing of the history is within that.")
    return OK


def _place(words: ExportWords, now: datetime, stack: ExitStack) -> Place:
    if not words.to:
        return Output(words.state)
    if words.state:
        raise CommandError("With --to, what was exported is read from there: leave --state out.")
    if words.to.startswith(SCHEME):
        return Bucket(words.to, words.bucket, now)
    directory = Directory(Path(words.to))
    stack.enter_context(directory.locked())
    return directory


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")


async def export_from(database: Database, place: Place, scope: Scope, after: dict[str, int]) -> int:
    """Hand on what is new of each service, oldest first; return how many rows that were."""
    await database.read(schema.require_usable)
    try:
        ends = await database.read(partial(export.ends, scope=scope))
        unknown = ({scope.service} if scope.service else set[str]()) | set(after)
        if missing := sorted(unknown - set(ends)):
            known = ", ".join(await database.read(audit.services)) or "none"
            raise CommandError(
                f"There is no history of a service called {missing[0][:60]!r}. There is one of: {known}."
            )
        count = 0
        reached: dict[str, Head] = {}
        for service, end in ends.items():
            cursor = place.cursor(service) or await database.read(partial(_first, after, service, scope))
            reached[service], more = await _hand_on(
                database, place, replace(scope, service=service), (cursor, end)
            )
            count += more
    except ChainBrokenError as error:
        raise CommandError(str(error)) from error
    place.finish(reached, SystemClock().now())
    return count


async def _hand_on(
    database: Database, place: Place, scope: Scope, between: tuple[Head, Head]
) -> tuple[Head, int]:
    """Export a service's rows from a cursor to an end; return how far that got, and how many they were."""
    cursor, end = between
    await database.read(partial(export.check_cursor, cursor=cursor))
    count = again = 0
    while cursor.row < end.row:
        rows = await database.read(partial(export.rows_after, cursor=cursor, end=end, until=scope.until))
        if not rows:
            break
        try:
            place.write(scope.service, rows)
        except TakenError as error:
            again += 1
            if again > MOST_AGAIN:
                raise CommandError(
                    "Other exports write to the same place all the time: leave that to one."
                ) from error
            cursor = place.cursor(scope.service) or cursor
            continue
        cursor = Head(scope.service, rows[-1].row, rows[-1].hash)
        count += len(rows)
    return cursor, count


def _first(after: dict[str, int], service: str, scope: Scope, connection: Connection) -> Head:
    if service in after:
        return export.at_row(connection, service, after[service])
    return export.begin(connection, service, scope)


def _after(word: str) -> tuple[str, int]:
    service, _, row = word.partition(":")
    row = row.partition(":")[0]
    if not service or not row.isdigit():
        raise CommandError(f"{word[:60]!r} is no row to go on after: write SERVICE:ROW, such as website:120.")
    return service, int(row)
