"""The `buildbot` CI: a force scheduler starts a deployment, a builder makes builds.

A start is answered with a build request, a place in the queue; the first build of it is the run, and builds that Buildbot
makes anew of the same request, when it lost one with its worker or its master, are the run's further attempts. A request
carries the correlation id as a property and in its reason; a rebuild by somebody copies the properties, and is another run.

No search proves that nothing was started: a master that was busy may read a request after its sender gave up.

https://docs.buildbot.net/4.3.0/developer/rest.html
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import cast

from bot import redaction
from bot.ci.provider import Provider, Surroundings
from bot.ci_api.answer import Answer, Sent
from bot.ci_api.buildbot_build import (
    FAULTY,
    RETRY,
    Build,
    read_build,
    seen_builds,
    seen_runs,
    state_of_request,
)
from bot.ci_api.buildbot_check import faults_of
from bot.ci_api.buildbot_ending import ending_of
from bot.ci_api.buildbot_reading import QUEUE, Reading, ids_in
from bot.ci_api.buildbot_session import Session
from bot.ci_api.client import CiClient, Peer
from bot.ci_api.inputs import CORRELATION, inputs_of
from bot.ci_api.parts import correlation_in, number, one_line, part, segment, text
from bot.ci_api.run import (
    Accepted,
    ForgedError,
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
from bot.local_ci.output import last_lines
from bot.outside_json import read_json
from handlers.facts import Capabilities
from handlers.plan import BuildSource, Connection
from handlers.reports import FoundRun

KIND = "buildbot"
SECRET_HEADER = "x-shiproom-secret"  # noqa: S105 - the name of a header, not a secret
"""Buildbot signs nothing; its HttpStatusPush can send a header of one's own."""

_MOST_RUNS, _MOST_BUILDS = 30, 20
_NEVER_STARTED = ("has no attribute 'force'", "builderNames not specified")
"""How Buildbot 4 answers with 500 where the scheduler is not there or starts no builder (its data/forceschedulers.py)."""


