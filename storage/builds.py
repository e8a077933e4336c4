"""Stores builds, and what was deployed successfully where.

A build is added and looked up as a model, since that is rare; what decisions, cards and commands read is prepared.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_
from sqlmodel import col, select

from handlers.build import Build, Change
from storage.codec import dumps, loads, micros
from storage.prepared import Prepared, prepared_insert
from storage.session import read_models, write_models
from storage.tables import BuildRow, SuccessRow, table

_build = table(BuildRow)
_success = table(SuccessRow)
_add_success = prepared_insert(_success)
_newest_of_branch = Prepared(
    select(_build.c.body)
    .where(and_(_build.c.service == bindparam("wanted"), _build.c.branch == bindparam("of_branch")))
    .order_by(_build.c.ordinal.desc())
    .limit(1)
)
_named = Prepared(
    select(_build.c.body)
    .where(
        and_(
            _build.c.service == bindparam("wanted"),
            or_(
                _build.c.version == bindparam("token"),
                _build.c.sha.like(bindparam("prefix")),
            ),
        )
    )
    .order_by(_build.c.ordinal.desc())
    .limit(20)
)
_between = Prepared(
    select(_build.c.body)
    .where(
        and_(
            _build.c.service == bindparam("wanted"),
            _build.c.branch == bindparam("of_branch"),
            _build.c.ordinal > bindparam("after"),
            _build.c.ordinal <= bindparam("upto"),
        )
    )
    .order_by(_build.c.ordinal.desc())
    .limit(200)
)
_successes = Prepared(
    select(_success.c.body)
    .where(and_(_success.c.service == bindparam("wanted"), _success.c.environment == bindparam("place")))
    .order_by(_success.c.id.desc())
    .limit(200)
)


def get(connection: Connection, service: str, version: str) -> Build | None:
    """Find a build by its version."""
    with read_models(connection) as session:
        row = session.get(BuildRow, (service, version))
        return None if row is None else loads(Build, row.body)


def of_commit(connection: Connection, service: str, sha: str) -> Build | None:
    """Find the newest build of a commit."""
    found = select(BuildRow).where(BuildRow.service == service, BuildRow.sha == sha)
    with read_models(connection) as session:
        row = session.exec(found.order_by(col(BuildRow.ordinal).desc()).limit(1)).first()
        return None if row is None else loads(Build, row.body)


def add(connection: Connection, build: Build) -> Build:
    """Add a new build under the service's lock; it gets the next order number."""
    with write_models(connection) as session:
        last = session.exec(select(func.max(BuildRow.ordinal)).where(BuildRow.service == build.service)).one()
        placed = replace(build, order=(last or 0) + 1)
        session.add(
            BuildRow(
                service=placed.service,
                version=placed.version,
                ordinal=placed.order,
                sha=placed.sha,
                branch=placed.branch,
                body=dumps(placed),
            )
        )
    return placed


def newest(connection: Connection, service: str, most: int) -> list[Build]:
    """List a service's newest builds, newest first."""
    found = select(BuildRow).where(BuildRow.service == service)
    with read_models(connection) as session:
        rows = session.exec(found.order_by(col(BuildRow.ordinal).desc()).limit(most))
        return _read(row.body for row in rows)


def newest_of_branch(connection: Connection, service: str, branch: str) -> Build | None:
    """Find the newest build of a branch."""
    text = _newest_of_branch.scalar(connection, wanted=service, of_branch=branch)
    return None if text is None else loads(Build, text)


def named(connection: Connection, service: str, token: str) -> list[Build]:
    """List builds that a version or the beginning of a commit may mean, newest first."""
    is_sha = all(letter in "0123456789abcdef" for letter in token.lower())
    prefix = f"{token.lower()}%" if is_sha else ""
    return _read(_named.scalars(connection, wanted=service, token=token, prefix=prefix))


def changes_since(connection: Connection, build: Build, live: Build | None) -> tuple[Change, ...]:
    """List the changes of all builds of the branch since the one that is live.

    Newest first, each commit once.
    """
    after = live.order if live is not None else build.order - 1
    found = _read(
        _between.scalars(
            connection, wanted=build.service, of_branch=build.branch, after=after, upto=build.order
        )
    )
    changes = {change.sha: change for each in found for change in each.changes or ()}
    return tuple(changes.values())


def authors_since(connection: Connection, build: Build, live: Build | None) -> tuple[str, ...]:
    """List the authors of all changes since the build that is live."""
    return tuple(
        dict.fromkeys(change.author for change in changes_since(connection, build, live) if change.author)
    )


def succeeded(connection: Connection, build: Build, environment: str, release: int, now: datetime) -> None:
    """Record that a build was deployed successfully."""
    _add_success.change(
        connection,
        service=build.service,
        environment=environment,
        release=release,
        at=micros(now),
        body=dumps(build),
    )


def successes(connection: Connection, service: str, environment: str) -> tuple[Build, ...]:
    """List the builds that succeeded in an environment, one entry per deployment.

    Oldest first.
    """
    rows = _successes.scalars(connection, wanted=service, place=environment)
    return tuple(reversed(_read(rows)))


def _read(texts: Iterable[str]) -> list[Build]:
    return [loads(Build, text) for text in texts]
