"""Stores builds, and what was deployed successfully where.

A build is added and looked up as a model, since that is rare; what decisions, cards and commands read is prepared.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_
from sqlmodel import col, select

from handlers.build import Build
from handlers.typed_words import spellings
from storage.codec import dumps, loads, micros
from storage.prepared import Prepared, Value, numbered_insert
from storage.session import read_models, write_models
from storage.tables import BuildRow, SuccessRow, table
from storage.vouching import Rows, vouch

MOST_BETWEEN = 500
"""How many builds of a branch are read at most between two of them."""

_build = table(BuildRow)
_success = table(SuccessRow)
_add_success = numbered_insert(_success)
_of_branch = and_(_build.c.service == bindparam("wanted"), _build.c.branch == bindparam("of_branch"))
_newest_first = (_build.c.position.desc(), _build.c.ordinal.desc())
_newest_of_branch = Prepared(select(_build.c.body).where(_of_branch).order_by(*_newest_first).limit(1))
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
    .where(and_(_of_branch, _build.c.position > bindparam("after"), _build.c.position <= bindparam("upto")))
    .order_by(*_newest_first)
    .limit(MOST_BETWEEN)
)
_beside = Prepared(
    select(_build.c.body)
    .where(
        and_(
            _of_branch,
            _build.c.ordinal > bindparam("since"),
            _build.c.position <= bindparam("place"),
        )
    )
    .order_by(*_newest_first)
    .limit(MOST_BETWEEN)
)
_there = and_(_success.c.service == bindparam("wanted"), _success.c.environment == bindparam("place"))
_successes = Prepared(select(_success.c.body).where(_there).order_by(_success.c.id.desc()).limit(200))
_last_success = Prepared(select(_success.c.body).where(_there).order_by(_success.c.id.desc()).limit(1))
_last_of_branch = Prepared(
    select(_success.c.body)
    .where(and_(_there, _success.c.branch == bindparam("of_branch")))
    .order_by(_success.c.id.desc())
    .limit(1)
)


def get(connection: Connection, service: str, version: str) -> Build | None:
    """Find a build by its version."""
    with read_models(connection) as session:
        row = session.get(BuildRow, (service, version))
        return None if row is None else loads(Build, row.body)


def of_commit(connection: Connection, service: str, sha: str) -> Build | None:
    """Find the newest build of a commit, which may be shortened to its first 7 digits or more."""
    found = select(BuildRow).where(
        BuildRow.service == service, col(BuildRow.sha).startswith(sha, autoescape=True)
    )
    with read_models(connection) as session:
        row = session.exec(found.order_by(col(BuildRow.ordinal).desc()).limit(1)).first()
        return None if row is None else loads(Build, row.body)


def all_of_commit(connection: Connection, service: str, sha: str) -> list[Build]:
    """List the builds of a commit, newest first."""
    found = select(BuildRow).where(BuildRow.service == service, BuildRow.sha == sha)
    with read_models(connection) as session:
        return _read(row.body for row in session.exec(found.order_by(col(BuildRow.ordinal).desc())))


def add(connection: Connection, build: Build) -> Build:
    """Add a new build under the service's lock; it gets its order of arrival and its position in the branch."""
    with write_models(connection) as session:
        last = session.exec(select(func.max(BuildRow.ordinal)).where(BuildRow.service == build.service)).one()
        placed = replace(build, order=(last or 0) + 1, position=_position(connection, build))
        session.add(BuildRow(**_row(placed)))
    return placed


def vouched(build: Build) -> Rows:
    """Return the digest of a build's row."""
    return vouch(_build, _row(build))


def _row(build: Build) -> dict[str, Any]:
    return {
        "service": build.service,
        "version": build.version,
        "ordinal": build.order,
        "position": build.position,
        "sha": build.sha,
        "branch": build.branch,
        "body": dumps(build),
    }


