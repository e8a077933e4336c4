"""`/release retry r42`: retry a failed step."""

from dataclasses import dataclass, replace
from typing import ClassVar

from handlers.actions.action import Action
from handlers.attempt import FailedAttempt
from handlers.command_parsing import CommandContext
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.preparation import parse_only_release
from handlers.requests import UsageError
from handlers.rights import first_refusal, refuse_stale, refuse_unless_steering
from handlers.spending import restore_sign_offs
from handlers.step import StepState
from handlers.transitions import void_intent


@dataclass(frozen=True, slots=True)
class RetryRequested(ReleaseAction):
    """A person asked to retry a failed step."""

    event_name: ClassVar[str] = "retry_requested"


def parse(words: tuple[str, ...], context: CommandContext) -> RetryRequested | UsageError:
    """Parse the release."""
    found = parse_only_release(words, "retry", context)
    return found if isinstance(found, UsageError) else RetryRequested(found, context.actor)


def record(draft: Draft, event: RetryRequested) -> Reply | Refusal:
    """Retry a failed step.

    Its spent sign-offs count again, in the name of the person who retries.
    """
    release, step = draft.release, draft.step
    refusal = first_refusal(
        refuse_unless_steering(draft, event.actor, "retry"), refuse_stale(draft, event.precondition)
    )
    if refusal is not None:
        return refusal
    values = {"release": f"r{release.number}", "environment": step.environment}
    if step.state is not StepState.FAILED:
        return Refusal("nothing_to_retry", {**values, "state": step.state.value})
    void_intent(draft)
    draft.change(
        state=StepState.WAITING,
        attempt=step.attempt + 1,
        requested=True,
        requested_by=event.actor,
        waiting_since=draft.now,
        ended_at=None,
        failures=_retried(step.failures, event.actor),
        sign_offs=restore_sign_offs(step.sign_offs, event.actor),
    )
    draft.post("retried", {"by": event.actor, "environment": step.environment})
    draft.show()
    return Reply("retried", values)


def _retried(failures: tuple[FailedAttempt, ...], by: str) -> tuple[FailedAttempt, ...]:
    """Note who had the last failed attempt tried again."""
    return tuple(replace(each, retried_by=by) if each is failures[-1] else each for each in failures)


ACTION = Action("retry", ("retry r42",), "try a failed step once more", parse, {RetryRequested: record})
