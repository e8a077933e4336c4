"""The `gitlab` CI: pipelines of gitlab.com or of a self-managed GitLab, started with inputs (GitLab 18.1).

The pipeline declares the inputs under `spec:inputs` as texts, and its `workflow:name` holds the correlation id. The name
`name: "shiproom $[[ inputs.shiproom_correlation_id ]]"` is found by one exact query, any other name that holds the id by
a search of the newest pipelines. `workflow` of a `deploy` names the job that deploys: the run is as that job is.

Sources: GitLab's docs, "Pipelines API", "Jobs API", "Deployments API", "ID token authentication".
"""

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from bot.ci.gitlab import hook, runs
from bot.ci.gitlab.addresses import API, branch_of, issuer_of, project, root_of
from bot.ci.gitlab.check import CheckContext, problems_in
from bot.ci.gitlab.claims import admission_of
from bot.ci.gitlab.comparison import Comparisons
from bot.ci.gitlab.queries import PAGE, PAGES, GitLabQueries
from bot.ci.gitlab.recent import RecentRuns
from bot.ci.gitlab.states import status_of
from bot.ci.http.client import CiClient, Peer, RequestBody
from bot.ci.http.json_access import is_id, moment, one_line, part, text
from bot.ci.http.response import CiResponse
from bot.ci.http.start_result import start_result, stop_answer
from bot.ci.inputs import inputs_of
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import (
    STOP_ASKED,
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
    StopAnswer,
    Target,
    UnauthenticatedError,
    Unclear,
)
from bot.redaction import redactor
from handlers.branches import matches_branch
from handlers.facts import Capabilities
from handlers.lineage import Comparison
from handlers.plan import BuildSource
from handlers.policy import Connection
from handlers.reports import UNDER_WAY, FoundRun

NAME = "shiproom "
"""What stands before the correlation id in the `workflow:name` that we recommend."""

_SOURCES = frozenset({"push", "web", "trigger", "schedule", "api", "pipeline"})
"""Pipeline sources that run on branches ("Job rules", CI_PIPELINE_SOURCE)."""

_BUILDS = 50
_MOST_CANCELLED = 1000


class GitLab(Provider):
    """A connection to one GitLab."""

    product = "GitLab"
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
        peer = Peer(self.name, root + API, headers, self._redact, product=self.product)
        self._client = CiClient(peer, context.clock, context.health)
        self._queries = GitLabQueries(self._client)
        self._recent = RecentRuns(self._queries)
        self._comparisons = Comparisons(self._client)
        self._cancelled: deque[str] = deque(maxlen=_MOST_CANCELLED)
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
        queries += [{"source": "api", "page": str(page)} for page in range(1, PAGES + 1)]
        named: list[object] = []
        for wanted in queries:
            page_items = await self._queries.pipelines(target.repository, **wanted)
            if page_items is None:
                return None
            ours = [each for each in page_items if text(each, "source") in {"", runs.OURS}]
            named = [each for each in ours if word.search(text(each, "name"))]
            if named or ("page" in wanted and len(page_items) < PAGE):
                break
        found = [FoundRun(text(each, "id"), 1, text(each, "web_url")) for each in named]
        return sorted(found, key=lambda run: int(run.id))

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a pipeline by its jobs; each of them includes the pipeline's status."""
        del correlation
        if not is_id(run_id):
            return RunStatus("vanished", detail="there is no such pipeline")
        deploying = target.deploy.workflow
        jobs = await self._queries.jobs(target.repository, run_id, deploying)
        pipeline = part(jobs, 0, "pipeline")
        if pipeline is None:
            pipeline = await self._queries.pipeline(target.repository, run_id)
            if pipeline is None:
                return None
            if not pipeline:
                return RunStatus("vanished", detail="GitLab does not know this pipeline")
            jobs = await self._queries.trigger_jobs(target.repository, run_id)
        found = status_of(pipeline, jobs or (), deploying)
        if found.state == "waits":
            found = await self._waiting(target, run_id, found)
        return replace(found, detail=self._redact(found.detail))

    async def _waiting(self, target: Target, run_id: str, found: RunStatus) -> RunStatus:
        """Say who has to let a pipeline go on; one that was cancelled before that deploys nothing.

        A cancel leaves jobs as they are that nobody has played ("Pipelines API", cancel a pipeline's jobs).
        """
        if run_id in self._cancelled:
            return replace(found, state="cancelled", detail="it was cancelled before anybody let it go on")
        blocked = await self._queries.deployments(target.repository, status="blocked")
        for each in blocked or ():
            if text(each, "deployable", "pipeline", "id") == run_id and text(each, "status") == "blocked":
                where = text(each, "environment", "name")
                who = one_line("somebody who approves the deployment to", where, "on GitLab")
                return replace(found, detail=who)
        return found

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Cancel all jobs of a pipeline; GitLab accepts that even if none is left."""
        if not is_id(run_id):
            return STOP_ASKED
        sent = await self._client.send("POST", f"{project(target.repository)}/pipelines/{run_id}/cancel")
        if isinstance(sent, CiResponse) and sent.status == HTTPStatus.NOT_FOUND:
            status = await self.status(target, correlation, run_id)
            if status is not None and status.state not in UNDER_WAY:
                return STOP_ASKED
        reason = runs.error_message_in(sent.json) if isinstance(sent, CiResponse) else ""
        answer = stop_answer(sent, self._redact(reason))
        if answer.asked:
            self._cancelled.append(run_id)
        return answer

    async def token_end(self) -> datetime | None:
        """Ask when the token ends: on its day, at midnight UTC ("Personal access tokens", when tokens expire)."""
        answer = await self._client.read("/personal_access_tokens/self", optional=True)
        return moment(answer.json, "expires_at") if answer is not None and answer.ok else None

    async def recent(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest deployments, of the deploying job if it is named, and pipelines that somebody started."""
        return await self._recent.list_of(target)

    async def builds(self, repository: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the pipelines that succeeded; `workflow` is their name, or their source, like `push`."""
        which = {"source" if source.workflow in _SOURCES else "name": source.workflow, "status": "success"}
        plain = [{"ref": each} for each in source.patterns if "*" not in each]
        found: dict[int, ListedBuild] = {}
        for ref in plain if len(plain) == len(source.patterns) else [*plain, {}]:
            pipelines = await self._queries.pipelines(repository, **which, **ref)
            if pipelines is None:
                return None
            built = [runs.listed_build(each) for each in pipelines if not runs.is_of_merge_request(each)]
            watched = [each for each in built if matches_branch(each.branch, source.patterns)]
            found |= {int(each.run_id): each for each in watched[:_BUILDS]}
        return [found[each] for each in sorted(found, reverse=True)]

    async def compare(self, repository: str, old: str, new: str) -> Comparison | None:
        """Compare two commits."""
        return await self._comparisons.compare(repository, old, new)

    @property
    def has_webhook(self) -> bool:
        """Whether a webhook secret is set."""
        return bool(self._secret)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Verify and read a webhook. Raises UnauthenticatedError."""
        hook.verify(self._secret, headers, body, now)
        return hook.hint_in(body, self._queries.numbers)

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
        return await admission_of(self._queries, self._issuer, target, token)

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