def _position(connection: Connection, build: Build) -> int:
    """Return the place of a new build in its branch.

    Numbers of one counter keep their distances; a build without a number, or of another counter, comes after all others.
    """
    known = in_branch(connection, build.service, build.branch)
    last = known[0].position if known else 0
    if not build.number:
        return last + 1
    counted = next((each for each in known if each.number and each.numbered_by == build.numbered_by), None)
    return last + build.number if counted is None else counted.position - counted.number + build.number


def in_branch(connection: Connection, service: str, branch: str) -> list[Build]:
    """List the newest builds of a branch, newest first."""
    return between(connection, service, branch, after=-1, upto=_LAST)


def between(connection: Connection, service: str, branch: str, *, after: int, upto: int) -> list[Build]:
    """List the builds of a branch after one position and up to another, newest first, at most MOST_BETWEEN."""
    return _read(_between.scalars(connection, wanted=service, of_branch=branch, after=after, upto=upto))


def beside(connection: Connection, base: Build) -> list[Build]:
    """List the builds of a base's branch that arrived after it and are not placed above it, newest first."""
    found = _beside.scalars(
        connection, wanted=base.service, of_branch=base.branch, since=base.order, place=base.position
    )
    return _read(found)


def complete(connection: Connection, build: Build) -> Rows:
    """Save the changes of a build that had none; everything else of it stays as it is. Return its digest."""
    with write_models(connection) as session:
        row = session.get(BuildRow, (build.service, build.version))
        if row is None:
            return {}
        row.body = dumps(build)
        session.add(row)
        return vouch(_build, row.model_dump())


def newest(connection: Connection, service: str, most: int) -> list[Build]:
    """List the builds of a service that arrived last, newest first."""
    found = select(BuildRow).where(BuildRow.service == service)
    with read_models(connection) as session:
        rows = session.exec(found.order_by(col(BuildRow.ordinal).desc()).limit(most))
        return _read(row.body for row in rows)


def newest_of_branch(connection: Connection, service: str, branch: str) -> Build | None:
    """Find the newest build of a branch."""
    text = _newest_of_branch.scalar(connection, wanted=service, of_branch=branch)
    return None if text is None else loads(Build, text)


def named(connection: Connection, service: str, token: str) -> list[Build]:
    """List builds that a version or the beginning of a commit may mean, newest first.

    Only if none is spelled like that, other spellings of a version are tried.
    """
    for spelling in (token, *spellings(token)):
        is_sha = all(letter in "0123456789abcdef" for letter in spelling.lower())
        prefix = f"{spelling.lower()}%" if is_sha else ""
        found = _read(_named.scalars(connection, wanted=service, token=spelling, prefix=prefix))
        if found:
            return found
    return []


def succeeded(connection: Connection, build: Build, environment: str, release: int, now: datetime) -> Rows:
    """Record that a build was deployed successfully; return the digest of the row."""
    row: dict[str, Value] = {
        "service": build.service,
        "environment": environment,
        "release": release,
        "at": micros(now),
        "branch": build.branch,
        "body": dumps(build),
    }
    return vouch(_success, {**row, "id": _add_success.rows(connection, **row)[0][0]})


def successes(connection: Connection, service: str, environment: str) -> tuple[Build, ...]:
    """List the builds that succeeded in an environment, one entry per deployment.

    Oldest first.
    """
    rows = _successes.scalars(connection, wanted=service, place=environment)
    return tuple(reversed(_read(rows)))


def last_success(connection: Connection, service: str, environment: str, branch: str = "") -> Build | None:
    """Find the build that was deployed successfully last, of one branch if it is named."""
    if branch:
        text = _last_of_branch.scalar(connection, wanted=service, place=environment, of_branch=branch)
    else:
        text = _last_success.scalar(connection, wanted=service, place=environment)
    return None if text is None else loads(Build, text)


def _read(texts: Iterable[str]) -> list[Build]:
    return [loads(Build, text) for text in texts]


_LAST = 2**62
