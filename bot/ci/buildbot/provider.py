"""The `buildbot` CI: a force scheduler starts a deployment, a builder makes builds.

A start is answered with a build request, which waits in the queue. The first build of the request is the run. When Buildbot
loses a build with its worker or its master, it builds the same request again, and that is the run's next attempt. A request
carries the correlation id as a property and in its reason; a rebuild by somebody copies the properties and is their own run.

No search proves that nothing was started: a busy master may read a request after its sender gave up.
Source: https://docs.buildbot.net/4.3.0/developer/rest.html
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import cast

from bot import redaction
from bot.ci.buildbot.build import (
    FAILED_RESULTS,
    RETRY,
    Build,
    Origins,
    listed_builds,
    listed_runs,
    read_build,
    state_of_request,
)
from bot.ci.buildbot.check import problems_of
from bot.ci.buildbot.failure import failed_step_of
from bot.ci.buildbot.hook import hint_in
from bot.ci.buildbot.queries import QUEUE, BuildbotQueries, ids_in
from bot.ci.buildbot.session import LoginSession
from bot.ci.http.client import CiClient, Peer
from bot.ci.http.json_access import number, one_line, part, segment, text
from bot.ci.http.response import CiResponse, SendResult
from bot.ci.http.start_result import start_result, stop_answer
from bot.ci.inputs import inputs_of
from bot.ci.output import last_lines
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
    StopAnswer,
    Target,
    UnauthenticatedError,
    Unclear,
)
from handlers.facts import Capabilities
from handlers.plan import BuildSource
from handlers.policy import Connection
from handlers.reports import FoundRun

SECRET_HEADER = "x-shiproom-secret"  # noqa: S105 - the name of a header, not a secret
"""Buildbot signs nothing, but its HttpStatusPush can send a custom header."""

_MOST_RUNS, _MOST_BUILDS = 30, 50
_NEVER_STARTED = ("has no attribute 'force'", "builderNames not specified")
"""Parts of Buildbot 4's HTTP 500 if the scheduler does not exist or starts no builder (its data/forceschedulers.py)."""


