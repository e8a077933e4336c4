"""Queries to Buildbot about requests and builds; None if it cannot be read now."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import quote

from bot.ci.buildbot.build import PROPERTIES, Build, read_builds
from bot.ci.buildbot.session import API, LoginSession
from bot.ci.http.json_access import is_id, listed, number, segment, text
from handlers.reports import FoundRun

QUEUE = "queue/"
"""The prefix of a run id that is still a build request."""

_MOST_REQUESTS = 100


class BuildbotQueries:
    """Queries to one Buildbot, whose pages are under `root`."""

    def __init__(self, session: LoginSession, root: str) -> None:
        self.session = session
        self.root = root
        self._reasons: dict[int, str] = {}

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
        if rows is None:
            await self._report_missing(builder)
        return None if rows is None else read_builds(rows)

    async def _report_missing(self, builder: str) -> None:
        """Report that a builder is not there, if that is why it has no builds."""
        path = f"/builders/{segment(builder)}"
        answer = await self.session.read(path)
        if answer is not None and answer.status == HTTPStatus.NOT_FOUND:
            words = f"Buildbot has no builder {builder} (404): was it renamed?"
            self.session.reports.refused(words, f"{API}{path}")

    def builder_of(self, forced: Mapping[str, str] | None, scheduler: str) -> str:
        """Return the builder of a force scheduler, and report if Buildbot has no such scheduler."""
        found = (forced or {}).get(scheduler, "")
        place = f"{API}/forceschedulers/{segment(scheduler)}"
        if found:
            self.session.reports.answered(place)
        elif forced is not None:
            self.session.reports.refused(
                f"Buildbot has no force scheduler {scheduler}: was it renamed?", place
            )
        return found

    async def force_schedulers(self) -> dict[str, str] | None:
        """Return the force schedulers by name, each with the first builder that it starts."""
        rows = await self.rows("/forceschedulers", "forceschedulers")
        if rows is None:
            return None
        return {text(each, "name"): text(each, "builder_names", 0) for each in rows}

    async def reasons_of(self, requests: Iterable[int]) -> dict[int, str] | None:
        """Return why each request was made; they never change, so each is read once."""
        wanted = dict.fromkeys(requests)
        unknown = [each for each in wanted if each not in self._reasons]
        read = await self._read_reasons(unknown) if unknown else {}
        if read is None:
            return None
        self._reasons = {each: reason for each, reason in (self._reasons | read).items() if each in wanted}
        return self._reasons

    async def _read_reasons(self, requests: Sequence[int]) -> dict[int, str] | None:
        rows = await self.rows(f"/buildrequests?{_any_of('buildrequestid', requests)}", "buildrequests")
        if rows is None:
            return None
        sets = {number(each, "buildrequestid"): number(each, "buildsetid") for each in rows}
        found = await self.rows(f"/buildsets?{_any_of('bsid', sets.values())}", "buildsets") if sets else []
        if found is None:
            return None
        reasons = {number(each, "bsid"): text(each, "reason") for each in found}
        return {request: reasons.get(buildset, "") for request, buildset in sets.items()}

    async def runs_with(self, correlation: str) -> Sequence[FoundRun] | None:
        """Search for runs by the correlation id in the reason that Shiproom wrote, oldest first.

        A rebuild by somebody has the properties of our run, but not its reason.
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
        if not sets:
            return None if sets is None else []
        rows = await self.rows(
            f"/buildrequests?{_any_of('buildsetid', (number(each, 'bsid') for each in sets))}",
            "buildrequests",
        )
        return None if rows is None else sorted({number(each, "buildrequestid") for each in rows})

    async def _run_of(self, request: int) -> FoundRun | None:
        builds = await self.builds_of(request)
        if builds is None:
            return None
        if not builds:
            return FoundRun(f"{QUEUE}{request}", url=self.request_page(request), provisional=True)
        return FoundRun(str(builds[0].id), len(builds), self.root + builds[-1].page)


def _any_of(name: str, values: Iterable[int]) -> str:
    """Return the filter for rows with any of these values ("REST API", filtering)."""
    return "&".join(f"{name}__eq={each}" for each in dict.fromkeys(values))


def ids_in(run_id: str) -> tuple[int, int]:
    """Parse a run id into a request id and a build id; one of them is 0.

    Both are 0 if it is not an id of Buildbot's.
    """
    written = run_id.removeprefix(QUEUE)
    if not is_id(written):
        return 0, 0
    return (int(written), 0) if run_id != written else (0, int(written))
