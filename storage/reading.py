"""What questions, cards and the API read: snapshots made in one transaction, which write nothing."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from handlers.build import Build, Change
from handlers.facts import Capabilities, Facts
from handlers.ground import Ground
from handlers.people import Roll
from handlers.plan import Plan
from handlers.release import Release
from handlers.resolve import Ledger
from storage import builds, effects, grounds, history, releases
from storage.history import Head, HistoryLine
from storage.tables import ReleaseRow, table

_release = table(ReleaseRow)
_columns = (_release.c.body, _release.c.plan, _release.c.revision)


@dataclass(frozen=True, slots=True)
class Picture:
    """A release with all that is shown of it."""

    release: Release
    facts: Facts
    head: Head
    changes: tuple[Change, ...] = ()
    live: Build | None = None
    successes: tuple[Build, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServicePicture:
    """A service with its ground and open releases."""

    plan: Plan
    grounds: dict[str, Ground]
    releases: tuple[Release, ...] = ()
    builds: tuple[Build, ...] = ()
    history: tuple[HistoryLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known outside the database when a snapshot is made."""

    roll: Roll
    capabilities: dict[str, Capabilities] = field(default_factory=dict[str, Capabilities])


def picture(
    connection: Connection, number: int, outside: Outside, *, with_history: bool = False
) -> Picture | None:
    """Read a release with everything that its card or the API shows."""
    release = releases.get(connection, number)
    if release is None:
        return None
    ground, head = grounds.read(connection, release.service)
    environment = release.step.environment
    live = ground.get(environment, Ground(environment)).live
    since = live.build if live is not None else None
    authors = builds.authors_since(connection, release.build, since)
    facts = Facts(outside.roll, ground, outside.capabilities, authors={environment: authors})
    return Picture(
        release,
        facts,
        head,
        builds.changes_since(connection, release.build, since),
        since,
        builds.successes(connection, release.service, environment),
        tuple(history.of_release(connection, number)) if with_history else (),
        tuple(effects.failures(connection, number)),
    )


def service(connection: Connection, plan: Plan, *, rows: int = 0, newest: int = 0) -> ServicePicture:
    """Read a service with its ground, open releases, and as many builds and history rows as wanted."""
    ground, _ = grounds.read(connection, plan.service)
    return ServicePicture(
        plan,
        ground,
        tuple(releases.open_of_service(connection, plan.service)),
        tuple(builds.newest(connection, plan.service, newest)) if newest else (),
        tuple(history.newest(connection, plan.service, rows)) if rows else (),
    )


def ledger(connection: Connection, plan: Plan, environment: str, token: str) -> Ledger:
    """Read what a journey or a rollback is resolved with."""
    ground, _ = grounds.read(connection, plan.service)
    return Ledger(
        plan,
        tuple(releases.open_of_service(connection, plan.service)),
        tuple(builds.named(connection, plan.service, token)) if token else (),
        builds.newest_of_branch(connection, plan.service, plan.builds.branch),
        builds.successes(connection, plan.service, environment),
        ground.get(environment, Ground(environment)),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which releases a list is of; empty fields do not narrow it."""

    service: str = ""
    state: str = ""
    limit: int = 50


def recent(connection: Connection, wanted: Wanted) -> list[Release]:
    """List releases, newest first."""
    narrowed = select(*_columns).order_by(_release.c.number.desc()).limit(wanted.limit)
    if wanted.service:
        narrowed = narrowed.where(_release.c.service == wanted.service)
    if wanted.state:
        narrowed = narrowed.where(_release.c.state == wanted.state)
    return releases.read_rows(connection, connection.execute(narrowed).all())