class Buildbot(Provider):
    """A connection to a Buildbot."""

    capabilities = Capabilities(
        authoritative_search=False, grace=60, cancel=True, lists_runs=True, lists_builds=True
    )

    def __init__(self, connection: Connection, around: Surroundings) -> None:
        self.name = connection.name
        said = {key: str(value) for key, value in connection.settings.items()}
        self.poll = float(said.get("poll") or 15)
        self._root = said.get("url", "")
        self._secret = said.get("webhook_secret", "")
        password = said.get("password", "")
        self._redact = redaction.redactor(filter(None, (password, self._secret, *around.secrets)))
        client = CiClient(Peer(self.name, self._root, redact=self._redact), around.clock)
        self._session = Session(client, said.get("user", ""), password)
        self._reading = Reading(self._session, self._root)

    async def start(self, request: StartRequest) -> StartAnswer:
        """Force a build, whose request is the answer."""
        what = f"{request.target.service} {request.version} to {request.target.environment}"
        params = inputs_of(request) | {"reason": f"{what} [{request.correlation}]"}
        path = f"/forceschedulers/{segment(request.deploy.workflow)}"
        sent = await self._session.control(path, "force", params, request.not_after)
        said = self._said(sent)
        if any(proof in said for proof in _NEVER_STARTED):
            return Refused(transient=False, detail=f"there is no force scheduler {request.deploy.workflow}")
        return start_answer(sent, said) or self._accepted(sent)

    def _accepted(self, sent: Sent) -> StartAnswer:
        requests = _mapping(part(sent.json, "result", 1)) if isinstance(sent, Answer) else {}
        request = min((number(each) for each in requests.values()), default=0)
        if request <= 0:
            return Unclear("the answer names no build request")
        return Accepted(f"{QUEUE}{request}", self._reading.request_page(request), provisional=True)

    def _said(self, sent: Sent) -> str:
        """Give what an answer says went wrong: a sentence, or one for each field of the form."""
        said = part(sent.json, "error", "message") if isinstance(sent, Answer) else None
        fields = [f"{name}: {text(fault)}" for name, fault in _mapping(said).items()]
        return self._redact(one_line(text(said), *fields))

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search all requests, also those in the queue."""
        del target
        return await self._reading.runs_with(correlation)

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a build, or what has come of a request."""
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
        builds = await self._reading.builds_of(found.request)
        if builds is None:
            return None
        return await self._status_of([found, *(each for each in builds if each.id > found.id)])

    async def _status_of_request(self, request: int) -> RunStatus | None:
        builds = await self._reading.builds_of(request)
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
        return RunStatus(state, url=self._reading.request_page(request))

    async def _status_of(self, attempts: Sequence[Build]) -> RunStatus:
        """Give the status of a run by all its builds, oldest first."""
        first, build = attempts[0], attempts[-1]
        page = self._root + build.page
        status = RunStatus(
            build.state, len(attempts), page, started_at=build.started_at, id=str(first.id), log_url=page
        )
        if build.state in {"running", "succeeded"}:
            return status
        if build.result not in FAULTY:
            return replace(status, detail=self._redact(one_line(build.said)))
        ending = await ending_of(self._session, build)
        lines = last_lines(ending.written.encode(), self._redact)
        words = next((line for line in reversed(lines) if line.strip()), "") or ending.said or build.said
        detail = one_line(f"{ending.step}:" if ending.step else "", words)
        return replace(status, detail=self._redact(detail), tail="\n".join(lines), log_url=page + ending.page)

    async def cancel(self, target: Target, correlation: str, run_id: str) -> bool:
        """Cancel the request, which stops its builds too, now and later."""
        del target, correlation
        request, build = ids_in(run_id)
        if build:
            answer = await self._session.read(f"/builds/{build}")
            if answer is None:
                return False
            request = number(answer.json, "builds", 0, "buildrequestid")
        if not request:
            return True
        told = {"reason": "cancelled by Shiproom"}
        sent = await self._session.control(f"/buildrequests/{request}", "cancel", told)
        if build and isinstance(sent, Answer) and sent.status == HTTPStatus.FORBIDDEN:
            sent = await self._session.control(f"/builds/{build}", "stop", told)
        return isinstance(sent, Answer) and sent.ok

    async def recent(self, target: Target) -> Sequence[SeenRun] | None:
        """List the newest builds of the builder that the force scheduler starts, whoever started them."""
        builder = await self._reading.builder_of(target.deploy.workflow)
        builds = None if builder is None else await self._reading.newest(builder, most=_MOST_RUNS)
        return None if builds is None else seen_runs(builds, self._root)

    async def builds(self, repository: str, source: BuildSource) -> Sequence[SeenBuild] | None:
        """List the newest builds of a builder that succeeded on the branch."""
        del repository
        builds = await self._reading.newest(source.workflow, "&results__lt=2")
        return None if builds is None else seen_builds(builds, source.branch, self._root)[:_MOST_BUILDS]

    @property
    def hears(self) -> bool:
        """Whether a secret is agreed on."""
        return bool(self._secret)

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Check the secret header, and read the build that HttpStatusPush sends; raises ForgedError."""
        del now
        shown = headers.get(SECRET_HEADER, "").encode("utf-8", "backslashreplace")
        if not self._secret or not hmac.compare_digest(shown, self._secret.encode()):
            raise ForgedError
        try:
            build = read_build(read_json(body))
        except (ValueError, RecursionError):
            return Hint("nothing")
        if build is None:
            return Hint("nothing")
        correlation = correlation_in(build.told(CORRELATION))
        if build.state == "succeeded" and not correlation:
            return Hint("build")
        return Hint("run", str(build.id), correlation)

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Look at the login, at each force scheduler with what it declares, and at each builder."""
        return await faults_of(self._reading, targets, sources)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()


def _mapping(value: object) -> dict[str, object]:
    return cast(dict[str, object], value) if isinstance(value, dict) else {}


def connect(connection: Connection, around: Surroundings) -> Buildbot:
    """Connect a Buildbot by its `url`, `user`, `password`, `poll` in seconds and `webhook_secret`."""
    return Buildbot(connection, around)
