"""The `jenkins` CI: parameterized jobs, called with a user's API token, which needs no crumb.

`workflow` is the full name of a job, with its folders. The job declares `shiproom_sha` and `shiproom_correlation_id` as
parameters: Jenkins drops undeclared ones, and merges starts with equal parameters into one, which the id prevents. A start
returns a queue item, known here as `queue/17` until it becomes a build; a build is known by its number. Jenkins forgets a
queue item five minutes after it has left the queue; then its build is searched by item number and by correlation id.

Sources: "Remote Access API" of Jenkins's docs and of each Jenkins (`/api`), and its code (`ParameterizedJobMixIn`, `Queue`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

import aiohttp

from bot.ci.http.client import CiClient, Peer, RequestBody
from bot.ci.http.json_access import is_id, part, text
from bot.ci.http.response import CiResponse
from bot.ci.inputs import inputs_of
from bot.ci.jenkins import builds, hook, runs
from bot.ci.jenkins.check import problems_in
from bot.ci.jenkins.queries import JenkinsQueries
from bot.ci.jenkins.recent import listed_run
from bot.ci.jenkins.runs import BUILD, QUEUED, job_path
from bot.ci.jenkins.starting import result_of, stop_result_of
from bot.ci.provider import Provider, ProviderContext
from bot.ci.run import (
    STOP_ASKED,
    STOP_LATER,
    Accepted,
    Hint,
    ListedBuild,
    ListedRun,
    Refused,
    RunStatus,
    Source,
    StartRequest,
    StartResult,
    State,
    StopAnswer,
    Target,
)
from bot.redaction import redactor
from handlers.facts import Capabilities
from handlers.plan import BuildSource
from handlers.policy import Connection
from handlers.reports import UNDER_WAY, FoundRun

_LISTED = 30


class Jenkins(Provider):
    """A connection to one Jenkins."""

    product = "Jenkins"
    capabilities = Capabilities(
        authoritative_search=False, grace=60, cancel=True, lists_runs=True, lists_builds=True
    )
    """A request that timed out is carried out once Jenkins gets to it, possibly after a long pause of its own."""

    def __init__(self, connection: Connection, context: ProviderContext) -> None:
        settings = connection.settings
        token = text(settings, "token")
        self._user = text(settings, "user")
        self._unstable: State = "succeeded" if text(settings, "unstable") == "succeeded" else "failed"
        basic = aiohttp.encode_basic_auth(self._user, token)
        self.name = connection.name
        self.poll = float(text(settings, "poll") or 15)
        self._root = text(settings, "url").rstrip("/")
        self._secret = text(settings, "webhook_secret")
        secrets = {token, basic.removeprefix("Basic "), self._secret, *context.secrets} - {""}
        self._redact = redactor(secrets)
        words = "the user or the token"
        peer = Peer(
            self.name,
            self._root,
            {"Authorization": basic},
            self._redact,
            product=self.product,
            credentials=words,
        )
        self._client = CiClient(peer, context.clock, context.health)
        self._queries = JenkinsQueries(self._client, self._root)

    async def start(self, request: StartRequest) -> StartResult:
        """Put a build of the job into the queue."""
        path = job_path(request.deploy.workflow)
        if not path:
            return Refused(transient=False, detail="the step has no `workflow` in the policy")
        sent = await self._client.send(
            "POST",
            f"{path}/buildWithParameters",
            body=RequestBody(form=inputs_of(request)),
            not_after=request.not_after,
        )
        found = result_of(sent, f"{self._root}{path}/")
        return found if isinstance(found, Accepted) else replace(found, detail=self._redact(found.detail))

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search the queue and the builds."""
        return await self._queries.runs_with(target.deploy.workflow, correlation)

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a build, or a queue item that has not become one yet."""
        if run_id.startswith(QUEUED) and is_id(run_id.removeprefix(QUEUED)):
            return await self._queued_status(target, correlation, int(run_id.removeprefix(QUEUED)))
        if not is_id(run_id):
            return RunStatus("vanished", detail="there is no such build")
        path = job_path(target.deploy.workflow)
        answer = await self._client.read(f"{path}/{run_id}/api/json", params={"tree": BUILD})
        if answer is None:
            return None
        if not answer.ok:
            return await self._missing_build(target) if answer.status == HTTPStatus.NOT_FOUND else None
        found = await self._explained(f"{path}/{run_id}", answer.json)
        return replace(found, detail=self._redact(found.detail))

    async def _explained(self, path: str, build: object) -> RunStatus:
        """Read a build, and which stages failed or what it waits for, if it is a pipeline's."""
        found, kind = runs.status_of(build, self._unstable), text(build, "_class")
        is_pipeline = not kind or kind.endswith("WorkflowRun")
        if not is_pipeline or found.state not in {"failed", "running"}:
            return found
        described = await self._client.read(f"{path}/wfapi/describe", optional=True)
        stages = described.json if described is not None and described.ok else None
        if found.state == "failed":
            return replace(found, detail=runs.failed_stage(stages) or found.detail)
        if not runs.is_paused(stages):
            return found
        asked = await self._client.read(f"{path}/wfapi/pendingInputActions", optional=True)
        return runs.waiting(found, asked.json if asked is not None and asked.ok else None)

    async def _missing_build(self, target: Target) -> RunStatus | None:
        """Handle a 404, which Jenkins also returns for what a user may not see: the build is gone only if the job is there."""
        job = await self._queries.job(target.deploy.workflow, "name")
        return RunStatus("vanished", detail="Jenkins does not know this build") if job and job.ok else None

    async def _queued_status(self, target: Target, correlation: str, item: int) -> RunStatus | None:
        answer = await self._queries.item(item)
        if answer is None:
            return None
        if answer.ok:
            if is_id(text(answer.json, "executable", "number")):
                return await self._started_build(target, correlation, part(answer.json, "executable"))
            if part(answer.json, "cancelled") is True:
                return RunStatus("cancelled", detail="it was taken out of Jenkins's queue")
            return RunStatus("queued")
        return (
            await self._dequeued_build(target, correlation, item)
            if answer.status == HTTPStatus.NOT_FOUND
            else None
        )

    async def _started_build(self, target: Target, correlation: str, build: object) -> RunStatus:
        """Read the build of a queue item; that it exists is known even if it cannot be read now."""
        found = await self.status(target, correlation, text(build, "number"))
        return replace(found or RunStatus("running", url=text(build, "url")), id=text(build, "number"))

    async def _dequeued_build(self, target: Target, correlation: str, item: int) -> RunStatus | None:
        """Search for the build of a queue item that Jenkins has forgotten."""
        builds = await self._queries.build_of_item(target.deploy.workflow, correlation, item)
        if builds is None:
            return None
        if builds:
            return await self._started_build(target, correlation, builds[-1])
        found = await self.find(target, correlation)
        if found is None:
            return None
        detail = "Jenkins has neither the queue item nor a build of it"
        return RunStatus("queued") if found else RunStatus("vanished", detail=detail)

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Stop a build, or remove its item from the queue."""
        if run_id.startswith(QUEUED) and is_id(run_id.removeprefix(QUEUED)):
            return await self._cancel_queued(target, correlation, int(run_id.removeprefix(QUEUED)))
        if not is_id(run_id):
            return STOP_ASKED
        sent = await self._client.send("POST", f"{job_path(target.deploy.workflow)}/{run_id}/stop")
        if isinstance(sent, CiResponse) and sent.status == HTTPStatus.NOT_FOUND:
            status = await self.status(target, correlation, run_id)
            if status is not None and status.state not in UNDER_WAY:
                return STOP_ASKED
        return stop_result_of(sent, self._redact)

    async def _cancel_queued(self, target: Target, correlation: str, item: int) -> StopAnswer:
        """Cancel the item; if it is too late for that, stop its build."""
        sent = await self._client.send("POST", f"/queue/cancelItem?id={item}")
        status = await self._queued_status(target, correlation, item)
        if status is not None and status.id:
            return await self.cancel(target, correlation, status.id)
        if status is not None and status.state not in UNDER_WAY:
            return STOP_ASKED
        refused = stop_result_of(sent, self._redact)
        return refused if refused.final else STOP_LATER

    async def recent(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest builds of the job that deploys."""
        builds = await self._queries.builds(target.deploy.workflow, 0, _LISTED)
        if builds is None:
            return None
        return [listed_run(each, target, self._user, self._unstable) for each in builds]

    async def builds(self, repository: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the newest builds of the job that succeeded on the watched branches."""
        answer = await self._queries.job(source.workflow, builds.TREE)
        if answer is None or not answer.ok:
            return None
        return builds.listed_builds(answer.json, repository, source, self._unstable)

    @property
    def has_webhook(self) -> bool:
        """Whether a webhook secret is set."""
        return bool(self._secret)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Verify and read a webhook. Raises UnauthenticatedError."""
        del now
        hook.verify(self._secret, headers, body)
        return hook.hint_in(body)

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Return what the token and the jobs lack."""
        return [self._redact(problem) for problem in await problems_in(self._client, targets, sources)]

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()


def connect(connection: Connection, context: ProviderContext) -> Jenkins:
    """Connect a Jenkins. `url` is its start page, `user` and `token` a user and an API token of theirs."""
    return Jenkins(connection, context)
