"""A GitLab on loopback: one project, its pipelines, jobs, deployments and files, in the shapes of GitLab's API docs."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.bot.ci.loopback import Trouble

PATH = "tailspin/space-game-web"
NUMBER = 20
TOKEN = "glpat-of-the-tests-0123456789"
ENDED = {"success", "failed", "canceled", "skipped"}
OUTCOMES = {
    "succeeds": ("success", "success"),
    "fails": ("failed", "failed"),
    "is not played": ("success", "manual"),
    "may fail": ("success", "failed"),
}
"""How a pipeline ends, and its last job.

Optional manual jobs and `allow_failure` leave it a success ("Control how jobs run").
"""

DEFINITION = """\
spec:
  inputs:
    shiproom_sha:
    shiproom_correlation_id:
    outcome:
---
workflow:
  name: "shiproom $[[ inputs.shiproom_correlation_id ]]"
deploy:
  script: ./deploy.sh
  rules: !reference [.rules, deploy]
"""


@dataclass
class Job:
    id: int
    name: str = "deploy"
    status: str = "created"
    failure_reason: str | None = None
    allow_failure: bool = False
    environment: str = ""
    blocked: bool = False
    """Whether its deployment waits for an approval, as a protected environment asks for."""
    bridge: bool = False
    """Whether it starts another pipeline: such jobs have a list of their own."""

    @property
    def begun(self) -> bool:
        return self.status in {"running", "success", "failed", "canceled", "canceling"}


@dataclass
class Pipeline:
    id: int
    name: str
    ref: str = "main"
    source: str = "api"
    sha: str = "9" * 40
    status: str = "created"
    outcome: str = "succeeds"
    looks_left: int = 2
    jobs: list[Job] = field(default_factory=list[Job])
    inputs: dict[str, str] = field(default_factory=dict[str, str])
    yaml_errors: str | None = None
    updates: int = 0

    def turn(self, status: str, **jobs: str) -> None:
        """Change its status and that of jobs, as people and runners do."""
        self.status, self.updates = status, self.updates + 1
        for job in self.jobs:
            job.status = jobs.get(job.name, job.status)


class GitLabServer:
    """The state, and the routes to it."""

    def __init__(self) -> None:
        self.trouble = Trouble()
        self.pipelines: dict[int, Pipeline] = {}
        self.commits: list[dict[str, str]] = []
        self.parents: dict[str, str] = {}
        self.compare_timeout = False
        self.logs = True
        self.scopes = ["api"]
        self.role = 40
        self.branches = {"main"}
        self.definition = DEFINITION
        self.hidden_for = 0
        self.outcome = "succeeds"
        """How pipelines end that are started without saying so."""
        self.named = "shiproom {}"
        self.ignores: set[str] = set()
        self.requests: list[str] = []
        self._last = 60
        self.app = web.Application(middlewares=[self._guard])
        self.app.add_routes(self._routes())

    def _routes(self) -> list[web.RouteDef]:
        root = "/api/v4"
        project = f"{root}/projects/{{project}}"
        return [
            web.get(f"{root}/personal_access_tokens/self", self._own_token),
            web.get(project, self._project),
            web.post(f"{project}/pipeline", self._create),
            web.get(f"{project}/pipelines", self._list),
            web.get(f"{project}/pipelines/{{id}}", self._get),
            web.get(f"{project}/pipelines/{{id}}/jobs", self._jobs),
            web.get(f"{project}/pipelines/{{id}}/bridges", self._bridges),
            web.post(f"{project}/pipelines/{{id}}/cancel", self._cancel),
            web.get(f"{project}/deployments", self._deployments),
            web.get(f"{project}/repository/compare", self._compare),
            web.get(f"{project}/repository/merge_base", self._merge_base),
            web.get(f"{project}/repository/commits", self._log),
            web.get(f"{project}/repository/branches/{{branch}}", self._branch),
            web.get(f"{project}/repository/files/{{file}}/raw", self._file),
        ]

    def add(self, name: str, **more: Any) -> Pipeline:  # noqa: ANN401 - fields of a pipeline
        self._last += 1
        pipeline = Pipeline(self._last, name, **more)
        pipeline.jobs = pipeline.jobs or [Job(self.next_id())]
        self.pipelines[pipeline.id] = pipeline
        return pipeline

    def next_id(self) -> int:
        self._last += 1
        return self._last

    def retry(self, pipeline: Pipeline, name: str = "deploy") -> Job:
        """Run a job again, as its button does: a new job in the old pipeline."""
        before = next(job for job in pipeline.jobs if job.name == name)
        pipeline.jobs.append(Job(self.next_id(), name, "running", environment=before.environment))
        pipeline.status, pipeline.looks_left = "running", 2
        return pipeline.jobs[-1]

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.rel_url.raw_path}")
        if request.headers.get("PRIVATE-TOKEN") != TOKEN:
            return web.json_response({"message": "401 Unauthorized"}, status=401)
        if request.match_info.get("project", PATH) not in {PATH, str(NUMBER)}:
            return web.json_response({"message": "404 Project Not Found"}, status=404)
        return await handler(request)

    async def _own_token(self, _: web.Request) -> web.Response:
        return web.json_response({"id": 1, "active": True, "scopes": self.scopes})

    async def _project(self, _: web.Request) -> web.Response:
        access = {"project_access": {"access_level": self.role}, "group_access": None}
        return web.json_response(
            {"id": NUMBER, "path_with_namespace": PATH, "ci_config_path": None, "permissions": access}
        )

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if body["ref"] not in self.branches:
            return web.json_response({"message": {"base": ["Reference not found"]}}, status=400)
        return await self.trouble.meet(request, lambda: self._created(request, body))

    def _created(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        inputs = body["inputs"]
        name = self.named.format(inputs["shiproom_correlation_id"])
        outcome = inputs.get("outcome", self.outcome)
        pipeline = self.add(name, ref=body["ref"], outcome=outcome, inputs=inputs)
        return web.json_response(self.shape(request, pipeline), status=201)

    def shape(self, request: web.Request, pipeline: Pipeline) -> dict[str, Any]:
        url = f"{request.url.origin()}/{PATH}/-/pipelines/{pipeline.id}"
        return {
            "id": pipeline.id,
            "iid": pipeline.id - 50,
            "project_id": NUMBER,
            "status": pipeline.status,
            "source": pipeline.source,
            "ref": pipeline.ref,
            "sha": pipeline.sha,
            "name": pipeline.name,
            "web_url": url,
            "created_at": "2026-11-23T10:00:00.000Z",
            "updated_at": f"2026-11-23T10:00:{pipeline.updates:02}.000Z",
        }

    async def _list(self, request: web.Request) -> web.Response:
        wanted = {
            key: request.query[key]
            for key in {"name", "source", "ref", "status"} - self.ignores
            if key in request.query
        }
        rows = [self.shape(request, each) for each in self.pipelines.values()]
        if self.hidden_for:
            self.hidden_for, rows = self.hidden_for - 1, []
        rows = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
        return web.json_response(self._page(request, rows))

    def _page(self, request: web.Request, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        size, page = int(request.query.get("per_page", "20")), int(request.query.get("page", "1"))
        return sorted(rows, key=lambda row: -int(row["id"]))[(page - 1) * size : page * size]

    def _found(self, request: web.Request) -> Pipeline:
        written = request.match_info["id"]
        found = self.pipelines.get(int(written)) if written.isdigit() else None
        if found is None:
            raise web.HTTPNotFound(text=json.dumps({"message": "404 Not found"}))
        return found

    async def _get(self, request: web.Request) -> web.Response:
        pipeline = self._found(request)
        return web.json_response(
            self.shape(request, pipeline) | {"yaml_errors": pipeline.yaml_errors, "tag": False}
        )

    async def _bridges(self, request: web.Request) -> web.Response:
        pipeline = self._found(request)
        rows = [self._job_shape(request, pipeline, job) for job in pipeline.jobs if job.bridge]
        return web.json_response(self._page(request, rows))

    async def _jobs(self, request: web.Request) -> web.Response:
        pipeline = self._found(request)
        self._go_on(pipeline)
        rows = [self._job_shape(request, pipeline, job) for job in pipeline.jobs if not job.bridge]
        return web.json_response(self._page(request, rows))

    def _job_shape(self, request: web.Request, pipeline: Pipeline, job: Job) -> dict[str, Any]:
        return {
            "id": job.id,
            "name": job.name,
            "stage": "deploy",
            "status": job.status,
            "failure_reason": job.failure_reason,
            "allow_failure": job.allow_failure,
            "started_at": "2026-11-23T10:00:05.000Z" if job.begun else None,
            "web_url": f"{request.url.origin()}/{PATH}/-/jobs/{job.id}",
            "user": {"id": 1, "username": "mara"},
            "pipeline": self.shape(request, pipeline),
        }

    def _go_on(self, pipeline: Pipeline) -> None:
        """Move on with each look, so that no test waits for a clock."""
        if pipeline.status in ENDED or pipeline.outcome == "lasts":
            return
        pipeline.looks_left -= 1
        ends = OUTCOMES[pipeline.outcome] if pipeline.looks_left < 0 else ("running", "running")
        pipeline.status, status = ends
        for job in pipeline.jobs[-1:]:
            job.status, job.allow_failure = status, ends[0] == "success"
            job.failure_reason = "script_failure" if status == "failed" else None

    async def _cancel(self, request: web.Request) -> web.Response:
        pipeline = self._found(request)
        if pipeline.status not in ENDED:
            pipeline.status = pipeline.jobs[-1].status = "canceled"
        return web.json_response(self.shape(request, pipeline))

    async def _deployments(self, request: web.Request) -> web.Response:
        jobs = [(each, job) for each in self.pipelines.values() for job in each.jobs if job.environment]
        rows = [
            {
                "id": job.id + 1000,
                "status": "blocked" if job.blocked else "created" if job.status == "manual" else job.status,
                "ref": each.ref,
                "sha": each.sha,
                "created_at": "2026-11-23T10:00:04.000Z",
                "environment": {"id": 9, "name": job.environment},
                "user": {"id": 1, "username": "mara", "name": "Mara"},
                "deployable": self._job_shape(request, each, job),
            }
            for each, job in jobs
        ]
        if "status" in request.query:
            rows = [row for row in rows if row["status"] == request.query["status"]]
        return web.json_response(self._page(request, rows))

    def _ancestors(self, sha: str) -> list[str]:
        """Return a commit and its past, newest first."""
        past = [sha]
        while past[-1] in self.parents:
            past.append(self.parents[past[-1]])
        return past

    async def _compare(self, request: web.Request) -> web.Response:
        known = {each["id"]: each for each in self.commits}
        old, new = request.query["from"], request.query["to"]
        if {old, new} - set(known):
            return web.json_response({"message": "404 Ref Not Found"}, status=404)
        past = set(self._ancestors(old))
        listed = [known[sha] for sha in reversed(self._ancestors(new)) if sha not in past]
        listed = listed[-1:] if self.compare_timeout else listed
        answer = {"commits": listed, "diffs": [], "compare_timeout": self.compare_timeout}
        return web.json_response(answer | {"compare_same_ref": old == new})

    async def _log(self, request: web.Request) -> web.Response:
        """List commits of a revision range by pages, newest first ("Commits API")."""
        if not self.logs:
            return web.json_response({"message": "403 Forbidden"}, status=403)
        known = {each["id"]: each for each in self.commits}
        old, _, new = request.query["ref_name"].partition("..")
        past, size = set(self._ancestors(old)), int(request.query["per_page"])
        listed = [known[sha] for sha in self._ancestors(new) if sha not in past]
        first = (int(request.query["page"]) - 1) * size
        return web.json_response(listed[first : first + size])

    async def _merge_base(self, request: web.Request) -> web.Response:
        known, refs = {each["id"]: each for each in self.commits}, request.query.getall("refs[]", [])
        missing = [each for each in refs if each not in known]
        if len(refs) != 2 or missing:
            return web.json_response({"message": f"Could not find ref: {', '.join(missing)}"}, status=400)
        past = set(self._ancestors(refs[0]))
        found = next((sha for sha in self._ancestors(refs[1]) if sha in past), None)
        if found is None:
            return web.json_response({"message": "404 Merge Base Not Found"}, status=404)
        return web.json_response(known[found])

    def commit(self, letter: str, parent: str = "", **more: str) -> str:
        """Add a commit, in the shape of the "Commits API"; gives its id."""
        sha, title = letter * 40, f"Change {letter}"
        person = {"author_name": "Mara", "author_email": "mara@example.org"}
        by = {"committer_name": "Mara", "committer_email": "mara@example.org"}
        self.commits.append({"id": sha, "title": title, "message": f"{title}\n"} | person | by | more)
        if parent:
            self.parents[sha] = parent
        return sha

    async def _branch(self, request: web.Request) -> web.Response:
        known = request.match_info["branch"] in self.branches
        return web.json_response({"name": "main"} if known else {}, status=200 if known else 404)

    async def _file(self, request: web.Request) -> web.Response:
        there = request.match_info["file"] == ".gitlab-ci.yml" and bool(self.definition)
        return web.Response(text=self.definition if there else "{}", status=200 if there else 404)
