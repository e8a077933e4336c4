"""A home-made deployer with an HTTP API, as the example of the docs describes one, with faults to inject."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.bot.ci.loopback import Trouble

TOKEN = "a-token-of-the-deployer"
_NATIVE = {"succeeds": "OK", "fails": "ERROR"}


@dataclass
class Run:
    """One run; it is over at the second look, unless it lasts."""

    id: str
    service: str
    body: dict[str, Any]
    state: str = "STARTED"
    attempt: int = 1
    looks: int = 0

    @property
    def inputs(self) -> dict[str, str]:
        return self.body["inputs"]

    def look(self) -> dict[str, Any]:
        self.looks += 1
        native = _NATIVE.get(self.inputs.get("outcome", "succeeds"))
        if self.state == "STARTED" and native and self.looks > 1:
            self.state = native
        return self.shown()

    def shown(self) -> dict[str, Any]:
        message = "502 from web-3" if self.state == "ERROR" else ""
        return {
            "id": self.id,
            "state": self.state,
            "attempt": self.attempt,
            "message": message,
            "log": f"https://deployer.example.org/logs/{self.id}",
            "inputs": self.inputs,
        }


@dataclass
class Deployer:
    """All runs, what was asked of it, and what goes wrong next."""

    runs: dict[str, Run] = field(default_factory=dict[str, Run])
    asked: list[web.Request] = field(default_factory=list[web.Request])
    trouble: Trouble = field(default_factory=Trouble)
    hidden: bool = False
    answer: web.Response | None = None

    @property
    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded])
        app.router.add_post("/api/projects/{service}/runs", self._start)
        app.router.add_get("/api/projects/{service}/runs", self._list)
        app.router.add_get("/api/runs/{id}", self._show)
        app.router.add_post("/api/runs/{id}/stop", self._stop)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's
        self.asked.append(request)
        if self.answer is not None:
            return self.answer
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": {"message": f"not with {TOKEN}"}}, status=401)
        return await handler(request)

    async def _start(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()

        def carry_out() -> web.Response:
            run = Run(f"run {len(self.runs) + 1}/a", request.match_info["service"], body)
            self.runs[run.id] = run
            return web.json_response({"run": {"id": run.id}}, status=201)

        return await self.trouble.meet(request, carry_out)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.query.get("correlation")
        ours = [run for run in self.runs.values() if run.inputs["shiproom_correlation_id"] == wanted]
        newest_first = [] if self.hidden else [run.shown() for run in reversed(ours)]
        return web.json_response({"runs": newest_first})

    async def _show(self, request: web.Request) -> web.Response:
        run = self.runs.get(request.match_info["id"])
        return web.json_response({"run": run.look()}) if run else web.json_response({}, status=404)

    async def _stop(self, request: web.Request) -> web.Response:
        run = self.runs.get(request.match_info["id"])
        if run is None:
            return web.json_response({}, status=404)
        if run.state == "STARTED":
            run.state = "ABORTED"
        return web.json_response({})
