"""The `gitlab` CI: pipelines of gitlab.com or of a self-managed GitLab, started with inputs (GitLab 18.1).

The pipeline declares the inputs under `spec:inputs` as texts, and its `workflow:name` holds the correlation id. The name
`name: "shiproom $[[ inputs.shiproom_correlation_id ]]"` is found by one exact query, any other name that holds the id by
a search of the newest pipelines. `workflow` of a `deploy` names the job that deploys, so a retry of that job counts.

Sources: GitLab's docs, "Pipelines API", "Jobs API", "Deployments API", "Repositories API", "ID token authentication".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from bot.ci.gitlab import hook, runs
from bot.ci.gitlab.addresses import API, branch_of, issuer_of, project, root_of
from bot.ci.gitlab.check import CheckContext, problems_in
from bot.ci.http.client import CiClient, Peer, RequestBody
from bot.ci.http.json_access import is_id, listed, number, part, text
from bot.ci.http.response import CiResponse
from bot.ci.http.start_result import start_result
from bot.ci.inputs import inputs_of
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import (
    Accepted,
    Admission,
    Hint,
    ListedBuild,
    ListedRun,
    Refused,
    RunStatus,
    Source,
    StartRequest,
    StartResult,
    Target,
    TemporarilyUnavailableError,
    UnauthenticatedError,
    Unclear,
)
from bot.redaction import redactor
from handlers.facts import Capabilities
from handlers.lineage import Comparison
from handlers.plan import BuildSource, Connection
from handlers.reports import FoundRun

NAME = "shiproom "
"""What stands before the correlation id in the `workflow:name` that we recommend."""

_SOURCES = frozenset({"push", "web", "trigger", "schedule", "api", "pipeline"})
"""Pipeline sources that run on branches ("Job rules", CI_PIPELINE_SOURCE)."""

_PAGE = 100
_PAGES = 3
_LISTED = 30
_BUILDS = 20


class GitLab(Provider):
    """A connection to one GitLab."""

    capabilities = Capabilities(
        authoritative_search=False, grace=120, cancel=True, lists_runs=True, lists_builds=True, compares=True
    )
    """A request that timed out may still be carried out within GitLab's own time limit of 60 s for it."""

    def __init__(self, connection: Connection, context: ProviderContext) -> None:
        settings = connection.settings
        token = text(settings, "token")
        self.name = connection.name
        self.poll = float(text(settings, "poll") or 15)
        self._secret = text(settings, "webhook_secret")
        self._redact = redactor({token, self._secret, *context.secrets} - {""})
        root = root_of(text(settings, "url"))
        headers = {"PRIVATE-TOKEN": token}
        self._client = CiClient(Peer(self.name, root + API, headers, self._redact), context.clock)
        self._issuer = issuer_of(text(settings, "oidc_issuer") or root, context.clock)

    async def start(self, request: StartRequest) -> StartResult:
        """Create the pipeline."""
        target = request.target
        if not target.repository:
            return Refused(transient=False, detail="the service has no `repository` in the policy")
        body = RequestBody(json={"ref": branch_of(target), "inputs": inputs_of(request)})
        path = f"{project(target.repository)}/pipeline"
        sent = await self._client.send("POST", path, body=body, not_after=request.not_after)
        reason = runs.error_message_in(sent.json) if isinstance(sent, CiResponse) else ""
        refused = start_result(sent, self._redact(reason))
        if refused is not None or not isinstance(sent, CiResponse):
            return refused or Refused(transient=True, detail="")
        if not is_id(text(sent.json, "id")):
            return Unclear(f"HTTP {sent.status}: it names no pipeline")
        return Accepted(text(sent.json, "id"), text(sent.json, "web_url"))

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Query the recommended name, then search the newest pipelines that the API started."""
        word = re.compile(rf"(?<![0-9a-zA-Z]){re.escape(correlation)}(?![0-9a-zA-Z])")
        queries = [{"name": NAME + correlation}]
        queries += [{"source": "api", "page": str(page)} for page in range(1, _PAGES + 1)]
        named: list[object] = []
        for wanted in queries:
            page_items = await self._pipelines(target.repository, **wanted)
            if page_items is None:
                return None
            named = [each for each in page_items if word.search(text(each, "name"))]
            if named or ("page" in wanted and len(page_items) < _PAGE):
                break
        found = [FoundRun(text(each, "id"), 1, text(each, "web_url")) for each in named]
        return sorted(found, key=lambda run: int(run.id))

    async def _pipelines(self, repository: str, **wanted: str) -> list[object] | None:
        params = {"per_page": str(_PAGE), "order_by": "id", "sort": "desc"} | wanted
        answer = await self._client.read(f"{project(repository)}/pipelines", params=params)
        if answer is None or not answer.ok:
            return None
        return [each for each in listed(answer.json) if is_id(text(each, "id"))]

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read the jobs of a pipeline; each of them includes the pipeline's status."""
        del correlation
        if not is_id(run_id):
            return RunStatus("vanished", detail="there is no such pipeline")
        jobs = await self._jobs(target, run_id)
        if jobs is None or not jobs:
            return await self._childless(target, run_id)
        found = runs.status_of(part(jobs, 0, "pipeline"), jobs, target.deploy.workflow)
        return replace(found, detail=self._redact(found.detail))

    async def _childless(self, target: Target, run_id: str) -> RunStatus | None:
        """Read a pipeline without jobs: it may have only trigger jobs, or be gone."""
        answer = await self._client.read(f"{project(target.repository)}/pipelines/{run_id}")
        if answer is not None and answer.ok and text(answer.json, "status"):
            return runs.status_of(answer.json, (), target.deploy.workflow)
        if answer is None or answer.status != HTTPStatus.NOT_FOUND:
            return None
        found_project = await self._client.read(project(target.repository))
        gone = found_project is not None and found_project.ok
        return RunStatus("vanished", detail="GitLab does not know this pipeline") if gone else None

    async def _jobs(self, target: Target, run_id: str) -> list[object] | None:
        """List the jobs of a pipeline, newest first; None if they cannot all be read."""
        jobs: list[object] = []
        path = f"{project(target.repository)}/pipelines/{run_id}/jobs"
        for page in range(1, _PAGES + 1):
            params = {"include_retried": "true", "per_page": str(_PAGE), "page": str(page)}
            answer = await self._client.read(path, params=params)
            if answer is None or not answer.ok:
                return None
            jobs += (more := listed(answer.json))
            if len(more) < _PAGE:
                break
        return jobs

    async def cancel(self, target: Target, correlation: str, run_id: str) -> bool:
        """Cancel all jobs of a pipeline; GitLab accepts that even if none is left."""
        del correlation
        if not is_id(run_id):
            return True
        sent = await self._client.send("POST", f"{project(target.repository)}/pipelines/{run_id}/cancel")
        return isinstance(sent, CiResponse) and (sent.ok or sent.status == HTTPStatus.NOT_FOUND)

    async def recent(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest deployments, of the deploying job if it is named, and our own pipelines."""
        params = {"per_page": str(_PAGE), "order_by": "id", "sort": "desc"}
        answer = await self._client.read(f"{project(target.repository)}/deployments", params=params)
        pipelines = await self._pipelines(target.repository, source="api")
        if answer is None or pipelines is None:
            return None
        ours = {run.id: run for run in map(runs.listed_pipeline, pipelines) if run.correlation}
        deployed = runs.listed_deployments(listed(answer.json), target.deploy.workflow)
        named = [replace(run, correlation=ours.pop(run.id, run).correlation) for run in deployed]
        return sorted([*named, *ours.values()], key=lambda run: int(run.id), reverse=True)[:_LISTED]

    async def builds(self, repository: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the pipelines that succeeded; `workflow` is their name, or their source, like `push`."""
        which = {"source" if source.workflow in _SOURCES else "name": source.workflow}
        params = {"ref": source.branch, "status": "success", "per_page": str(_BUILDS)}
        pipelines = await self._pipelines(repository, **params, **which)
        return None if pipelines is None else [runs.listed_build(each) for each in pipelines]

    async def compare(self, repository: str, old: str, new: str) -> Comparison | None:
        """List the commits between two, newest first."""
        path = f"{project(repository)}/repository/compare"
        answer = await self._client.read(path, params={"from": old, "to": new})
        if answer is None or not isinstance(part(answer.json, "commits"), list):
            return None
        return Comparison(None, tuple(runs.changes_of(answer.json)))

    @property
    def has_webhook(self) -> bool:
        """Whether a webhook secret is set."""
        return bool(self._secret)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Verify and read a webhook. Raises UnauthenticatedError."""
        hook.verify(self._secret, headers, body, now)
        return hook.hint_in(body)

    @property
    def takes_tokens(self) -> bool:
        """Whether its tokens can be verified: only over https, or on this machine."""
        return self._issuer is not None

    async def admit(self, target: Target, token: str) -> Admission:
        """Check an ID token: of this project and branch, of a pipeline that the API started, of a job that is no retry.

        Raises UnauthenticatedError or TemporarilyUnavailableError.
        """
        if self._issuer is None:
            raise UnauthenticatedError("no issuer's tokens are accepted")
        claims = dict(await self._issuer.claims(token))
        own = text(claims, "project_id" if is_id(target.repository) else "project_path")
        wanted = {"ref": branch_of(target), "ref_type": "branch", "pipeline_source": "api"}
        if own != target.repository or any(text(claims, key) != value for key, value in wanted.items()):
            raise UnauthenticatedError("the token is of another project or branch")
        run_id, job_id = text(claims, "pipeline_id"), text(claims, "job_id")
        if not is_id(run_id) or not is_id(job_id):
            raise UnauthenticatedError("the token names no pipeline")
        return Admission(run_id, await self._attempt(target, run_id, job_id))

    async def _attempt(self, target: Target, run_id: str, job_id: str) -> int:
        jobs = await self._jobs(target, run_id)
        job = next((each for each in jobs or () if text(each, "id") == job_id), None)
        if jobs is None or job is None:
            raise TemporarilyUnavailableError("the pipeline's jobs cannot be read")
        deploying = target.deploy.workflow
        if deploying and text(job, "name") != deploying:
            raise UnauthenticatedError("the token is of another job")
        if not deploying and not runs.is_first(job, jobs):
            raise UnauthenticatedError("the job is a retry")
        return runs.attempt_of((each for each in jobs if number(each, "id") <= int(job_id)), deploying)

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Return what the token, the projects and their pipelines lack."""
        context = CheckContext(self._client, tokens=self.takes_tokens)
        return [self._redact(problem) for problem in await problems_in(context, targets, sources)]

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()
        if self._issuer is not None:
            await self._issuer.close()


def connect(connection: Connection, context: ProviderContext) -> GitLab:
    """Connect a GitLab. `url` is its address, `token` one with the scope `api`, `oidc_issuer` the issuer of its ID tokens."""
    return GitLab(connection, context)
