"""The `github` CI: a deployment is a workflow that is dispatched, on github.com or an Enterprise Server.

A run is found by its title: the workflow's `run-name` has to repeat the correlation id, since GitHub does not list inputs. A
run that is re-run keeps its id and has a higher attempt.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.ci.github import api, hooks
from bot.ci.github.api import GitHubApi, Missing
from bot.ci.github.changes import comparison
from bot.ci.github.check import GitHubCheck
from bot.ci.github.claims import admission
from bot.ci.github.repository_runs import WITHOUT_PULL_REQUESTS
from bot.ci.github.run_lists import RunLists
from bot.ci.github.runs import WorkflowRun, found_run, read_runs
from bot.ci.github.status import read_status
from bot.ci.http.client import CiClient, Peer
from bot.ci.http.json_access import is_id, text
from bot.ci.http.oidc import TokenIssuer
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
)
from bot.redaction import redactor
from handlers.facts import Capabilities
from handlers.lineage import Comparison
from handlers.plan import BuildSource
from handlers.policy import Connection
from handlers.reports import UNDER_WAY, FoundRun

log = logging.getLogger("shiproom.ci.github")

_SEARCH_WINDOW = timedelta(days=7)
_MOST_FOUND = 1000
"""GitHub's docs, "List workflow runs for a workflow": a search with filters returns no more."""

_PER_PAGE = 50
_YOUNG = 60.0
"""How many seconds after its start a run that cannot be read counts as late, not as gone."""

_MOVED = frozenset({301, 302, 307})
"""GitHub's docs, "Best practices for using the REST API": the request has to be repeated elsewhere, so nothing was done."""

_HAS_MOVED = "the repository has moved: give its new name in the policy"
_ASKS_THE_RUN = frozenset({HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND})
"""Answers to a cancel after which the run itself says whether it is over."""

_UNUSABLE = "`repository` of the service must be like `owner/name`, and `workflow` the name of a file"


