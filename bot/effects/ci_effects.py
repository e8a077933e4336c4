"""Starts and stops CI runs.

An intent is marked as sent first, then its request is sent once, and the response becomes an event.
"""

import hashlib
import logging
from dataclasses import replace
from functools import partial

from bot.ci.provider import Provider
from bot.ci.run import Accepted, Refused, StartRequest, Unclear
from bot.ci.target import step_of, target_of
from bot.effects.worker import Done, EffectResult, Failed, RetryIn, not_now
from bot.engine import Engine
from bot.freshness import Freshness
from handlers.effects import StopRun, Trigger
from handlers.outcome import Refusal
from handlers.release import Release
from handlers.reports import SendAccepted, SendRefused, SendRequested, SendUnclear, StopRefused
from handlers.step import Step
from storage import releases
from storage.codec import loads
from storage.effects import Task
from storage.incoming import Outcome

log = logging.getLogger("shiproom.ci")

SEND_WITHIN = 10.0
"""Seconds after the mark within which a request may be sent; later it never is."""

FIRST_PAUSE = 0.5
"""Seconds before a request that was certainly not taken is sent again; doubled each time."""

LONGEST_STOP_PAUSE = 300.0
"""The longest time in seconds between two requests to stop a run at a CI that does not answer."""


class CiEffects:
    """Performs the effects that go to CI systems: trigger a run, stop a run."""

    def __init__(self, engine: Engine, freshness: Freshness, providers: dict[str, Provider]) -> None:
        self._engine = engine
        self._freshness = freshness
        self._providers = providers
        self._not_before: dict[str, float] = {}

    async def trigger(self, task: Task) -> EffectResult:
        """Mark an intent as sent, send its request once, and report the response."""
        effect = loads(Trigger, task.body)
        wait = self._not_before.get(effect.correlation, 0.0) - self._engine.clock.monotonic()
        if wait > 0:
            return RetryIn(wait, "it was refused for now", counts_as_failure=False)
        release = await self._engine.database.read(partial(releases.get, number=effect.release))
        if release is not None:
            await self._freshness.refresh_release(release)
        marked_at = self._engine.clock.monotonic()
        secret = self._secret_for(release)
        wanted = SendRequested(effect.release, effect.correlation, hash_secret(secret))
        outcome = await self._engine.handle(wanted)
        sent = not isinstance(outcome.result, Refusal) and outcome.result.code == "send"
        if outcome.undecided:
            return not_now()
        if not sent or outcome.release is None:
            return Done()
        step = outcome.release.step
        request = _request(outcome.release, step, effect.correlation, marked_at + SEND_WITHIN)
        tries = step.intent.tries if step.intent is not None else 0
        told = await self._send(effect, replace(request, claim_secret=secret), tries)
        return not_now() if told.undecided else Done()

    def _secret_for(self, release: Release | None) -> str:
        """Return a new secret with which a run claims its deployment.

        Empty if no claim is needed, or if its CI issues identity tokens.
        """
        deploy = release.environment.deploy if release is not None else None
        if deploy is None or not deploy.claim:
            return ""
        provider = self._providers.get(deploy.ci)
        return self._engine.clock.new_id() if provider is not None and not provider.takes_tokens else ""

    async def _send(self, effect: Trigger, request: StartRequest, tries: int) -> Outcome:
        """Send a request and report its response.

        A report that cannot be taken now leaves the step "sent", as if its sender had stopped.
        """
        provider = self._providers.get(request.deploy.ci)
        if provider is None:
            answer = Refused(
                transient=False, detail=f"The CI {request.deploy.ci} is no longer in the policy."
            )
        elif self._engine.clock.monotonic() > request.not_after:
            answer = Refused(transient=True, detail="The request was not sent in time.")
        else:
            answer = await provider.start(request)
        number, correlation = effect.release, effect.correlation
        match answer:
            case Accepted(run_id, url, provisional):
                return await self._engine.handle(SendAccepted(number, correlation, run_id, url, provisional))
            case Refused(transient, detail, retry_after):
                pause = max(retry_after, FIRST_PAUSE * 2**tries) if transient else 0.0
                now = self._engine.clock.monotonic()
                pending = {key: at for key, at in self._not_before.items() if at > now}
                self._not_before = pending | {correlation: now + pause}
                return await self._engine.handle(SendRefused(number, correlation, tries, transient, detail))
            case Unclear(detail):
                return await self._engine.handle(SendUnclear(number, correlation, tries, detail))

    async def stop_run(self, task: Task) -> EffectResult:
        """Ask a CI to stop a run."""
        effect = loads(StopRun, task.body)
        release = await self._engine.database.read(partial(releases.get, number=effect.release))
        if release is None:
            return Failed(f"r{effect.release} is gone")
        step = step_of(release, effect.correlation) or release.step
        target = target_of(release, step)
        provider = self._providers.get(target.deploy.ci)
        if provider is None:
            return Failed(f"the CI {target.deploy.ci} is no longer in the policy")
        answer = await provider.cancel(target, effect.correlation, effect.run_id)
        if answer.asked:
            return Done()
        if not answer.final:
            why = f"{target.deploy.ci} could not be asked to stop run {effect.run_id}"
            return RetryIn(1.0, why, longest=LONGEST_STOP_PAUSE)
        refused = StopRefused(effect.release, effect.correlation, effect.run_id, answer.detail)
        outcome = await self._engine.handle(refused, f"stop_refused:{task.id}")
        if outcome.undecided:
            return not_now()
        return Failed(f"{target.deploy.ci} refuses to stop run {effect.run_id}: {answer.detail}")


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal, which is what is saved of it."""
    return hashlib.sha256(secret.encode()).hexdigest() if secret else ""


def _request(release: Release, step: Step, correlation: str, not_after: float) -> StartRequest:
    build = release.build
    return StartRequest(
        correlation=correlation,
        target=target_of(release, step),
        version=build.version,
        sha=build.sha,
        digest=build.digest,
        build_url=build.url,
        release=release.number,
        not_after=not_after,
    )
