"""Queries to Buildbot about requests and builds; None if it cannot be read now."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.ci.buildbot.build import PROPERTIES, Build, carries, read_builds
from bot.ci.buildbot.session import LoginSession
from bot.ci.http.json_access import is_id, listed, number, segment, text
from bot.ci.inputs import CORRELATION
from handlers.reports import FoundRun

QUEUE = "queue/"
"""The prefix of a run id that is still a build request."""

_MOST_REQUESTS = 100


class BuildbotQueries:
    """Queries to one Buildbot, whose pages are under `root`."""

    def __init__(self, session: LoginSession, root: str) -> None:
        self.session = session
        self.root = root

    def request_page(self, request: int) -> str:
        """Return the address of a request's page."""
        return f"{self.root}/#/buildrequests/{request}"

    async def rows(self, path: str, name: str) -> list[object] | None:
        """Return the list that a response has under a name."""
        answer = await self.session.read(path)
        return None if answer is None or not answer.ok else listed(answer.json, name)

    async def builds_of(self, request: int) -> list[Build] | None:
        """List the builds of a request, oldest first: several if Buildbot lost one."""
        rows = await self.rows(f"/buildrequests/{request}/builds?order=buildid", "builds")
        return None if rows is None else read_builds(rows)

    async def newest(self, builder: str, query: str = "", most: int = _MOST_REQUESTS) -> list[Build] | None:
        """List the newest builds of a builder, newest first."""
        path = f"/builders/{segment(builder)}/builds?order=-buildid&limit={most}&{PROPERTIES}{query}"
        rows = await self.rows(path, "builds")
        return None if rows is None else read_builds(rows)

    async def builder_of(self, scheduler: str) -> str | None:
        """Return the builder that a force scheduler starts."""
        rows = await self.rows(f"/forceschedulers/{segment(scheduler)}", "forceschedulers")
        return text(rows, 0, "builder_names", 0) or None

    async def runs_with(self, correlation: str) -> Sequence[FoundRun] | None:
        """Search for runs by correlation id, oldest first.

        Searches all requests by their reason, and the newest ones by their property, which rebuilds have too.
        """
        requests = await self._requests_with(correlation)
        if requests is None:
            return None
        found = [await self._run_of(request) for request in requests]
        return None if None in found else [run for run in found if run is not None]

    async def _requests_with(self, correlation: str) -> list[int] | None:
        sets = await self.rows(
            f"/buildsets?reason__contains={quote(f'[{correlation}]', safe='')}", "buildsets"
        )
        query = f"/buildrequests?property={CORRELATION}&order=-buildrequestid&limit={_MOST_REQUESTS}"
        newest = await self.rows(query, "buildrequests")
        if sets is None or newest is None:
            return None
        ours = [each for each in newest if carries(each, correlation)]
        missing = {number(each, "bsid") for each in sets} - {number(each, "buildsetid") for each in ours}
        for each in missing:
            older = await self.rows(f"/buildrequests?buildsetid={each}", "buildrequests")
            if older is None:
                return None
            ours += older
        return sorted({number(each, "buildrequestid") for each in ours})

    async def _run_of(self, request: int) -> FoundRun | None:
        builds = await self.builds_of(request)
        if builds is None:
            return None
        if not builds:
            return FoundRun(f"{QUEUE}{request}", url=self.request_page(request), provisional=True)
        return FoundRun(str(builds[0].id), len(builds), self.root + builds[-1].page)


def ids_in(run_id: str) -> tuple[int, int]:
    """Parse a run id into a request id and a build id; one of them is 0.

    Both are 0 if it is not an id of Buildbot's.
    """
    written = run_id.removeprefix(QUEUE)
    if not is_id(written):
        return 0, 0
    return (int(written), 0) if run_id != written else (0, int(written))
