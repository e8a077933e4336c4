"""Performs the steps of workflows: asks a person to start a release, waits for one, and tells Slack how a step ended."""

from functools import partial
from typing import Any

from bot.blocks.block_kit import Message
from bot.blocks.replies import refusal_line
from bot.blocks.text import plain, visible
from bot.blocks.workflow_ask import WantedRelease, asked_by_workflow
from bot.effects.drawing import PostLocation
from bot.effects.messages import SlackMessages
from bot.effects.rejections import effect_result
from bot.effects.worker import Done, EffectResult, Failed, RetryIn
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack_client.results import CallRejected
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from handlers.effects import Effect
from handlers.events import Started
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.promotion import StartOrPromote
from handlers.workflow_steps import AskToStart, AwaitRelease, EndStep, awaited_environment, outcome_in
from storage import effects, reading, releases
from storage.codec import loads
from storage.effects import Task

LOOK_AGAIN = 60.0
"""Seconds until a release is looked at again that somebody waits for; when it goes live or ends, it is looked at at once."""

ASK_AGAIN = 60.0
"""Seconds until Slack is asked again about somebody of whom nothing is known."""

LONGEST_ERROR = 500

_OVER = frozenset({"execution_not_in_running_state", "function_execution_not_found"})
"""What Slack says of a step that was ended before, or with its workflow (Slack's docs, functions.completeSuccess)."""


class WorkflowSteps:
    """Performs `ask_to_start`, `await_release` and `end_step`."""

    def __init__(
        self,
        engine: Engine,
        freshness: Freshness,
        messages: SlackMessages,
        slack: SlackWeb,
        snapshots: Snapshots,
    ) -> None:
        self._engine = engine
        self._freshness = freshness
        self._messages = messages
        self._slack = slack
        self._snapshots = snapshots

    async def ask_to_start(self, task: Task) -> EffectResult:
        """Send a person the button for what a workflow wants; the step then ends with what they were asked."""
        asked = loads(AskToStart, task.body)
        await self._freshness.refresh_person(asked.user)
        status = self._freshness.membership().account_status(asked.user, self._engine.clock.now())
        if status is Eligibility.UNKNOWN:
            return RetryIn(ASK_AGAIN, "Slack says nothing of them", counts_as_failure=False)
        if status is not Eligibility.YES:
            return await self._fail(
                asked.execution, "Only full members of this workspace can start releases."
            )
        wanted = await self._wanted(asked)
        if isinstance(wanted, str):
            return await self._fail(asked.execution, wanted)

        async def render() -> Message:
            return asked_by_workflow(wanted)

        posted = await self._messages.post(PostLocation(asked.user), render, task)
        if isinstance(posted, Failed):
            return await self._fail(asked.execution, "Slack takes no direct message to that person.")
        if isinstance(posted, Done):
            known = {"release": f"r{wanted.release}"} if wanted.release else {}
            outputs = {"asked": True, "version": wanted.build.version, **known}
            await self._add(EndStep(asked.execution, outputs))
        return posted

    async def _wanted(self, asked: AskToStart) -> WantedRelease | str:
        """Return what a person is asked to start; or why that is nothing that anybody could."""
        plan = self._engine.policy.plans.get(asked.service)
        if plan is None or plan.environment(asked.environment) is None:
            return f"There is no environment {asked.environment} of a service {asked.service}."
        database, token = self._engine.database, asked.version
        find = partial(reading.resolution_context, plan=plan, environment=asked.environment, token=token)
        request = StartOrPromote(asked.service, asked.environment, asked.user, token, service_named=True)
        event = request.resolve(await database.read(find))
        if isinstance(event, Refusal):
            return visible(refusal_line(event, self._snapshots.names(), self._engine.policy.directory))
        if isinstance(event, Started):
            return WantedRelease(event.build, asked.environment)
        release = await database.read(partial(releases.get, number=event.release))
        if release is None:
            return f"There is no release r{event.release}."
        return WantedRelease(release.build, asked.environment, release.number)

    async def await_release(self, task: Task) -> EffectResult:
        """End a step if its release is live or has ended; otherwise look again when it is, and once in a while."""
        waiting = loads(AwaitRelease, task.body)
        release = await self._engine.database.read(partial(releases.get, number=waiting.release))
        if release is None:
            return await self._fail(waiting.execution, f"There is no release r{waiting.release}.")
        environment = awaited_environment(release, waiting.environment)
        if release.step_in(environment) is None:
            error = f"r{release.number} does not go to {environment}."
            return await self._fail(waiting.execution, error)
        outcome = outcome_in(release, environment)
        if not outcome:
            return RetryIn(LOOK_AGAIN, "it is neither live nor over", counts_as_failure=False)
        await self._add(EndStep(waiting.execution, {"outcome": outcome, "version": release.build.version}))
        return Done()

    async def end_step(self, task: Task) -> EffectResult:
        """Tell Slack how a step ended; one that is over is left as it is, which is how Slack takes each end once."""
        ended = loads(EndStep, task.body)
        named: dict[str, Any] = {"function_execution_id": ended.execution}
        method, arguments = "functions.completeSuccess", {**named, "outputs": dict(ended.outputs)}
        if ended.error:
            method, arguments = "functions.completeError", {**named, "error": ended.error}
        called = self._slack.acquire_slot(method, "", f"effect:{task.id}")
        if called is None:
            called = await self._slack.call(method, arguments, slot_taken=True)
        if isinstance(called, CallRejected) and called.error in _OVER:
            return Done()
        return effect_result(called, task)

    async def _fail(self, execution: str, why: str) -> EffectResult:
        await self._add(EndStep(execution, error=plain(why, LONGEST_ERROR)))
        return Done()

    async def _add(self, effect: Effect) -> None:
        now = self._engine.clock.now()
        await self._engine.database.write(partial(effects.add, effects=(effect,), now=now))
