"""`POST /claim`: the final check before a run deploys; a run that is not granted must not deploy.

The sender is authenticated first, by a signed token of the CI or by the one-time secret of the intent. Every failed
authentication gets the same answer, so guessing reveals nothing. Then the core decides, as it decides everything.
"""

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from bot.ci.http.oidc import looks_signed
from bot.ci.provider import Provider
from bot.ci.run import Admission, TemporarilyUnavailableError, UnauthenticatedError
from bot.ci.target import step_of, target_of
from bot.engine import Engine
from bot.freshness import Freshness
from bot.http.answers import ErrorJson, FieldErrorJson, GrantedJson, NotGrantedJson
from bot.http.body import BadField
from bot.http.claim_input import ClaimBody, read_claim
from bot.http.described import described
from bot.http.guard import refuse
from bot.http.other_operations import CLAIM
from bot.metrics import ANSWER_SECONDS
from bot.origin import came_via
from bot.policy_in_force import NotDecidingError
from handlers.outcome import Refusal, Reply
from handlers.release import Release
from handlers.reports import Claimed
from handlers.step import Step
from storage import releases
from storage.database import Connection

log = logging.getLogger("shiproom.claim")

MOST_BYTES = 16 * 1024
READ_WITHIN = 2.5
"""How many seconds a run may take to send its few hundred bytes."""

DECIDED_WITHIN = 7.0
"""After how many seconds the answer is "not now".

Together with reading that is less than any request may take.
"""

RETRY_AFTER = 5
"""After how many seconds to ask again: an answer of Slack, of an issuer or of the database is missing."""

_BEARER = re.compile(r"bearer +([!-~]+)\Z", re.IGNORECASE)

REFUSALS = {
    "void_intent": "This start was cancelled, or its deployment has ended. Nothing may be deployed for it any more.",
    "claimed_by_another_run": "Run {run} was admitted for this start, and one start deploys once. A re-run is another run: "
    "press Retry in Slack instead.",
    "other_commit": "The run would deploy commit {sha}, but {wanted} was signed off.",
    "claim_refused": "The gate {gate} has closed since the start: nothing may be deployed. Its sign-offs count again, and "
    "{environment} has to be requested once more.",
    "gate_closed": "A gate that was open at the start is no longer open: {gate}. Look at the release in Slack.",
}
"""What a refused run is told for its log, by the code of the refusal."""


