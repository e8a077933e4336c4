"""Builds as they became ready, and what was deployed with success where."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select

from handlers.build import Build, Change
from storage.codec import dumps, loads, micros
from storage.tables import BuildRow, SuccessRow, table

_build = table(BuildRow)
_success = table(SuccessRow)
_get = select(_build.c.body).where(
    and_(_build.c.service == bindparam("wanted"), _build.c.version == bindparam("named"))
)
_of_commit = (
    select(_build.c.body)
    .where(and_(_build.c.service == bindparam("wanted"), _build.c.sha == bindparam("commit")))
    .order_by(_build.c.ordinal.desc())
    .limit(1)
)
_last = select(func.max(_build.c.ordinal)).where(_build.c.service == bindparam("wanted"))
_newest = (
    select(_build.c.body)
    .where(_build.c.service == bindparam("wanted"))
    .order_by(_build.c.ordinal.desc())
    .limit(bindparam("most"))
)
_newest_of_branch = (
    select(_build.c.body)
    .where(and_(_build.c.service == bindparam("wanted"), _build.c.branch == bindparam("line")))
    .order_by(_build.c.ordinal.desc())
    .limit(1)
)
_named = (
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
_between = (
    select(_build.c.body)
    .where(
        and_(
            _build.c.service == bindparam("wanted"),
            _build.c.branch == bindparam("line"),
            _build.c.ordinal > bindparam("after"),
            _build.c.ordinal <= bindparam("upto"),
        )
    )
    .order_by(_build.c.ordinal.desc())
    .limit(200)
)
_successes = (
    select(_success.c.body)
    .where(and_(_success.c.service == bindparam("wanted"), _success.c.environment == bindparam("place")))
    .order_by(_success.c.id.desc())
    .limit(200)
)


def get(connection: Connection, service: str, version: str) -> Build | None:
    """Find a build by its version."""
    text = connection.execute(_get, {"wanted": service, "named": version}).scalar()
    return None if text is None else loads(Build, text)


def of_commit(connection: Connection, service: str, sha: str) -> Build | None:
    """Find the newest build of a commit."""
    text = connection.execute(_of_commit, {"wanted": service, "commit": sha}).scalar()
    return None if text is None else loads(Build, text)


def add(connection: Connection, build: Build) -> Build:
    """Keep a build that is new, under the service's lock; it gets the next place in the order."""
    last = connection.execute(_last, {"wanted": build.service}).scalar()
    placed = replace(build, order=(last or 0) + 1)
    values = {
        "service": placed.service,
        "version": placed.version,
        "ordinal": placed.order,
        "sha": placed.sha,
        "branch": placed.branch,
        "body": dumps(placed),
    }
    connection.execute(insert(_build), values)
    return placed


def newest(connection: Connection, service: str, most: int) -> list[Build]:
    """List a service's newest builds, newest first."""
    return _read(connection.execute(_newest, {"wanted": service, "most": most}).scalars())


def newest_of_branch(connection: Connection, service: str, branch: str) -> Build | None:
    """Find the newest build of a branch."""
    text = connection.execute(_newest_of_branch, {"wanted": service, "line": branch}).scalar()
    return None if text is None else loads(Build, text)


def named(connection: Connection, service: str, token: str) -> list[Build]:
    """List builds that a version or the beginning of a commit may mean, newest first."""
    is_sha = all(letter in "0123456789abcdef" for letter in token.lower())
    values = {"wanted": service, "token": token, "prefix": f"{token.lower()}%" if is_sha else ""}
    return _read(connection.execute(_named, values).scalars())


def changes_since(connection: Connection, build: Build, live: Build | None) -> tuple[Change, ...]:
    """List the changes of all builds of the branch since the one that is live, newest first, each commit once."""
    after = live.order if live is not None else build.order - 1
    values = {"wanted": build.service, "line": build.branch, "after": after, "upto": build.order}
    found = _read(connection.execute(_between, values).scalars())
    changes = {change.sha: change for each in found for change in each.changes}
    return tuple(changes.values())


def authors_since(connection: Connection, build: Build, live: Build | None) -> tuple[str, ...]:
    """List the authors of all changes since the build that is live."""
    return tuple(
        dict.fromkeys(change.author for change in changes_since(connection, build, live) if change.author)
    )


def succeeded(connection: Connection, build: Build, environment: str, release: int, now: datetime) -> None:
    """Write down that a build was deployed with success."""
    values = {
        "service": build.service,
        "environment": environment,
        "release": release,
        "at": micros(now),
        "body": dumps(build),
    }
    connection.execute(insert(_success), values)


def successes(connection: Connection, service: str, environment: str) -> tuple[Build, ...]:
    """List the builds that succeeded in an environment, oldest first, one entry per deployment."""
    rows = connection.execute(_successes, {"wanted": service, "place": environment}).scalars()
    return tuple(reversed(_read(rows)))


def _read(texts: Iterable[str]) -> list[Build]:
    return [loads(Build, text) for text in texts]
