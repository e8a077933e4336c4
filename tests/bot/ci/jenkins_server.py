"""A Jenkins on loopback: jobs in folders, a queue and builds, in the shapes of its remote access API."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from tests.bot.ci.loopback import Trouble

USER, TOKEN = "bot", "11f0e1d2c3b4a5968778695a4b3c2d1e0f"
DEPLOYS = "website/deploy"
RESULTS = {"succeeds": "SUCCESS", "fails": "FAILURE"}
RANGE = re.compile(r"\{(\d+),(\d+)\}")


MARA = {
    "_class": "hudson.model.Cause$UserIdCause",
    "shortDescription": "Started by user Mara",
    "userId": "mara",
}
BOT = {"_class": "hudson.model.Cause$UserIdCause", "shortDescription": "Started by user bot", "userId": USER}
NOT_READY = "<html><head><title>Starting Jenkins</title></head><body>Please wait while Jenkins is getting ready to work</body>"


@dataclass
class Build:
    number: int
    queue_id: int = 0
    told: dict[str, str] = field(default_factory=dict[str, str])
    result: str | None = None
    building: bool = True
    looks_left: int = 2
    more: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    causes: list[dict[str, Any]] = field(default_factory=lambda: [MARA])
    asks: str = ""
    """The message of the `input` step that it is at."""


@dataclass
class Item:
    id: int
    job: str
    told: dict[str, str]
    looks_left: int = 0
    cancelled: bool = False
    build: Build | None = None


@dataclass
class Job:
    declared: set[str] = field(default_factory=lambda: {"shiproom_sha", "shiproom_correlation_id", "outcome"})
    builds: list[Build] = field(default_factory=list[Build])
    buildable: bool = True
    branches: dict[str, "Job"] = field(default_factory=dict[str, "Job"])
    """The jobs of a multibranch job, by the names of their branches."""


class JenkinsServer:
    """The state, and the routes to it."""

    def __init__(self) -> None:
        self.trouble = Trouble()
        self.jobs: dict[str, Job] = {DEPLOYS: Job()}
        self.items: dict[int, Item] = {}
        self.stages: dict[int, list[dict[str, Any]]] = {}
        self.stuck = False
        self.outcome = ""
        self.asks = ""
        """How builds end that are started without saying so, and what their `input` step asks before."""
        self.answers: list[web.Response] = []
        self.stops: list[web.Response] = []
        """What the next starts and stops are answered with, by a proxy or a Jenkins that is not ready."""
        self.requests: list[str] = []
        self._last = 16
        self.app = web.Application(middlewares=[self._guard])
        job, names = r"/{job:job/.+}", r"{number:\d+}"
        self.app.add_routes(
            [
                web.get("/whoAmI/api/json", self._who),
                web.get("/queue/api/json", self._queue),
                web.get("/queue/item/{id}/api/json", self._item),
                web.post("/queue/cancelItem", self._cancel_item),
                web.post(f"{job}/buildWithParameters", self._start),
                web.get(f"{job}/{names}/wfapi/describe", self._describe),
                web.get(f"{job}/{names}/wfapi/pendingInputActions", self._asked),
                web.get(f"{job}/{names}/api/json", self._build),
                web.post(f"{job}/{names}/stop", self._stop),
                web.get(f"{job}/api/json", self._job),
            ]
        )

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.rel_url.raw_path}")
        if request.headers.get("Authorization") != aiohttp.encode_basic_auth(USER, TOKEN):
            return web.Response(status=401, text="<html>Invalid password/token</html>")
        answer = await handler(request)
        answer.headers["X-Jenkins"] = "2.541.1"
        return answer

    def _job_of(self, request: web.Request) -> tuple[str, Job]:
        name = request.match_info["job"].removeprefix("job/").replace("/job/", "/")
        if name not in self.jobs:
            raise web.HTTPNotFound
        return name, self.jobs[name]

    def _build_of(self, request: web.Request) -> tuple[str, Build]:
        name, job = self._job_of(request)
        wanted = int(request.match_info["number"])
        for build in job.builds:
            if build.number == wanted:
                return name, build
        raise web.HTTPNotFound

    def add(self, job: str = DEPLOYS, **told: str) -> Build:
        """Add a build that has ended, as if others had started it."""
        builds = self.jobs.setdefault(job, Job()).builds
        build = Build(len(builds) + 1, 0, told, "SUCCESS", building=False)
        builds.append(build)
        return build

    def forget(self) -> None:
        """Let five minutes pass: what has left the queue is no longer known by its item."""
        self.items = {each.id: each for each in self.items.values() if self._waits(each)}

    def _waits(self, item: Item) -> bool:
        return item.build is None and not item.cancelled

    def go_on(self) -> None:
        """Move on with each look, so that no test waits for a clock."""
        for item in [each for each in self.items.values() if self._waits(each) and not self.stuck]:
            item.looks_left -= 1
            if item.looks_left < 0:
                builds = self.jobs[item.job].builds
                item.build = Build(len(builds) + 1, item.id, item.told, causes=[BOT], asks=self.asks)
                builds.append(item.build)
        for build in [each for job in self.jobs.values() for each in job.builds if each.building]:
            build.looks_left -= 1
            outcome = build.told.get("outcome", self.outcome)
            if build.looks_left < 0 and outcome in RESULTS and not build.asks:
                build.building, build.result = False, RESULTS[outcome]

    async def _start(self, request: web.Request) -> web.StreamResponse:
        name, job = self._job_of(request)
        form = await request.post()
        if self.answers:
            return self.answers.pop(0)
        if not job.buildable:
            return web.Response(status=409, text=f"{name} is not buildable!")
        told = {key: str(value) for key, value in form.items() if key in job.declared}
        return await self.trouble.meet(request, lambda: self._queued(request, name, told))

    def _queued(self, request: web.Request, name: str, told: dict[str, str]) -> web.Response:
        """Equal parameters fold into the item that is there already."""
        same = [each for each in self.items.values() if self._waits(each) and each.told == told]
        if not same:
            self._last += 1
            same = [Item(self._last, name, told)]
            self.items[self._last] = same[0]
        place = f"{request.url.origin()}/queue/item/{same[0].id}/"
        return web.Response(status=201, headers={"Location": place})

    async def _who(self, _: web.Request) -> web.Response:
        return web.json_response({"name": USER, "anonymous": False, "authenticated": True})

    async def _queue(self, _: web.Request) -> web.Response:
        items = [self._item_shape("", each) for each in self.items.values() if self._waits(each)]
        return web.json_response({"items": items})

    async def _item(self, request: web.Request) -> web.Response:
        self.go_on()
        item = self.items.get(int(request.match_info["id"]))
        if item is None:
            raise web.HTTPNotFound
        return web.json_response(self._item_shape(str(request.url.origin()), item))

    def _item_shape(self, root: str, item: Item) -> dict[str, Any]:
        shape: dict[str, Any] = {
            "id": item.id,
            "actions": _actions(item.told, [BOT], []),
            "why": "In the queue",
        }
        if not self._waits(item):
            shape["cancelled"] = item.cancelled
        if item.build is not None:
            url = self._url(root, item.job, item.build)
            shape["executable"] = {"number": item.build.number, "url": url}
        return shape

    def _url(self, root: str, job: str, build: Build) -> str:
        return f"{root}/job/{job.replace('/', '/job/')}/{build.number}/"

    async def _cancel_item(self, request: web.Request) -> web.Response:
        item = self.items.get(int(request.query["id"]))
        if item is None:
            return web.Response(status=404)
        if item.build is not None:
            return web.Response(status=500, text="Could not cancel run")
        item.cancelled = True
        return web.Response(status=204)

    async def _describe(self, request: web.Request) -> web.Response:
        _, build = self._build_of(request)
        if build.asks:
            return web.json_response({"status": "PAUSED_PENDING_INPUT", "stages": []})
        if build.number not in self.stages:
            raise web.HTTPNotFound
        return web.json_response({"status": "FAILED", "stages": self.stages[build.number]})

    async def _asked(self, request: web.Request) -> web.Response:
        name, build = self._build_of(request)
        place = self._url("", name, build)
        return web.json_response(
            [
                {
                    "id": "Ef95dd500ae6ed3b27b89fb852296d12",
                    "message": build.asks,
                    "proceedUrl": f"{place}input/Ef95dd500ae6ed3b27b89fb852296d12/proceedEmpty",
                    "abortUrl": f"{place}input/Ef95dd500ae6ed3b27b89fb852296d12/abort",
                }
            ]
        )

    async def _build(self, request: web.Request) -> web.Response:
        self.go_on()
        name, build = self._build_of(request)
        return web.json_response(self._build_shape(str(request.url.origin()), name, build))

    def _build_shape(self, root: str, name: str, build: Build) -> dict[str, Any]:
        return {
            "_class": "org.jenkinsci.plugins.workflow.job.WorkflowRun",
            "number": build.number,
            "url": self._url(root, name, build),
            "building": build.building,
            "result": build.result,
            "timestamp": 1795600800000,
            "queueId": build.queue_id,
            "fullDisplayName": f"{name.replace('/', ' » ')} #{build.number}",
            "actions": _actions(build.told, build.causes, build.more),
        }

    async def _stop(self, request: web.Request) -> web.Response:
        _, build = self._build_of(request)
        if self.stops:
            return self.stops.pop(0)
        if build.building:
            build.building, build.result = False, "ABORTED"
        return web.Response(status=302, headers={"Location": "."})

    async def _job(self, request: web.Request) -> web.Response:
        name, job = self._job_of(request)
        cut = RANGE.search(request.query.get("tree", ""))
        first, last = (int(cut[1]), int(cut[2])) if cut else (0, 0)
        root = str(request.url.origin())
        definitions = [{"name": each} for each in sorted(job.declared)]
        return web.json_response(
            {
                "name": name.rpartition("/")[2],
                "buildable": job.buildable,
                "property": [{}, {"parameterDefinitions": definitions}],
                "allBuilds": [self._build_shape(root, name, each) for each in job.builds[::-1][first:last]],
                "jobs": [
                    {
                        "name": quote(branch, safe=""),
                        "allBuilds": [self._build_shape(root, name, build) for build in each.builds[::-1]],
                    }
                    for branch, each in job.branches.items()
                ],
            }
        )


def _actions(
    told: dict[str, str], causes: list[dict[str, Any]], more: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    given = [{"name": name, "value": value} for name, value in told.items()]
    return [{"parameters": given}, {}, {"causes": causes}, *more]