class GitHub(Provider):
    """A connection to GitHub with one token; `url` ends in `/api/v3` for a Server."""

    product = "GitHub"
    capabilities = Capabilities(grace=120, lists_runs=True, lists_builds=True, compares=True)

    def __init__(self, connection: Connection, context: ProviderContext) -> None:
        settings = {name: str(value) for name, value in connection.settings.items()}
        root, token = settings.get("url") or api.CLOUD, settings.get("token", "")
        self.name = connection.name
        self.poll = float(settings.get("poll", "15"))
        self._secret = settings.get("webhook_secret", "")
        self._clock = context.clock
        self._redact = redactor({token, self._secret, *context.secrets})
        peer = Peer(self.name, root, api.headers_for(root, token), self._redact, product=self.product)
        self._client = CiClient(peer, context.clock, context.health)
        self._api = GitHubApi(self._client, context.clock)
        self._lists = RunLists(self._api, context.clock, self.poll)
        self._check = GitHubCheck(self._api, is_server=api.is_server(root))
        self._issuer = self._trusted(settings.get("oidc_issuer") or api.issuer_for(root))
        self._started: dict[str, float] = {}

    def _trusted(self, issuer: str) -> TokenIssuer | None:
        try:
            return TokenIssuer(issuer, self._clock)
        except ValueError as error:
            log.warning("%s accepts no tokens of runs: %s", self.name, error)
            return None

    async def start(self, request: StartRequest) -> StartResult:
        """Dispatch the workflow once. A redirect, as for a renamed repository, means that GitHub did not carry it out."""
        path = api.workflow_path(request.target.repository, request.deploy.workflow)
        if not path:
            return Refused(transient=False, detail=_UNUSABLE)
        sent = await self._client.send(
            "POST",
            f"{path}/dispatches",
            body=api.dispatch(request.target.branch, inputs_of(request)),
            not_after=request.not_after,
        )
        if isinstance(sent, CiResponse) and sent.status in _MOVED:
            return Refused(transient=False, detail=_HAS_MOVED)
        reason = self._redact(api.error_message(sent)) if isinstance(sent, CiResponse) else ""
        return start_result(sent, reason) or self._accepted(sent)

    def _accepted(self, sent: object) -> Accepted:
        """Read the run's id: newer versions of the API return it (200), older ones do not (204)."""
        answer = sent.json if isinstance(sent, CiResponse) else None
        run = text(answer, "workflow_run_id")
        if not is_id(run):
            return Accepted()
        now = self._clock.monotonic()
        self._started = {known: at for known, at in self._started.items() if now - at < _YOUNG} | {run: now}
        self._lists.note_started(run)
        return Accepted(run, text(answer, "html_url"))

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search the titles of the dispatched runs of the last seven days."""
        since = (self._clock.now() - _SEARCH_WINDOW).date().isoformat()
        matching: dict[str, WorkflowRun] = {}
        for page in range(1, _MOST_FOUND // _PER_PAGE + 1):
            wanted = {"event": "workflow_dispatch", "created": f">={since}", "page": str(page)}
            runs = await self._dispatched(target, wanted)
            if runs is None:
                return None
            matching |= {run.id: run for run in runs if correlation and correlation in run.title}
            if len(runs) < _PER_PAGE:
                break
        return [found_run(matching[run]) for run in sorted(matching, key=int)]

    async def _dispatched(self, target: Target, wanted: Mapping[str, str]) -> Sequence[WorkflowRun] | None:
        path = api.workflow_path(target.repository, target.deploy.workflow)
        params = {**wanted, "per_page": str(_PER_PAGE), **WITHOUT_PULL_REQUESTS}
        runs = await self._api.read(f"{path}/runs", read_runs, params) if path else None
        if not isinstance(runs, Missing):
            return runs
        if await self._api.sees_repository(target.repository):
            self._api.report_workflow(api.repository_path(target.repository), target.deploy.workflow)
        return None

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a run, or the job of it that deploys; of one that failed or waits, say where or for what."""
        del correlation
        path = _run_path(target, run_id)
        status = await read_status(self._api, self._clock, path, target.deploy.job) if path else Missing()
        if isinstance(status, Missing):
            young = self._clock.monotonic() - self._started.get(run_id, float("-inf")) < _YOUNG
            gone = not young and await self._api.sees_repository(target.repository)
            return RunStatus("vanished", detail="GitHub does not know this run") if gone else None
        return None if status is None else replace(status, detail=self._redact(status.detail))

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Cancel a run. "Already over" is believed only if the run is: GitHub refuses a re-run that is just starting, too."""
        path = _run_path(target, run_id)
        if not path:
            return STOP_ASKED
        sent = await self._client.send("POST", f"{path}/cancel")
        if isinstance(sent, CiResponse) and sent.status in _ASKS_THE_RUN:
            status = await self.status(target, correlation, run_id)
            if status is not None and status.state not in UNDER_WAY:
                return STOP_ASKED
        if isinstance(sent, CiResponse) and sent.status in _MOVED:
            return StopAnswer(asked=False, final=True, detail=_HAS_MOVED)
        reason = self._redact(api.error_message(sent)) if isinstance(sent, CiResponse) else ""
        return stop_answer(sent, reason)

    async def recent(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest runs of the workflow; GitHub does not say for which environment."""
        return await self._lists.deployments(target)

    async def builds(self, repository: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the newest builds of the branches, without those of forks and pull requests."""
        return await self._lists.builds(repository, source)

    async def compare(self, repository: str, old: str, new: str) -> Comparison | None:
        """Compare two commits; of the commits between, the newest come first."""
        return await comparison(self._api, repository, old, new)

    @property
    def has_webhook(self) -> bool:
        """Whether the policy sets a webhook secret."""
        return bool(self._secret)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Read a delivery; GitHub signs no time, but a replay only causes another poll.

        Raises UnauthenticatedError.
        """
        del now
        hint = hooks.hint(self._secret, headers, body)
        self._lists.notice(hint, deployed=hooks.is_deployment(headers))
        return hint

    @property
    def takes_tokens(self) -> bool:
        """Whether there is an issuer whose tokens are accepted."""
        return self._issuer is not None

    async def admit(self, target: Target, token: str) -> Admission:
        """Check the token of a run.

        Raises UnauthenticatedError, or TemporarilyUnavailableError if its issuer's keys cannot be read now.
        """
        if self._issuer is None:
            raise UnauthenticatedError("no issuer's tokens are accepted")
        return admission(target, await self._issuer.claims(token))

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Check the token's permissions and the workflows."""
        return await self._check.problems(targets, sources)

    async def close(self) -> None:
        """Close connections; runs go on."""
        await self._client.close()
        if self._issuer is not None:
            await self._issuer.close()


def connect(connection: Connection, context: ProviderContext) -> GitHub:
    """Connect GitHub: `token`, `url` (its API), `poll` in seconds, `webhook_secret`, `oidc_issuer`."""
    return GitHub(connection, context)


def _run_path(target: Target, run_id: str) -> str:
    path = api.repository_path(target.repository)
    return f"{path}/actions/runs/{run_id}" if path and is_id(run_id) else ""
