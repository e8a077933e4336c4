"""Queries to Jenkins about builds and queue items; None if it cannot be read now."""

from collections.abc import Callable
from http import HTTPStatus

from bot.ci.http.client import CiClient
from bot.ci.http.json_access import is_id, listed, number, text
from bot.ci.http.response import CiResponse
from bot.ci.jenkins.causes import is_repeated
from bot.ci.jenkins.runs import BUILD, ITEM, QUEUED, carries, job_path
from handlers.reports import FoundRun

_PAGE = 100
_PAGES = 3


class JenkinsQueries:
    """Queries to one Jenkins, whose start page is at `root`."""

    def __init__(self, client: CiClient, root: str) -> None:
        self._client = client
        self._root = root

    async def job(self, workflow: str, tree: str) -> CiResponse | None:
        """Read a job; None without a name."""
        path = job_path(workflow)
        answer = await self._client.read(f"{path}/api/json", params={"tree": tree}) if path else None
        if answer is not None and answer.status == HTTPStatus.NOT_FOUND:
            words = (
                f"Jenkins shows no job {workflow} to the user (404): was it renamed, or access taken away?"
            )
            self._client.reports.refused(words, path)
        return answer

    async def builds(self, workflow: str, first: int, count: int) -> list[object] | None:
        """List builds, newest first; `builds` would return the newest hundred only."""
        answer = await self.job(workflow, f"allBuilds[{BUILD}]{{{first},{first + count}}}")
        if answer is None or not answer.ok:
            return None
        return [each for each in listed(answer.json, "allBuilds") if is_id(text(each, "number"))]

    async def matching_builds(self, workflow: str, fits: Callable[[object], bool]) -> list[object] | None:
        """Search builds, newest first, as far back as any could have begun since a start."""
        for page in range(_PAGES):
            builds = await self.builds(workflow, page * _PAGE, _PAGE)
            if builds is None:
                return None
            found = [each for each in builds if fits(each)]
            if found or len(builds) < _PAGE:
                return found
        return []

    async def item(self, item: int) -> CiResponse | None:
        """Read a queue item."""
        return await self._client.read(f"/queue/item/{item}/api/json", params={"tree": ITEM})

    async def build_of_item(self, workflow: str, correlation: str, item: int) -> list[object] | None:
        """Search for the build of a queue item that Jenkins has forgotten."""
        return await self.matching_builds(
            workflow, lambda build: number(build, "queueId") == item or _is_ours(build, correlation)
        )

    async def runs_with(self, workflow: str, correlation: str) -> list[FoundRun] | None:
        """Search the queue, then the builds: in this order nothing that moves is missed."""
        queue = await self._client.read("/queue/api/json", params={"tree": f"items[{ITEM}]"})
        builds = await self.matching_builds(workflow, lambda build: _is_ours(build, correlation))
        if queue is None or not queue.ok or builds is None:
            return None
        left = {number(build, "queueId") for build in builds}
        page = f"{self._root}{job_path(workflow)}/"
        items = [
            FoundRun(f"{QUEUED}{text(item, 'id')}", 1, page, provisional=True)
            for item in listed(queue.json, "items")
            if _is_ours(item, correlation) and number(item, "id") not in left
        ]
        return [FoundRun(text(each, "number"), 1, text(each, "url")) for each in reversed(builds)] + items


def _is_ours(item: object, correlation: str) -> bool:
    """Return whether it was started for a correlation id; what repeats a build has a copy of its id."""
    return carries(item, correlation) and not is_repeated(item)
