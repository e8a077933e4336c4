"""Stores releases; one is saved only over the revision that was read."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select, update

from handlers.release import Kind, Release
from handlers.step import StepState
from storage import grants, plans, release_numbers
from storage.codec import UnreadableError, load_release, micros
from storage.prepared import Prepared, Row, Value, prepared_insert
from storage.tables import GrantedRow, ReleaseRow, table
from storage.vouching import Rows, vouch

_release = table(ReleaseRow)
_granted = table(GrantedRow)
COLUMNS = (
    _release.c.number,
    _release.c.body,
    _release.c.plan,
    _release.c.revision,
    plans.body_of(_release.c.plan),
)
_open = _release.c.ended_at.is_(None)

_by_number = select(*COLUMNS).where(_release.c.number == bindparam("wanted"))
_get = Prepared(_by_number)
_lock = Prepared(_by_number.with_for_update(key_share=True))
_open_of_build = Prepared(
    select(*COLUMNS).where(
        and_(
            _release.c.service == bindparam("wanted"),
            _release.c.version == bindparam("named"),
            _release.c.kind == Kind.NORMAL.value,
            _open,
        )
    )
)
_recent_numbers = (
    select(_release.c.number)
    .where(_release.c.service == bindparam("wanted"))
    .order_by(_release.c.number.desc())
    .limit(bindparam("most"))
)
_last_of_build = Prepared(
    select(*COLUMNS)
    .where(
        and_(
            _release.c.number.in_(_recent_numbers),
            _release.c.version == bindparam("named"),
            _release.c.kind == Kind.NORMAL.value,
        )
    )
    .order_by(_release.c.number.desc())
    .limit(1)
)
_open_of_service = Prepared(
    select(*COLUMNS).where(and_(_release.c.service == bindparam("wanted"), _open)).order_by(_release.c.number)
)
_numbers = (
    select(_release.c.number)
    .where(and_(_release.c.service == bindparam("wanted"), _open))
    .order_by(_release.c.number)
)
_open_numbers = Prepared(_numbers)
_everywhere = Prepared(select(_release.c.number, _release.c.service).where(_open).order_by(_release.c.number))
_every_open = Prepared(select(*COLUMNS).where(_open).order_by(_release.c.number.desc()))
_in_flight = Prepared(
    select(*COLUMNS).where(and_(_open, _release.c.in_flight == 1)).order_by(_release.c.number)
)
_save = Prepared(
    update(_release)
    .where(and_(_release.c.number == bindparam("wanted"), _release.c.revision == bindparam("read")))
    .values(
        state=bindparam("now_state"),
        in_flight=bindparam("in_flight_now"),
        revision=bindparam("next"),
        wake_at=bindparam("wake"),
        ended_at=bindparam("ended"),
        body=bindparam("text"),
    )
)
_insert = prepared_insert(_release)
_by_correlation = Prepared(select(_granted.c.release).where(_granted.c.correlation == bindparam("wanted")))


class StaleRevisionError(Exception):
    """Somebody saved the release between its reading and saving, despite the lock.

    That is a bug, never a race.
    """


def lock(connection: Connection, number: int) -> Release | None:
    """Read a release under lock."""
    return _one(connection, _lock, wanted=number)


def get(connection: Connection, number: int) -> Release | None:
    """Read a release without a lock."""
    return _one(connection, _get, wanted=number)


def open_of_build(connection: Connection, service: str, version: str) -> Release | None:
    """Find the open normal release of a build."""
    return _one(connection, _open_of_build, wanted=service, named=version)


def last_of_build(connection: Connection, service: str, version: str, most: int = 200) -> Release | None:
    """Find the last normal release of a build, ended or not.

    Only the last `most` releases of its service are searched.
    """
    return _one(connection, _last_of_build, wanted=service, named=version, most=most)


def open_of_service(connection: Connection, service: str) -> list[Release]:
    """List a service's open releases."""
    return read_rows(_open_of_service.rows(connection, wanted=service))


