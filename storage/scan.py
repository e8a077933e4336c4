"""Searches for rows that decisions read and that cannot be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from handlers.build import Build
from handlers.effects import PostToChannel
from handlers.lineage import Comparison
from storage import deliveries, effects, environments, releases
from storage.codec import UnreadableError, loads
from storage.deliveries import Answer
from storage.tables import BuildRow, ComparisonRow, ReleaseRow, ServiceRow, SuccessRow, table

NEWEST = 500
"""How many of the newest builds, successes and comparisons are read."""

_release, _service = table(ReleaseRow), table(ServiceRow)


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that cannot be read: what it is, of which service, and why."""

    place: str
    service: str
    reason: str


def unreadable(connection: Connection) -> tuple[UnreadableRow, ...]:
    """List open releases, environments, builds, successes and comparisons that cannot be read."""
    return (*_releases(connection), *_services(connection), *_bodies(connection))


def tell(connection: Connection, row: UnreadableRow, now: datetime) -> None:
    """Post a message about it in the channel of its service, once for all processes."""
    once = f"unreadable {row.place} {row.reason}"
    if deliveries.find(connection, once) is not None:
        return
    deliveries.remember(connection, once, Answer(), now)
    post = PostToChannel(row.service, "unreadable", {"what": row.place, "why": row.reason})
    effects.add(connection, (post,), now)


def _releases(connection: Connection) -> Iterator[UnreadableRow]:
    wanted = select(_release.c.service, *releases.COLUMNS).where(_release.c.ended_at.is_(None))
    for service, *row in connection.execute(wanted.order_by(_release.c.number)):
        yield from _tried(service, lambda row=row: releases.read_row(row))


def _services(connection: Connection) -> Iterator[UnreadableRow]:
    for (service,) in connection.execute(select(_service.c.service).order_by(_service.c.service)).all():
        yield from _tried(service, lambda service=service: environments.read(connection, service))


def _bodies(connection: Connection) -> Iterator[UnreadableRow]:
    kinds = (
        (BuildRow, Build, ("version",)),
        (SuccessRow, Build, ("environment", "id")),
        (ComparisonRow, Comparison, ("old", "new")),
    )
    for row, kind, names in kinds:
        of = table(row)
        newest = list(of.primary_key)[-1].desc()
        for each in connection.execute(select(of).order_by(newest).limit(NEWEST)).mappings():
            place = " ".join((of.name, str(each["service"]), *(str(each[name]) for name in names)))
            yield from _tried(each["service"], lambda kind=kind, each=each: loads(kind, each["body"]), place)


def _tried(service: str, read: Callable[[], object], place: str = "") -> Iterator[UnreadableRow]:
    try:
        read()
    except UnreadableError as error:
        yield UnreadableRow(place or error.place, service, error.reason)
