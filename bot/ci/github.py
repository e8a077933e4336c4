"""GitHub Actions, of github.com and of Enterprise Server: deployments are workflows that are dispatched.

A run is found by its title: the workflow's `run-name` has to repeat the correlation id, since GitHub lists no inputs. A run
that is run again keeps its id and has a higher attempt.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.ci.provider import Provider, Surroundings
from bot.ci_api import github_api, github_hooks
from bot.ci_api.answer import Answer
from bot.ci_api.client import CiClient, Peer
from bot.ci_api.github_api import GitHubApi, Missing
from bot.ci_api.github_changes import changes_between
from bot.ci_api.github_check import Check
from bot.ci_api.github_claims import admission
from bot.ci_api.github_runs import (
    Fault,
    WorkflowRun,
    fault_among,
    found,
    is_build,
    read_run,
    read_runs,
    seen_build,
    seen_run,
    status_of,
)
from bot.ci_api.inputs import inputs_of
from bot.ci_api.oidc import TokenIssuer
from bot.ci_api.parts import is_id, text
from bot.ci_api.run import (
    Accepted,
    Admission,
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
)
from bot.ci_api.starting import start_answer
from bot.redaction import redactor
from handlers.build import Change
from handlers.facts import Capabilities
from handlers.plan import BuildSource, Connection
from handlers.reports import FoundRun

KIND = "github"

log = logging.getLogger("shiproom.ci.github")

_SEARCHED_BACK = timedelta(days=7)
_MOST_FOUND = 1000
"""GitHub's docs, "List workflow runs for a workflow": a search with filters gives no more."""

_PER_PAGE = 50
_NEWEST_RUNS = 30
_NEWEST_BUILDS = 20
_YOUNG = 60.0
"""For how many seconds after its start a run that cannot be read yet counts as late, and not as gone."""

_MOVED = frozenset({301, 302, 307})
"""GitHub's docs, "Best practices for using the REST API": the request is to be repeated elsewhere, so nothing was done."""

_UNFIT = "`repository` of the service must be like `owner/name`, and `workflow` the name of a file"