def rolling_back(connection: Connection, service: str, environment: str) -> int:
    """Find the open rollback to an environment of which nothing has been sent yet.

    Returns 0 if there is none.
    """
    unsent = {StepState.WAITING, StepState.GRANTED}
    for release in open_of_service(connection, service):
        step = release.step
        if release.kind is Kind.ROLLBACK and step.environment == environment and step.state in unsent:
            return release.number
    return 0


def open_emergency(connection: Connection, service: str, version: str, environment: str) -> Release | None:
    """Find the open emergency of a build in an environment."""
    found = open_of_service(connection, service)
    return next(
        (
            each
            for each in found
            if each.kind is Kind.EMERGENCY
            and (each.build.version, each.step.environment) == (version, environment)
        ),
        None,
    )


def open_numbers(connection: Connection, service: str) -> list[int]:
    """List the numbers of a service's open releases."""
    return _open_numbers.scalars(connection, wanted=service)


def open_everywhere(connection: Connection) -> list[tuple[int, str]]:
    """List the numbers of all open releases, each with its service."""
    return [(number, service) for number, service in _everywhere.rows(connection)]


def every_open(connection: Connection) -> list[Release]:
    """List all open releases, the newest first."""
    return read_rows(_every_open.rows(connection))


def in_flight(connection: Connection) -> list[Release]:
    """List releases of which something may be running."""
    return read_rows(_in_flight.rows(connection))


def of_correlation(connection: Connection, correlation: str) -> int:
    """Find the release that a correlation id was granted for; 0 if none was."""
    return int(_by_correlation.scalar(connection, wanted=correlation) or 0)


def insert_release(connection: Connection, release: Release, body: str, wake_at: datetime | None) -> Rows:
    """Save a new release; return the digests of the rows that were written."""
    rows = plans.save(connection, (release.plan,))
    row = _row(release, body, revision=1)
    _insert.change(connection, **row, wake_at=None if wake_at is None else micros(wake_at))
    release_numbers.use(connection, release.number)
    return rows | vouch(_release, row) | grants.save(connection, None, release)


def _row(release: Release, body: str, revision: int) -> dict[str, Value]:
    """Return the columns of a release, without the time at which it is looked at again."""
    return {
        "number": release.number,
        "service": release.service,
        "version": release.build.version,
        "kind": release.kind.value,
        "state": release.state.value,
        "in_flight": int(release.in_flight),
        "revision": revision,
        "plan": release.plan.fingerprint,
        "ended_at": None if release.ending is None else micros(release.ending.at),
        "body": body,
    }


def save(
    connection: Connection, before: Release, after: Release, body: str, wake_at: datetime | None
) -> Rows:
    """Save a release over the revision that was read, and its new grant; return the digests of the rows."""
    row = _row(after, body, revision=before.revision + 1)
    changed = _save.change(
        connection,
        wanted=after.number,
        read=before.revision,
        now_state=row["state"],
        in_flight_now=row["in_flight"],
        next=row["revision"],
        wake=None if wake_at is None else micros(wake_at),
        ended=row["ended_at"],
        text=body,
    )
    if changed != 1:
        message = f"r{after.number} is no longer at revision {before.revision}"
        raise StaleRevisionError(message)
    return vouch(_release, row) | grants.save(connection, before, after)


def _one(connection: Connection, statement: Prepared, **values: Value) -> Release | None:
    row = statement.first(connection, **values)
    return None if row is None else read_row(row)


def read_rows(rows: Iterable[Row]) -> list[Release]:
    """Convert rows to releases, without those that cannot be read: `storage.scan` finds them."""
    found: list[Release] = []
    for row in rows:
        with suppress(UnreadableError):
            found.append(read_row(row))
    return found


def read_row(row: Row) -> Release:
    """Convert a row to a release.

    Raises UnreadableError.
    """
    number, body, fingerprint, revision, text = row
    try:
        plan = plans.checked(fingerprint, text)
        release = load_release(body, plan, revision)
    except UnreadableError as error:
        raise UnreadableError(f"release r{number}", error.reason) from error
    if not release.steps or any(plan.environment(step.environment) is None for step in release.steps):
        raise UnreadableError(f"release r{number}", "it has a step that its plan does not have")
    return release
