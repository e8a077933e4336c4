"""The `jenkins` CI: parameterized jobs, spoken to with a user's API token, which needs no crumb.

`workflow` is the full name of a job, with its folders. The job declares `shiproom_sha` and `shiproom_correlation_id` as
parameters: Jenkins drops what is not declared, and folds starts with equal parameters into one, which the id prevents. A
start gives a queue item, known here as `queue/17` until a build has come of it; a build is known by its number. Jenkins
forgets a queue item five minutes after it has left the queue; then the build is searched by it, and by the correlation id.

Sources: "Remote Access API" of Jenkins's docs and of each Jenkins (`/api`), and its code (`ParameterizedJobMixIn`, `Queue`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

import aiohttp

from bot.ci.provider import Provider, Surroundings
from bot.ci_api import jenkins_hook, jenkins_runs
from bot.ci_api.answer import Answer
from bot.ci_api.client import Body, CiClient, Peer
from bot.ci_api.inputs import inputs_of
from bot.ci_api.jenkins_check import faults_in
from bot.ci_api.jenkins_runs import BUILD, ITEM, WAITING, carries, job_path
from bot.ci_api.parts import is_id, listed, number, part, text
from bot.ci_api.run import (
    Accepted,
    Hint,
    Refused,
    RunStatus,
    SeenBuild,
    SeenRun,
    Source,
    StartAnswer,
    StartRequest,
    Target,
    Unclear,
)
from bot.ci_api.starting import start_answer
from bot.redaction import redactor
from handlers.facts import Capabilities
from handlers.plan import BuildSource, Connection
from handlers.reports import FoundRun

KIND = "jenkins"

_ITEM = re.compile(r"/queue/item/([0-9]{1,18})/?\Z")
_PAGE = 100
_PAGES = 3
_LISTED = 30
_BUILDS = 20


class Jenkins(Provider):
    """A connection to one Jenkins."""

    capabilities = Capabilities(
        authoritative_search=False, grace=60, cancel=True, lists_runs=True, lists_builds=True
    )
    """A request that timed out is carried out as soon as Jenkins gets to it, which may be after a long pause of its own."""

    def __init__(self, connection: Connection, around: Surroundings) -> None:
        settings = connection.settings
        token = text(settings, "token")
        basic = aiohttp.encode_basic_auth(text(settings, "user"), token)
        self.name = connection.name
        self.poll = float(text(settings, "poll") or 15)
        self._root = text(settings, "url").rstrip("/")
        self._secret = text(settings, "webhook_secret")
        secrets = {token, basic.removeprefix("Basic "), self._secret, *around.secrets} - {""}
        self._redact = redactor(secrets)
        self._client = CiClient(
            Peer(self.name, self._root, {"Authorization": basic}, self._redact), around.clock
        )

    async def start(self, request: StartRequest) -> StartAnswer:
        """Put a build of the job into the queue."""
        path = job_path(request.deploy.workflow)
        if not path:
            return Refused(transient=False, detail="the step has no `workflow` in the policy")
        sent = await self._client.send(
            "POST",
            f"{path}/buildWithParameters",
            body=Body(form=inputs_of(request)),
            not_after=request.not_after,
        )
        if isinstance(sent, Answer) and sent.status == HTTPStatus.CONFLICT and sent.header("X-Jenkins"):
            return Refused(transient=False, detail="HTTP 409: the job is disabled")
        refused = start_answer(sent)
        if refused is not None or not isinstance(sent, Answer):
            return refused or Refused(transient=True, detail="")
        item = _ITEM.search(sent.header("Location"))
        if item is None:
            return Unclear(f"HTTP {sent.status}: it names no place in a queue of Jenkins")
        return Accepted(f"{WAITING}{item[1]}", f"{self._root}{path}/", provisional=True)

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Look into the queue first and through the builds then, so that what moves on between the two is not missed."""
        waiting = await self._client.read("/queue/api/json", params={"tree": f"items[{ITEM}]"})
        builds = await self._found(target, lambda build: carries(build, correlation))
        if waiting is None or not waiting.ok or builds is None:
            return None
        left = {number(build, "queueId") for build in builds}
        page = f"{self._root}{job_path(target.deploy.workflow)}/"
        items = [
            FoundRun(f"{WAITING}{text(item, 'id')}", 1, page, provisional=True)
            for item in listed(waiting.json, "items")
            if carries(item, correlation) and number(item, "id") not in left
        ]
        return [FoundRun(text(each, "number"), 1, text(each, "url")) for each in reversed(builds)] + items

    async def _found(self, target: Target, fits: Callable[[object], bool]) -> list[object] | None:
        """Look for builds, newest first, through as many as could have begun since a start."""
        for page in range(_PAGES):
            builds = await self._builds(target.deploy.workflow, page * _PAGE, _PAGE)
            if builds is None:
                return None
            found = [each for each in builds if fits(each)]
            if found or len(builds) < _PAGE:
                return found
        return []

    async def _builds(self, workflow: str, first: int, count: int) -> list[object] | None:
        """List builds, newest first. `builds` would end at the newest hundred by itself."""
        tree = f"allBuilds[{BUILD}]{{{first},{first + count}}}"
        path = job_path(workflow)
        answer = await self._client.read(f"{path}/api/json", params={"tree": tree}) if path else None
        if answer is None or not answer.ok:
            return None
        return [each for each in listed(answer.json, "allBuilds") if is_id(text(each, "number"))]

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a build, or the queue item that it has yet to come of."""
        if run_id.startswith(WAITING) and is_id(run_id.removeprefix(WAITING)):
            return await self._waiting(target, correlation, int(run_id.removeprefix(WAITING)))
        if not is_id(run_id):
            return RunStatus("vanished", detail="there is no such build")
        path = job_path(target.deploy.workflow)
        answer = await self._client.read(f"{path}/{run_id}/api/json", params={"tree": BUILD})
        if answer is None:
            return None
        if not answer.ok:
            return await self._gone(target) if answer.status == HTTPStatus.NOT_FOUND else None
        found = jenkins_runs.status_of(answer.json)
        if found.state == "failed":
            stage = await self._client.read(f"{path}/{run_id}/wfapi/describe")
            detail = jenkins_runs.failed_stage(stage.json) if stage is not None and stage.ok else ""
            found = replace(found, detail=self._redact(detail or found.detail))
        return found

    async def _gone(self, target: Target) -> RunStatus | None:
        """Jenkins says 404 also of what a user may not see: only where the job is there, the build is gone."""
        job = await self._client.read(f"{job_path(target.deploy.workflow)}/api/json", params={"tree": "name"})
        return RunStatus("vanished", detail="Jenkins knows no such build") if job and job.ok else None

    async def _waiting(self, target: Target, correlation: str, item: int) -> RunStatus | None:
        answer = await self._client.read(f"/queue/item/{item}/api/json", params={"tree": ITEM})
        if answer is None:
            return None
        if answer.ok:
            if is_id(text(answer.json, "executable", "number")):
                return await self._begun(target, correlation, part(answer.json, "executable"))
            if part(answer.json, "cancelled") is True:
                return RunStatus("cancelled", detail="it was taken out of Jenkins's queue")
            return RunStatus("running")
        return await self._left(target, correlation, item) if answer.status == HTTPStatus.NOT_FOUND else None

    async def _begun(self, target: Target, correlation: str, build: object) -> RunStatus:
        """Read the build that has come of a queue item; that it has is known also where it cannot be read now."""
        found = await self.status(target, correlation, text(build, "number"))
        return replace(found or RunStatus("running", url=text(build, "url")), id=text(build, "number"))

    async def _left(self, target: Target, correlation: str, item: int) -> RunStatus | None:
        """Search for the build of a queue item that Jenkins has forgotten."""
        builds = await self._found(
            target, lambda build: number(build, "queueId") == item or carries(build, correlation)
        )
        if builds is None:
            return None
        if builds:
            return await self._begun(target, correlation, builds[-1])
        found = await self.find(target, correlation)
        if found is None:
            return None
        detail = "Jenkins has neither the queue item nor a build of it"
        return RunStatus("running") if found else RunStatus("vanished", detail=detail)

    async def cancel(self, target: Target, correlation: str, run_id: str) -> bool:
        """Stop a build, or take its queue item out of the queue."""
        if run_id.startswith(WAITING) and is_id(run_id.removeprefix(WAITING)):
            return await self._cancel_waiting(target, correlation, int(run_id.removeprefix(WAITING)))
        if not is_id(run_id):
            return True
        sent = await self._client.send("POST", f"{job_path(target.deploy.workflow)}/{run_id}/stop")
        return isinstance(sent, Answer) and _taken(sent)

    async def _cancel_waiting(self, target: Target, correlation: str, item: int) -> bool:
        """Cancel the item; where it was too late for that, stop the build that has come of it."""
        await self._client.send("POST", f"/queue/cancelItem?id={item}")
        status = await self._waiting(target, correlation, item)
        if status is None:
            return False
        return await self.cancel(target, correlation, status.id) if status.id else status.state != "running"

    async def recent(self, target: Target) -> Sequence[SeenRun] | None:
        """List the newest builds of the job that deploys."""
        builds = await self._builds(target.deploy.workflow, 0, _LISTED)
        return None if builds is None else [jenkins_runs.seen_run(each) for each in builds]

    async def builds(self, repository: str, source: BuildSource) -> Sequence[SeenBuild] | None:
        """List the newest builds of the job that succeeded on the branch."""
        builds = await self._builds(source.workflow, 0, _PAGE)
        if builds is None:
            return None
        return jenkins_runs.seen_builds(builds, repository, source.branch)[:_BUILDS]

    @property
    def hears(self) -> bool:
        """Whether there is a secret."""
        return bool(self._secret)

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Check and read a webhook. Raises ForgedError."""
        del now
        jenkins_hook.verify(self._secret, headers, body)
        return jenkins_hook.hint_in(body)

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Say what the token and the jobs lack."""
        return [self._redact(fault) for fault in await faults_in(self._client, targets, sources)]

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()


def _taken(sent: Answer) -> bool:
    """Jenkins answers with a redirect to a page where it has done as it was told; what is gone needs no stopping."""
    return sent.status < HTTPStatus.BAD_REQUEST or sent.status == HTTPStatus.NOT_FOUND


def connect(connection: Connection, around: Surroundings) -> Jenkins:
    """Connect a Jenkins. `url` is its start page, `user` and `token` a user and an API token of theirs."""
    return Jenkins(connection, around)
