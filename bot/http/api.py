"""The JSON API: accepts builds and returns releases; disabled without a token."""

import json
from functools import partial
from http import HTTPStatus

from aiohttp import web

from bot.engine import Engine
from bot.http.answers import BuildTakenJson, FieldErrorJson, ReleaseJson
from bot.http.api_operations import BUILD_READY, BUILDS_ARE_POSTED, MOST_LISTED, RELEASE, RELEASES
from bot.http.body import BadField
from bot.http.build_input import read_build
from bot.http.callers import Callers
from bot.http.described import described
from bot.http.locks import Locks
from bot.http.reports import Reports
from bot.http.serializers import release_json
from bot.snapshots import silence_of
from handlers.events import BuildReported
from handlers.outcome import Refusal
from handlers.policy import ApiToken
from handlers.release import ReleaseState
from storage.reading import ReleaseFilter, recent, snapshot

MOST_DIGITS = 9
MOST_BYTES = 8 * 1024 * 1024
"""More than a build with as many changes as it may have, each with a whole commit message for its title."""


class Api:
    """The routes under /api/v1."""

    def __init__(self, engine: Engine, token: str) -> None:
        self._engine = engine
        self._callers = Callers(engine, token)
        self._locks = Locks(engine, self._callers)
        self._reports = Reports(engine, self._callers)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes; which tokens there are is looked up at each request."""
        return [
            self._callers.route("POST", "/api/v1/builds", self.build_ready),
            self._callers.route("GET", "/api/v1/builds", self.builds_are_posted),
            self._callers.route("GET", "/api/v1/releases", self.releases),
            self._callers.route("GET", "/api/v1/releases/{number}", self.release),
            *self._locks.routes(),
            *self._reports.routes(),
        ]

    @described(BUILD_READY)
    async def build_ready(self, request: web.Request, token: ApiToken) -> web.Response:
        """Accept a build: 201 new, 200 known, 409 if its content differs, 422 with the wrong field."""
        try:
            build = read_build(
                json.loads(await request.clone(client_max_size=MOST_BYTES).read()), self._engine.clock.now()
            )
        except (ValueError, RecursionError):
            return _invalid(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not JSON.", "")
        except BadField as bad:
            return _invalid(HTTPStatus.UNPROCESSABLE_ENTITY, bad.sentence, bad.field)
        if build.service not in self._engine.policy.plans or not token.is_for(build.service):
            sentence = f"The service {build.service} is not in shiproom.yml, or not this token's."
            return _invalid(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, "service")
        outcome = await self._engine.decide(BuildReported(build))
        if isinstance(outcome.result, Refusal):
            known = outcome.result.values
            sentence = f"{build.version} is known with commit {known.get('sha')} and digest {known.get('digest') or 'none'}."
            return _invalid(
                HTTPStatus.CONFLICT, f"{sentence} A build never changes: give it a new version.", "version"
            )
        status = HTTPStatus.CREATED if outcome.result.code == "build_ready" else HTTPStatus.OK
        taken: BuildTakenJson = {"service": build.service, "version": build.version}
        return web.json_response(taken, status=status)

    @described(BUILDS_ARE_POSTED)
    async def builds_are_posted(self, request: web.Request, token: ApiToken) -> web.Response:
        """Refuse to list builds: 404 while the API is off, as everywhere else."""
        del request, token
        refused = _invalid(HTTPStatus.METHOD_NOT_ALLOWED, "Builds are posted here, and not listed.", "")
        refused.headers["Allow"] = "POST"
        return refused

    @described(RELEASES)
    async def releases(self, request: web.Request, token: ApiToken) -> web.Response:
        """List releases, newest first."""
        state = request.query.get("state", "")
        limit = request.query.get("limit", "50")
        if state and state not in set(ReleaseState):
            return _invalid(
                HTTPStatus.UNPROCESSABLE_ENTITY, f"state is one of {', '.join(ReleaseState)}.", "state"
            )
        if not _is_number(limit) or not 1 <= int(limit) <= MOST_LISTED:
            return _invalid(
                HTTPStatus.UNPROCESSABLE_ENTITY, f"limit is a number from 1 to {MOST_LISTED}.", "limit"
            )
        wanted = ReleaseFilter(request.query.get("service", ""), state, int(limit), token.services)
        found = await self._engine.database.read(partial(recent, wanted=wanted))
        shown = [await self._release_json(release.number) for release in found]
        return web.json_response([each for each in shown if each is not None])

    @described(RELEASE)
    async def release(self, request: web.Request, token: ApiToken) -> web.Response:
        """Return one release in full."""
        number = request.match_info["number"].removeprefix("r")
        shown = await self._release_json(int(number)) if _is_number(number) else None
        if shown is None or not token.is_for(shown["service"]):
            return _invalid(HTTPStatus.NOT_FOUND, "There is no such release.", "number")
        return web.json_response(shown)

    async def _release_json(self, number: int) -> ReleaseJson | None:
        read = partial(snapshot, number=number, context=self._engine.read_context(), with_history=True)
        found = await self._engine.database.read(read)
        if found is None:
            return None
        silence = silence_of(found.release, self._engine.health)
        return release_json(found, self._engine.clock.now(), silence)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS


def _invalid(status: HTTPStatus, sentence: str, field: str) -> web.Response:
    return web.json_response(FieldErrorJson(error=sentence, field=field), status=status)
