"""Lists releases for queries: those of a service that ended last, and those of one build."""

from sqlalchemy import Connection, and_, bindparam, select

from handlers.release import Release
from storage import releases
from storage.prepared import Prepared
from storage.tables import ReleaseRow, table

_release = table(ReleaseRow)
_of_service = _release.c.service == bindparam("wanted")
_ended = Prepared(
    select(*releases.COLUMNS)
    .where(and_(_of_service, _release.c.ended_at.is_not(None), _release.c.ended_at >= bindparam("since")))
    .order_by(_release.c.ended_at.desc(), _release.c.number.desc())
    .limit(bindparam("most"))
)
_of_build = Prepared(
    select(*releases.COLUMNS)
    .where(and_(_of_service, _release.c.version == bindparam("named")))
    .order_by(_release.c.number.desc())
    .limit(bindparam("most"))
)


def ended(connection: Connection, service: str, most: int, since: int = 0) -> list[Release]:
    """List the releases of a service that ended last, the latest first; `since` is in microseconds."""
    return releases.read_rows(_ended.rows(connection, wanted=service, since=since, most=most))


def of_build(connection: Connection, service: str, version: str, most: int) -> list[Release]:
    """List the releases of a build, rollbacks to it included, newest first."""
    return releases.read_rows(_of_build.rows(connection, wanted=service, named=version, most=most))
