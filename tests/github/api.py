"""The REST API of a local GitHub, as far as Shiproom asks it, with GitHub's own refusals."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.github import shapes, tokens
from tests.github.hub import Hub, RefusedError
from tests.github.model import Permission, Repository, Run

Json = dict[str, Any]
HUB = web.AppKey("hub", Hub)
CLOUD_VERSIONS = frozenset({"", "2022-11-28", "2026-03-10"})
SERVER_VERSIONS = frozenset({"", "2022-11-28"})


@dataclass(frozen=True)
class Ask:
    """A request that may be answered: of whom, about which repository, with which rest of the path."""

    hub: Hub
    repository: Repository
    request: web.Request

    def rest(self, name: str) -> str:
        return self.request.match_info[name]

    def number(self, name: str, default: int) -> int:
        written = self.request.query.get(name, "")
        return int(written) if written.isdigit() else default

    def page(self, items: list[Any]) -> list[Any]:
        size, page = min(100, self.number("per_page", 30)), self.number("page", 1)
        return items[(page - 1) * size : page * size]

    def run(self) -> Run:
        """Give the run that is asked about; raises RefusedError."""
        written = self.rest("run")
        run = self.hub.runs.get(int(written)) if written.isdigit() else None
        if run is None or run.repository is not self.repository:
            raise RefusedError(404, "Not Found")
        return run


Answering = Callable[[Ask], Awaitable[web.Response]]


async def repository(ask: Ask) -> web.Response:
    shown = shapes.whole_repository(ask.repository, ask.hub.root)
    if ask.repository.moved:
        shown["full_name"] += "-renamed"
    return web.json_response(shown)


async def dispatch(ask: Ask) -> web.Response:
    body = cast("Json", await ask.request.json())
    details = body.get("return_run_details")
    newest = ask.request.headers.get("X-GitHub-Api-Version") == "2026-03-10"
    if "return_run_details" in body and (ask.hub.is_server or newest):
        raise RefusedError(400, "Invalid request. Unknown field: return_run_details")
    if not isinstance(body.get("ref"), str):
        raise RefusedError(422, 'Invalid request. "ref" wasn\'t supplied.')
    run = ask.hub.dispatch(ask.repository, ask.rest("file"), body["ref"], body.get("inputs", {}))
    if not (newest or details):
        return web.Response(status=204)
    described = shapes.run(run, ask.hub.root)
    given = {"workflow_run_id": run.id, "run_url": described["url"], "html_url": described["html_url"]}
    return web.json_response(given)


async def runs(ask: Ask) -> web.Response:
    query = ask.request.query
    file = ask.request.match_info.get("file", "")
    if file and file not in ask.repository.workflows():
        raise RefusedError(404, "Not Found")
    since = query.get("created", "").removeprefix(">=")
    shown = [
        run
        for run in ask.hub.listed(ask.repository, file)
        if query.get("event", run.event) == run.event
        and query.get("branch", run.branch) == run.branch
        and query.get("status", run.status) in {run.status, run.conclusion}
        and run.created_at.isoformat() >= since
    ]
    described = [shapes.run(run, ask.hub.root) for run in ask.page(shown)]
    return web.json_response({"total_count": len(shown), "workflow_runs": described})


async def run(ask: Ask) -> web.Response:
    return web.json_response(shapes.run(ask.run(), ask.hub.root))


async def jobs(ask: Ask) -> web.Response:
    of = ask.run()
    every = ask.request.query.get("filter") == "all"
    wanted = of.jobs if every else [int(ask.request.match_info.get("attempt", of.attempt))]
    shown = [
        {**shapes.job(job, of, ask.hub.root), "run_attempt": attempt}
        for attempt in wanted
        for job in of.jobs.get(attempt, [])
    ]
    return web.json_response({"total_count": len(shown), "jobs": ask.page(shown)})


async def cancel(ask: Ask) -> web.Response:
    ask.hub.cancel(ask.run())
    return web.json_response({}, status=202)


async def rerun(ask: Ask) -> web.Response:
    ask.hub.rerun(ask.run())
    return web.json_response({}, status=201)


async def compare(ask: Ask) -> web.Response:
    names = ask.rest("range").split("...")
    old, new = (ask.repository.ancestry(name) for name in (names[0], names[-1]))
    if old is None or new is None:
        raise RefusedError(404, "Not Found")
    ahead = [commit for commit in ask.repository.commits if commit.sha in new - old]
    between = shapes.Range(ahead, len(old - new))
    given = ahead[: len(ahead) - ask.hub.short_of]
    shown = ask.page(given) if "page" in ask.request.query else given[:250]
    return web.json_response(shapes.comparison(between, shown, ask.repository, ask.hub.root))


async def pending(ask: Ask) -> web.Response:
    return web.json_response([shapes.waiting(each, ask.hub.root) for each in ask.run().waiting])


async def deployments(ask: Ask) -> web.Response:
    environment = ask.request.query.get("environment")
    shown = [
        shapes.deployment(each, ask.hub.root)
        for each in reversed(ask.hub.deployments)
        if each.repository is ask.repository and environment in {None, each.environment}
    ]
    return web.json_response(ask.page(shown))


async def statuses(ask: Ask) -> web.Response:
    wanted = ask.rest("deployment")
    of = next((each for each in ask.hub.deployments if str(each.id) == wanted), None)
    if of is None or of.repository is not ask.repository:
        raise RefusedError(404, "Not Found")
    shown = [
        shapes.deployment_status(state, log_url, number, of, ask.hub.root)
        for number, (state, log_url) in enumerate(of.statuses, 1)
    ]
    return web.json_response(ask.page(shown[::-1]))


async def workflow(ask: Ask) -> web.Response:
    file = ask.rest("file")
    if file not in ask.repository.workflows():
        raise RefusedError(404, "Not Found")
    return web.json_response(shapes.workflow(file, ask.repository, ask.hub.root))


async def branch(ask: Ask) -> web.Response:
    name = ask.rest("branch")
    if name not in ask.repository.branches:
        raise RefusedError(404, "Branch not found")
    return web.json_response(shapes.branch(name, ask.repository, ask.hub.root))


async def content(ask: Ask) -> web.Response:
    path = ask.rest("path")
    file = path.removeprefix(".github/workflows/")
    key = (ask.request.query.get("ref", ask.repository.default_branch), file)
    if not path:
        return web.json_response([])
    if key not in ask.repository.files:
        raise RefusedError(404, "Not Found")
    return web.json_response(shapes.content(file, ask.repository.files[key], ask.repository, ask.hub.root))


_REPOSITORY = "/repos/{owner}/{repository}"
_RUN = f"{_REPOSITORY}/actions/runs/{{run}}"
_WORKFLOW = f"{_REPOSITORY}/actions/workflows/{{file}}"
ROUTES: tuple[tuple[str, str, Answering, Permission | None], ...] = (
    ("GET", _REPOSITORY, repository, None),
    ("POST", f"{_WORKFLOW}/dispatches", dispatch, "actions: write"),
    ("GET", f"{_WORKFLOW}/runs", runs, "actions: read"),
    ("GET", _WORKFLOW, workflow, "actions: read"),
    ("GET", f"{_REPOSITORY}/actions/runs", runs, "actions: read"),
    ("GET", _RUN, run, "actions: read"),
    ("GET", f"{_RUN}/jobs", jobs, "actions: read"),
    ("GET", f"{_RUN}/attempts/{{attempt}}/jobs", jobs, "actions: read"),
    ("GET", f"{_RUN}/pending_deployments", pending, "actions: read"),
    ("GET", f"{_REPOSITORY}/deployments", deployments, "deployments: read"),
    ("GET", f"{_REPOSITORY}/deployments/{{deployment}}/statuses", statuses, "deployments: read"),
    ("POST", f"{_RUN}/cancel", cancel, "actions: write"),
    ("POST", f"{_RUN}/rerun", rerun, "actions: write"),
    ("GET", f"{_REPOSITORY}/compare/{{range}}", compare, "contents: read"),
    ("GET", f"{_REPOSITORY}/branches/{{branch}}", branch, "contents: read"),
    ("GET", f"{_REPOSITORY}/contents/{{path:.*}}", content, "contents: read"),
)


_BY_NUMBER = "/repositories/{number}"
"""Where GitHub redirects to from the old name of a repository that was renamed."""


def _repository_of(hub: Hub, request: web.Request) -> Repository | None:
    if number := request.match_info.get("number"):
        return next((each for each in hub.repositories.values() if str(each.id) == number), None)
    full_name = f"{request.match_info['owner']}/{request.match_info['repository']}"
    return hub.repositories.get(full_name.lower())


def _answered(answering: Answering, needed: Permission | None) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        hub = request.app[HUB]
        granted = hub.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        version = request.headers.get("X-GitHub-Api-Version", "")
        if version not in (SERVER_VERSIONS if hub.is_server else CLOUD_VERSIONS):
            raise RefusedError(400, f"Version {version} is not supported")
        if granted is None:
            raise RefusedError(401, "Bad credentials")
        repository = _repository_of(hub, request)
        if repository is None or repository.hidden:
            raise RefusedError(404, "Not Found")
        if repository.moved and "number" not in request.match_info:
            rest = request.raw_path.partition("/repos/")[2].partition("/")[2].partition("/")[2]
            place = f"{hub.url}/repositories/{repository.id}" + (f"/{rest}" if rest else "")
            moved = 301 if request.method == "GET" else 307
            return web.json_response({"message": "Moved"}, status=moved, headers={"Location": place})
        if needed and needed not in granted:
            raise RefusedError(403, "Resource not accessible by personal access token")
        return await answering(Ask(hub, repository, request))

    return answer


async def _name_expiry(request: web.Request, answer: web.StreamResponse) -> None:
    """Say in every answer when the token ends, as GitHub does of tokens that expire."""
    if ends := request.app[HUB].token_ends_at:
        answer.headers["GitHub-Authentication-Token-Expiration"] = f"{ends:%Y-%m-%d %H:%M:%S} UTC"


@web.middleware
async def _speak(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note what is asked, answer refusals as GitHub does, and tag what can be asked again (RFC 9110, 13.1.2)."""
    request.app[HUB].asked.append(f"{request.method} {request.raw_path}")
    try:
        answer = await handler(request)
    except RefusedError as refused:
        return web.json_response({"message": refused.message}, status=refused.status)
    if request.method == "GET" and answer.status == 200 and isinstance(answer, web.Response):
        body = answer.body if isinstance(answer.body, bytes) else b""
        tag = f'W/"{sha256(body).hexdigest()}"'
        if request.headers.get("If-None-Match") == tag:
            request.app[HUB].unchanged += 1
            return web.Response(status=304, headers={"ETag": tag})
        answer.headers["ETag"] = tag
    return answer


async def _token(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    run = hub.runs.get(int(request.match_info["run"]))
    if run is None or hub.issuer is None:
        raise RefusedError(404, "Not Found")
    return tokens.answer(run, hub.issuer, request)


def application(hub: Hub) -> web.Application:
    """Make the application of a GitHub."""

    @web.middleware
    async def fail(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await hub.faults.apply(request, handler)

    app = web.Application(middlewares=[fail, _speak])
    app[HUB] = hub
    app.on_response_prepare.append(_name_expiry)
    app.router.add_get(tokens.PATH, _token)
    root = "/api/v3" if hub.is_server else ""
    for method, path, answering, needed in ROUTES:
        for each in (path, path.replace(_REPOSITORY, _BY_NUMBER)):
            app.router.add_route(method, root + each, _answered(answering, needed))
    return app
