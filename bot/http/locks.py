"""The locks of the API: a program locks, lists, and lifts its own locks."""

import json
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus

from aiohttp import web

from bot.engine import Engine
from bot.http.answers import FieldErrorJson, LockedJson, LockJson, PlacesJson, UnlockedJson
from bot.http.api_operations import LOCK, LOCKS, UNLOCK
from bot.http.body import BadField
from bot.http.callers import Callers
from bot.http.described import described
from bot.http.lock_input import LockBody, read_lock
from bot.http.serializers import time_json
from handlers.environments import EnvironmentState, Lock
from handlers.events import EnvironmentEvent, Everywhere, LockedByToken, UnlockedByToken
from handlers.outcome import Refusal
from handlers.people import token_actor, token_name
from handlers.plan import Plan
from handlers.policy import ApiToken
from storage import environments
from storage.database import Connection


class Locks:
    """The routes under /api/v1/locks."""

    def __init__(self, engine: Engine, callers: Callers) -> None:
        self._engine = engine
        self._callers = callers

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            self._callers.route("POST", "/api/v1/locks", self.lock),
            self._callers.route("GET", "/api/v1/locks", self.listed),
            self._callers.route("DELETE", "/api/v1/locks/{key:.+}", self.unlock),
        ]

    @described(LOCK)
    async def lock(self, request: web.Request, token: ApiToken) -> web.Response:
        """Lock: 201 new, 200 if the token has a lock of this key, 422 with the wrong field.

        Without an environment that is every protected one of the service, or every one if none is protected.
        """
        try:
            body, until = read_lock(json.loads(await request.read()), self._engine.clock.now())
            chosen = self._chosen(body, token)
        except BadField as bad:
            return _invalid(HTTPStatus.UNPROCESSABLE_ENTITY, bad.sentence, bad.field)
        except (ValueError, RecursionError):
            return _invalid(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not JSON.", "")
        actor = token_actor(token.name)
        known = bool(await self._of_key(actor, body.key))
        events = tuple(
            LockedByToken(service, names, actor, body.key, body.reason, until, body.url)
            for service, names in chosen.items()
        )
        outcome = await self._engine.decide(Everywhere(events, actor))
        refused = [service for service, part in outcome.parts if isinstance(part, Refusal)]
        known = known or any(part.code in {"lock_changed", "lock_known"} for _, part in outcome.parts)
        if len(refused) == len(chosen):
            sentence = "So many locks stand there that no more can be added: lift some of them."
            return _invalid(HTTPStatus.CONFLICT, sentence, "key")
        locked = {service: names for service, names in chosen.items() if service not in refused}
        shown: LockedJson = {
            "key": body.key,
            "owner": token.name,
            "reason": body.reason,
            "url": body.url,
            "until": None if until is None else time_json(until),
            "locked": [_places(service, names) for service, names in locked.items()],
            "left_out": refused,
        }
        return web.json_response(shown, status=HTTPStatus.OK if known else HTTPStatus.CREATED)

    def _chosen(self, body: LockBody, token: ApiToken) -> dict[str, tuple[str, ...]]:
        """Return the environments to lock, by service.

        Raises BadField for what is not in the policy; a service that is not the token's is not there for it.
        """
        visible = self._visible(token)
        if body.everything:
            if not visible:
                raise BadField("everything", "No service of shiproom.yml is this token's.")
            return {service: _environments(plan) for service, plan in visible.items()}
        plan = visible.get(body.service)
        if plan is None:
            raise BadField(
                "service", f"The service {body.service} is not in shiproom.yml, or not this token's."
            )
        if not body.environment:
            return {plan.service: _environments(plan)}
        if plan.environment(body.environment) is None:
            names = ", ".join(each.name for each in plan.environments)
            raise BadField(
                "environment", f"{plan.service} has no environment {body.environment}, but {names}."
            )
        return {plan.service: (body.environment,)}

    @described(UNLOCK)
    async def unlock(self, request: web.Request, token: ApiToken) -> web.Response:
        """Lift the token's own lock of a key; 404 if it has none."""
        key, actor = request.match_info["key"], token_actor(token.name)
        there = await self._of_key(actor, key)
        events: tuple[EnvironmentEvent, ...] = tuple(
            UnlockedByToken(service, names, actor, key) for service, names in there.items()
        )
        if events:
            outcome = await self._engine.decide(Everywhere(events, actor))
            refused = {service for service, part in outcome.parts if isinstance(part, Refusal)}
            there = {service: names for service, names in there.items() if service not in refused}
        if not there:
            sentence = (
                "There is no lock of this key that this token set. Locks of others are lifted in Slack."
            )
            return _invalid(HTTPStatus.NOT_FOUND, sentence, "key")
        lifted = [_places(service, names) for service, names in there.items()]
        shown: UnlockedJson = {"key": key, "unlocked": lifted}
        return web.json_response(shown)

    @described(LOCKS)
    async def listed(self, request: web.Request, token: ApiToken) -> web.Response:
        """List the locks in force on the token's services, oldest first in each environment."""
        del request
        states, now = await self._states(self._visible(token)), self._engine.clock.now()
        own = token_actor(token.name)
        shown = [
            _lock_json(service, name, lock, own)
            for service, by_name in states.items()
            for name, state in by_name.items()
            for lock in state.current_locks(now)
        ]
        return web.json_response(shown)

    def _visible(self, token: ApiToken) -> dict[str, Plan]:
        plans = self._engine.policy.plans
        return {service: plan for service, plan in plans.items() if token.is_for(service)}

    async def _of_key(self, owner: str, key: str) -> dict[str, tuple[str, ...]]:
        """Return where a token has a lock of a key in force, in all services: what it locked it can always unlock."""
        states, now = await self._states(self._engine.policy.plans), self._engine.clock.now()
        found = {
            service: tuple(
                name
                for name, state in by_name.items()
                if any((lock.owner, lock.key) == (owner, key) for lock in state.current_locks(now))
            )
            for service, by_name in states.items()
        }
        return {service: names for service, names in found.items() if names}

    async def _states(self, services: Iterable[str]) -> dict[str, dict[str, EnvironmentState]]:
        return await self._engine.database.read(partial(_read_states, services=tuple(services)))


def _read_states(connection: Connection, services: tuple[str, ...]) -> dict[str, dict[str, EnvironmentState]]:
    return {service: environments.read(connection, service)[0] for service in services}


def _environments(plan: Plan) -> tuple[str, ...]:
    protected = tuple(each.name for each in plan.environments if each.protected)
    return protected or tuple(each.name for each in plan.environments)


def _places(service: str, names: tuple[str, ...]) -> PlacesJson:
    return {"service": service, "environments": list(names)}


def _lock_json(service: str, environment: str, lock: Lock, own: str) -> LockJson:
    return {
        "service": service,
        "environment": environment,
        "owner": token_name(lock.owner) or lock.owner,
        "owner_kind": "token" if token_name(lock.owner) else "person",
        "own": lock.owner == own,
        "key": lock.key if lock.owner == own else "",
        "reason": lock.reason,
        "url": lock.url,
        "since": time_json(lock.since),
        "until": None if lock.until is None else time_json(lock.until),
    }


def _invalid(status: HTTPStatus, sentence: str, field: str) -> web.Response:
    return web.json_response(FieldErrorJson(error=sentence, field=field), status=status)
