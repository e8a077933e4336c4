"""Queries to GitLab about pipelines and jobs; None if it cannot be read now.

Sources: GitLab's docs, "Pipelines API", "Jobs API", "Deployments API".
"""

from http import HTTPStatus

from bot.ci.gitlab.addresses import project
from bot.ci.gitlab.states import deploys
from bot.ci.http.client import CiClient
from bot.ci.http.json_access import is_id, listed, text

PAGE = 100
PAGES = 3


class GitLabQueries:
    """Queries to one GitLab.

    `numbers` are the projects that the policy writes as numbers.
    """

    def __init__(self, client: CiClient) -> None:
        self.client = client
        self.numbers: set[str] = set()

    async def pipelines(self, repository: str, **wanted: str) -> list[object] | None:
        """List pipelines, newest first; child pipelines are not among them."""
        if is_id(repository):
            self.numbers.add(repository)
        params = {"per_page": str(PAGE), "order_by": "id", "sort": "desc"} | wanted
        answer = await self.client.read(f"{project(repository)}/pipelines", params=params)
        if answer is not None and answer.status == HTTPStatus.NOT_FOUND:
            self._report_missing(repository)
        if answer is None or not answer.ok:
            return None
        return [each for each in listed(answer.json) if is_id(text(each, "id"))]

    async def jobs(self, repository: str, run_id: str, deploying: str = "") -> list[object] | None:
        """List the jobs of a pipeline, newest first; None if they cannot all be read.

        The list leaves out jobs that start other pipelines, so those are added if `deploying` is none of the others.
        """
        jobs = await self._plain_jobs(repository, run_id)
        if not jobs or not deploying or any(deploys(job, deploying) for job in jobs):
            return jobs
        more = await self.trigger_jobs(repository, run_id)
        return None if more is None else [*jobs, *more]

    async def _plain_jobs(self, repository: str, run_id: str) -> list[object] | None:
        jobs: list[object] = []
        path = f"{project(repository)}/pipelines/{run_id}/jobs"
        for page in range(1, PAGES + 1):
            params = {"include_retried": "true", "per_page": str(PAGE), "page": str(page)}
            answer = await self.client.read(path, params=params)
            if answer is None or not answer.ok:
                return None
            jobs += (more := listed(answer.json))
            if len(more) < PAGE:
                break
        return jobs

    async def trigger_jobs(self, repository: str, run_id: str) -> list[object] | None:
        """List the jobs of a pipeline that start other pipelines."""
        path = f"{project(repository)}/pipelines/{run_id}/bridges"
        answer = await self.client.read(path, params={"per_page": str(PAGE)}, optional=True)
        return None if answer is None else listed(answer.json)

    async def deployments(self, repository: str, **wanted: str) -> list[object] | None:
        """List deployments, newest first; none if this token may not see them."""
        params = {"per_page": str(PAGE), "order_by": "id", "sort": "desc"} | wanted
        answer = await self.client.read(f"{project(repository)}/deployments", params=params, optional=True)
        return None if answer is None else listed(answer.json)

    async def pipeline(self, repository: str, run_id: str) -> object | None:
        """Read a pipeline; an empty mapping if GitLab knows the project, but not the pipeline."""
        answer = await self.client.read(f"{project(repository)}/pipelines/{run_id}")
        if answer is not None and answer.ok and text(answer.json, "status"):
            return answer.json
        if answer is None or answer.status != HTTPStatus.NOT_FOUND:
            return None
        found_project = await self.client.read(project(repository))
        if found_project is not None and found_project.status == HTTPStatus.NOT_FOUND:
            self._report_missing(repository)
        return {} if found_project is not None and found_project.ok else None

    def _report_missing(self, repository: str) -> None:
        """Report that a project is not there, or not for this token: GitLab answers both with 404."""
        words = (
            f"GitLab shows no project {repository} to the token (404): was it moved, or access taken away?"
        )
        self.client.reports.refused(words, project(repository))