class Buildbot(Provider):
    """A connection to a Buildbot."""

    product = "Buildbot"
    capabilities = Capabilities(
        authoritative_search=False, grace=60, cancel=True, lists_runs=True, lists_builds=True
    )

    def __init__(self, connection: Connection, context: ProviderContext) -> None:
        self.name = connection.name
        settings = {key: str(value) for key, value in connection.settings.items()}
        self.poll = float(settings.get("poll") or 15)
        self._root = settings.get("url", "")
        self._secret = settings.get("webhook_secret", "")
        password = settings.get("password", "")
        self._redact = redaction.redactor(filter(None, (password, self._secret, *context.secrets)))
        peer = Peer(
            self.name,
            self._root,
            redact=self._redact,
            product=self.product,
            credentials="the user or the password",
        )
        client = CiClient(peer, context.clock, context.health)
        self._user = settings.get("user", "")
        self._session = LoginSession(client, self._user, password)
        self._queries = BuildbotQueries(self._session, self._root)

    async def start(self, request: StartRequest) -> StartResult:
        """Force a build; the response names its build request."""
        what = f"{request.target.service} {request.version} to {request.target.environment}"
        params = inputs_of(request) | {"reason": f"{what} [{request.correlation}]"}
        path = f"/forceschedulers/{segment(request.deploy.workflow)}"
        sent = await self._session.control(path, "force", params, request.not_after)
        reason = self._error_text(sent)
        if any(proof in reason for proof in _NEVER_STARTED):
            return Refused(transient=False, detail=f"there is no force scheduler {request.deploy.workflow}")
        return start_result(sent, reason) or self._accepted(sent)

    def _accepted(self, sent: SendResult) -> StartResult:
        requests = _mapping(part(sent.json, "result", 1)) if isinstance(sent, CiResponse) else {}
        request = min((number(each) for each in requests.values()), default=0)
        if request <= 0:
            return Unclear("the answer names no build request")
        return Accepted(f"{QUEUE}{request}", self._queries.request_page(request), provisional=True)

    def _error_text(self, sent: SendResult) -> str:
        """Return the error in a response: a sentence, or one per field of the form."""
        error = part(sent.json, "error", "message") if isinstance(sent, CiResponse) else None
        fields = [f"{name}: {text(problem)}" for name, problem in _mapping(error).items()]
        return self._redact(one_line(text(error), *fields))

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search all build requests, queued ones included."""
        del target
        return await self._queries.runs_with(correlation)

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a build, or whatever has become of a build request."""
        del target, correlation
        request, build = ids_in(run_id)
        if request:
            return await self._status_of_request(request)
        answer = await self._session.read(f"/builds/{build}") if build else None
        if not build or (answer is not None and answer.status == HTTPStatus.NOT_FOUND):
            return RunStatus("vanished", detail="there is no such build")
        found = read_build(part(answer.json, "builds", 0)) if answer is not None else None
        if found is None or not (found.complete and found.result == RETRY):
            return None if found is None else await self._status_of([found])
        builds = await self._queries.builds_of(found.request)
        if builds is None:
            return None
        return await self._status_of([found, *(each for each in builds if each.id > found.id)])

    async def _status_of_request(self, request: int) -> RunStatus | None:
        builds = await self._queries.builds_of(request)
        if builds is None:
            return None
        if builds:
            return await self._status_of(builds)
        answer = await self._session.read(f"/buildrequests/{request}")
        if answer is None or answer.status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
            return None
        if answer.status == HTTPStatus.NOT_FOUND:
            return RunStatus("vanished", detail="there is no such build request")
        state = state_of_request(part(answer.json, "buildrequests", 0))
        return RunStatus(state, url=self._queries.request_page(request))

    async def _status_of(self, attempts: Sequence[Build]) -> RunStatus:
        """Return the status of a run from all its builds, oldest first."""
        first, build = attempts[0], attempts[-1]
        page = self._root + build.page
        status = RunStatus(
            build.state, len(attempts), page, started_at=build.started_at, id=str(first.id), log_url=page
        )
        if build.state in {"running", "succeeded"}:
            return status
        if build.result not in FAILED_RESULTS:
            return replace(status, detail=self._redact(one_line(build.status_text)))
        failed_step = await failed_step_of(self._session, build)
        lines = last_lines(failed_step.output.encode(), self._redact)
        words = (
            next((line for line in reversed(lines) if line.strip()), "")
            or failed_step.message
            or build.status_text
        )
        detail = one_line(f"{failed_step.step}:" if failed_step.step else "", words)
        return replace(
            status, detail=self._redact(detail), tail="\n".join(lines), log_url=page + failed_step.page
        )

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Cancel the request, which stops its current and future builds."""
        del target, correlation
        request, build = ids_in(run_id)
        if build:
            answer = await self._session.read(f"/builds/{build}")
            if answer is None:
                return STOP_LATER
            if not answer.ok and answer.status != HTTPStatus.NOT_FOUND:
                return stop_answer(answer, self._error_text(answer))
            request = number(answer.json, "builds", 0, "buildrequestid")
        if not request:
            return STOP_ASKED
        params = {"reason": "cancelled by Shiproom"}
        sent = await self._session.control(f"/buildrequests/{request}", "cancel", params)
        if build and isinstance(sent, CiResponse) and sent.status == HTTPStatus.FORBIDDEN:
            sent = await self._session.control(f"/builds/{build}", "stop", params)
        return stop_answer(sent, self._error_text(sent))

    async def recent(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest builds of the force scheduler's builder, whoever started them."""
        forced = await self._queries.force_schedulers()
        builder = self._queries.builder_of(forced, target.deploy.workflow)
        builds = await self._queries.newest(builder, most=_MOST_RUNS) if builder else None
        if builds is None or forced is None:
            return None
        reasons = await self._queries.reasons_of(build.request for build in builds)
        if reasons is None:
            return None
        return listed_runs(builds, self._root, Origins(self._user, reasons, frozenset(forced)))

    async def builds(self, repository: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the newest builds of a builder that succeeded on the watched branches."""
        del repository
        builds = await self._queries.newest(source.workflow, "&results__lt=2")
        return None if builds is None else listed_builds(builds, source.patterns, self._root)[:_MOST_BUILDS]

    @property
    def has_webhook(self) -> bool:
        """Whether a webhook secret is set."""
        return bool(self._secret)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Check the secret header and read the build that HttpStatusPush sends.

        Raises UnauthenticatedError.
        """
        del now
        given = headers.get(SECRET_HEADER, "").encode("utf-8", "backslashreplace")
        if not self._secret or not hmac.compare_digest(given, self._secret.encode()):
            raise UnauthenticatedError
        return hint_in(body)

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Check the login, each force scheduler with its fields, and each builder."""
        return await problems_of(self._queries, targets, sources)

    async def close(self) -> None:
        """Close connections."""
        await self._session.close()


def _mapping(value: object) -> dict[str, object]:
    return cast(dict[str, object], value) if isinstance(value, dict) else {}


def connect(connection: Connection, context: ProviderContext) -> Buildbot:
    """Connect a Buildbot by its `url`, `user`, `password`, `poll` in seconds and `webhook_secret`."""
    return Buildbot(connection, context)