class GitHub(Provider):
    """A connection to GitHub with one token. `url` ends in `/api/v3` for an Enterprise Server."""

    capabilities = Capabilities(grace=120, lists_runs=True, lists_builds=True)

    def __init__(self, connection: Connection, around: Surroundings) -> None:
        told = {name: str(value) for name, value in connection.settings.items()}
        root, token = told.get("url") or github_api.CLOUD, told.get("token", "")
        self.name = connection.name
        self.poll = float(told.get("poll", "15"))
        self._secret = told.get("webhook_secret", "")
        self._clock = around.clock
        self._redact = redactor({token, self._secret, *around.secrets})
        peer = Peer(self.name, root, github_api.headers_for(root, token), self._redact)
        self._client = CiClient(peer, around.clock)
        self._api = GitHubApi(self._client)
        self._check = Check(self._api, is_server=github_api.is_server(root))
        self._issuer = self._trusted(told.get("oidc_issuer") or github_api.issuer_for(root))
        self._started: dict[str, float] = {}

    def _trusted(self, issuer: str) -> TokenIssuer | None:
        try:
            return TokenIssuer(issuer, self._clock)
        except ValueError as error:
            log.warning("%s takes no tokens of runs: %s", self.name, error)
            return None

    async def start(self, request: StartRequest) -> StartAnswer:
        """Dispatch the workflow, once. GitHub does not carry out what it redirects, which it does for a renamed repository."""
        path = github_api.workflow_path(request.target.repository, request.deploy.workflow)
        if not path:
            return Refused(transient=False, detail=_UNFIT)
        sent = await self._client.send(
            "POST",
            f"{path}/dispatches",
            body=github_api.dispatch(request.target.branch, inputs_of(request)),
            not_after=request.not_after,
        )
        if isinstance(sent, Answer) and sent.status in _MOVED:
            return Refused(
                transient=False, detail="the repository has moved: give its new name in the policy"
            )
        why = self._redact(github_api.said(sent)) if isinstance(sent, Answer) else ""
        return start_answer(sent, why) or self._accepted(sent)

    def _accepted(self, sent: object) -> Accepted:
        """Read whose run it is: newer versions of the API say it (200), older ones do not (204)."""
        answer = sent.json if isinstance(sent, Answer) else None
        run = text(answer, "workflow_run_id")
        if not is_id(run):
            return Accepted()
        now = self._clock.monotonic()
        self._started = {known: at for known, at in self._started.items() if now - at < _YOUNG} | {run: now}
        return Accepted(run, text(answer, "html_url"))

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Look through the titles of the last week's dispatched runs."""
        since = (self._clock.now() - _SEARCHED_BACK).date().isoformat()
        matching: dict[str, WorkflowRun] = {}
        for page in range(1, _MOST_FOUND // _PER_PAGE + 1):
            wanted = {"event": "workflow_dispatch", "created": f">={since}", "page": str(page)}
            runs = await self._runs(target.repository, target.deploy.workflow, wanted, _PER_PAGE)
            if runs is None:
                return None
            matching |= {run.id: run for run in runs if correlation and correlation in run.title}
            if len(runs) < _PER_PAGE:
                break
        return [found(matching[run]) for run in sorted(matching, key=int)]

    async def _runs(
        self, repository: str, workflow: str, wanted: Mapping[str, str], count: int
    ) -> Sequence[WorkflowRun] | None:
        path = github_api.workflow_path(repository, workflow)
        if not path:
            return None
        params = {**wanted, "per_page": str(count), "exclude_pull_requests": "true"}
        runs = await self._api.read(f"{path}/runs", read_runs, params)
        return None if isinstance(runs, Missing) else runs

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a run; where it ended badly, its jobs are read too, once, to say which step it was."""
        del correlation
        path = _run_path(target, run_id)
        run = await self._api.read(path, read_run, {"exclude_pull_requests": "true"}) if path else Missing()
        if run is None:
            return None
        if isinstance(run, Missing):
            young = self._clock.monotonic() - self._started.get(run_id, float("-inf")) < _YOUNG
            return None if young else RunStatus("vanished", detail="GitHub knows no such run")
        fault = await self._fault(path, run) if run.state in {"failed", "timed_out"} else Fault()
        status = status_of(run, fault)
        return replace(status, detail=self._redact(status.detail))

    async def _fault(self, path: str, run: WorkflowRun) -> Fault:
        page = f"{path}/attempts/{run.attempt}/jobs"
        read = await self._api.read(page, fault_among, {"per_page": "100"})
        return read if isinstance(read, Fault) else Fault()

    async def cancel(self, target: Target, correlation: str, run_id: str) -> bool:
        """Cancel a run. A refusal for being over is believed only if the run is over: a re-run that begins is refused too."""
        path = _run_path(target, run_id)
        if not path:
            return True
        sent = await self._client.send("POST", f"{path}/cancel")
        if not isinstance(sent, Answer):
            return False
        if sent.status == HTTPStatus.CONFLICT:
            status = await self.status(target, correlation, run_id)
            return status is not None and status.state != "running"
        if not sent.ok:
            log.warning("GitHub answered %s to a cancel: %s", sent.status, github_api.said(sent))
        return sent.ok or sent.status == HTTPStatus.NOT_FOUND

    async def recent(self, target: Target) -> Sequence[SeenRun] | None:
        """List the newest runs of the workflow, whatever started them; GitHub does not say for which environment."""
        runs = await self._runs(target.repository, target.deploy.workflow, {}, _NEWEST_RUNS)
        return None if runs is None else [seen_run(run) for run in runs]

    async def builds(self, repository: str, source: BuildSource) -> Sequence[SeenBuild] | None:
        """List the newest builds of the branch; what forks and pull requests built is none."""
        wanted = {"branch": source.branch, "status": "success"}
        runs = await self._runs(repository, source.workflow, wanted, _NEWEST_RUNS)
        return None if runs is None else [seen_build(run) for run in runs if is_build(run)][:_NEWEST_BUILDS]

    async def compare(self, repository: str, old: str, new: str) -> Sequence[Change] | None:
        """List the commits from one to another, newest first."""
        return await changes_between(self._api, repository, old, new)

    @property
    def hears(self) -> bool:
        """Whether the policy gives a secret that deliveries are signed with."""
        return bool(self._secret)

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Read a delivery; GitHub signs no time, and a repeated one only leads to another look.

        Raises ForgedError.
        """
        del now
        return github_hooks.hint(self._secret, headers, body)

    @property
    def takes_tokens(self) -> bool:
        """Whether there is an issuer whose tokens count."""
        return self._issuer is not None

    async def admit(self, target: Target, token: str) -> Admission:
        """Check the token of a run.

        Raises ForgedError, or UndecidedError where its issuer's keys cannot be read now.
        """
        if self._issuer is None:
            raise ForgedError("no issuer's tokens count here")
        return admission(target, await self._issuer.claims(token))

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Look whether the token may do what it has to, and whether the workflows are as they must be."""
        return await self._check.findings(targets, sources)

    async def close(self) -> None:
        """Let go of connections; runs go on."""
        await self._client.close()
        if self._issuer is not None:
            await self._issuer.close()


def connect(connection: Connection, around: Surroundings) -> GitHub:
    """Connect GitHub: `token`, `url` (its API), `poll` in seconds, `webhook_secret`, `oidc_issuer`."""
    return GitHub(connection, around)


def _run_path(target: Target, run_id: str) -> str:
    path = github_api.repository_path(target.repository)
    return f"{path}/actions/runs/{run_id}" if path and is_id(run_id) else ""