class Claims:
    """The route /claim; `providers` are the currently connected CIs, by name."""

    def __init__(self, engine: Engine, freshness: Freshness, providers: Mapping[str, Provider]) -> None:
        self._engine = engine
        self._freshness = freshness
        self._providers = providers

    def routes(self) -> list[web.RouteDef]:
        """Return the route."""
        return [web.post("/claim", self.claim)]

    @described(CLAIM)
    async def claim(self, request: web.Request) -> web.Response:
        """Answer a run: 200 granted, 401 not authenticated, 409 refused for good, 503 not now.

        A malformed request gets 408, 413, 415 or 422.
        """
        came_via("claim")
        token = _bearer(request)
        if not token:
            return _unproved()
        if request.headers.get("Content-Encoding"):
            return refuse("encoding", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported.")
        async with asyncio.timeout(READ_WITHIN):
            body = await _body(request)
        if len(body) > MOST_BYTES:
            return refuse("size", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large for a claim.")
        try:
            posted = read_claim(body)
        except BadField as bad:
            answer = FieldErrorJson(error=bad.sentence, field=bad.field)
            return web.json_response(answer, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        with ANSWER_SECONDS.labels("claim").time():
            return await self._answer(posted, token)

    async def _answer(self, posted: ClaimBody, token: str) -> web.Response:
        """Decide a claim; any error here means "not now", as only a decision is final."""
        try:
            async with asyncio.timeout(DECIDED_WITHIN):
                return await self._decide(posted, token)
        except UnauthenticatedError as error:
            return _unproved(f"{posted.correlation}: {error}")
        except (TemporarilyUnavailableError, NotDecidingError) as error:
            log.warning("a claim for %s cannot be decided now: %s", posted.correlation, error)
        except TimeoutError:
            log.warning("a claim for %s was not decided in time", posted.correlation)
        except Exception:
            log.exception("a claim for %s failed", posted.correlation)
        return _not_now()

    async def _decide(self, posted: ClaimBody, token: str) -> web.Response:
        read = partial(_find, correlation=posted.correlation)
        found = await self._engine.database.read(read)
        self._refuse_unconfirmed(found)
        if found is None:
            raise UnauthenticatedError("there is no such start")
        await self._prove(found, posted, token)
        await self._freshness.refresh_release(found.release)
        event = Claimed(found.release.number, posted.correlation, posted.run_id, posted.sha, posted.attempt)
        outcome = await self._engine.decide(event)
        return _claim_response(found, posted, outcome.result)

    def _refuse_unconfirmed(self, found: "_GrantedStep | None") -> None:
        """Refuse for now what nothing is known of because records are lost: the start may be one of them.

        Raises NotDecidingError.
        """
        behind = self._engine.confirmed.behind
        if behind if found is None else found.release.service in behind:
            message = f"records of {', '.join(sorted(behind))} are lost"
            raise NotDecidingError(message)

    async def _prove(self, found: "_GrantedStep", posted: ClaimBody, token: str) -> None:
        target = target_of(found.release, found.step)
        provider = self._providers.get(target.deploy.ci)
        if looks_signed(token) and provider is not None and provider.takes_tokens:
            proved = await provider.admit(target, token)
            if proved != Admission(posted.run_id, posted.attempt):
                raise UnauthenticatedError("the token is another run's")
        elif not _is_secret(token, found.step, posted.correlation):
            raise UnauthenticatedError("the secret is not the one of this start")


@dataclass(frozen=True, slots=True)
class _GrantedStep:
    """The step that a correlation id was granted for."""

    release: Release
    step: Step


def _find(connection: Connection, correlation: str) -> _GrantedStep | None:
    release = releases.get(connection, releases.of_correlation(connection, correlation))
    step = step_of(release, correlation) if release is not None else None
    return _GrantedStep(release, step) if release is not None and step is not None else None


def _is_secret(token: str, step: Step, correlation: str) -> bool:
    """Compare with the claim secret in constant time; a void attempt has none."""
    intent = step.intent
    if intent is None or intent.correlation != correlation or not intent.secret:
        return False
    return hmac.compare_digest(hashlib.sha256(token.encode()).hexdigest(), intent.secret)


def _claim_response(found: _GrantedStep, posted: ClaimBody, result: Reply | Refusal) -> web.Response:
    if isinstance(result, Reply) and result.code != "claim_refused":
        granted = GrantedJson(
            granted=True,
            release=found.release.number,
            environment=found.step.environment,
            version=found.release.build.version,
            sha=posted.sha,
        )
        return web.json_response(granted)
    if result.code == "undecided":
        return _not_now()
    why = REFUSALS.get(result.code, "Shiproom does not admit this run.").format_map(result.values)
    refused = NotGrantedJson(code=result.code, why=why)
    return web.json_response(refused, status=HTTPStatus.CONFLICT)


def _bearer(request: web.Request) -> str:
    """Return the bearer token; empty without exactly one Authorization header."""
    given = request.headers.getall("Authorization", [])
    found = _BEARER.match(given[0]) if len(given) == 1 else None
    return found[1] if found is not None else ""


async def _body(request: web.Request) -> bytes:
    """Read at most one byte more than a claim may have."""
    body = b""
    while len(body) <= MOST_BYTES and (more := await request.content.read(MOST_BYTES + 1 - len(body))):
        body += more
    return body


def _unproved(why: str = "it has no token") -> web.Response:
    sentence = "The claim is not proved: nothing may be deployed."
    return refuse("claim", HTTPStatus.UNAUTHORIZED, sentence, why)


def _not_now() -> web.Response:
    answer = ErrorJson(error="That cannot be decided now: nothing may be deployed. Ask again.")
    headers = {"Retry-After": str(RETRY_AFTER)}
    return web.json_response(answer, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
