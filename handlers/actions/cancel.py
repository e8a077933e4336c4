"""`/release cancel r42 [reason]`: end a release; what is running is stopped."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.requests import UsageError
from handlers.rights import first_refusal, refuse_stale, refuse_unless_steering
from handlers.step import StepState
from handlers.transitions import cancel_release
from handlers.typed_words import bare, release_named

_NO_RELEASE = frozenset(
    {"deploy", "deploys", "deployment", "deployments", "releases", "steps", "everything", "all"}
)
_ARTICLES = frozenset({"the", "my", "this", "that", "all", "of", "every", "each"})
"""What a release is not called: none is ended by it."""

_SIGN_OFFS = frozenset({"approval", "approvals", "signoff", "sign-off", "sign-offs"})
_PARTS = _SIGN_OFFS | {"rejection", "testing", "test", "tests", "rollback", "lock"}
"""What belongs to a release: who names one of them alone does not mean that the release ends."""


@dataclass(frozen=True, slots=True)
class CancelRequested(ReleaseAction):
    """A person asked to end the release."""

    event_name: ClassVar[str] = "cancel_requested"
    when_absent: ClassVar[bool] = True

    reason: str = ""


def parse(words: tuple[str, ...], context: CommandContext) -> CancelRequested | UsageError:
    """Parse the release and the reason."""
    first = next((bare(word) for word in words if bare(word) not in _ARTICLES), "")
    unnamed = not any(release_named(word) for word in words)
    if unnamed and (context.environment_named(first) or context.service_named(first) or first in _NO_RELEASE):
        return UsageError("instead", " ".join(("cancel", *words)), ("stopping",))
    found = parse_release(words, "cancel")
    if isinstance(found, UsageError):
        return found
    number, reason = found
    if len(reason) == 1 and bare(reason[0]) in _PARTS:
        signed = bare(reason[0]) in _SIGN_OFFS
        return UsageError("other_text", reason[0], meant=(f"withdraw r{number}",) if signed else ())
    return CancelRequested(number, context.actor, free_text(reason))


def record(draft: Draft, event: CancelRequested) -> Reply | Refusal:
    """End the release; whatever is in flight is stopped first."""
    release, environment = draft.release, draft.step.environment
    refusal = first_refusal(
        refuse_unless_steering(draft, event.actor, "cancel"), refuse_stale(draft, event.precondition)
    )
    if refusal is not None:
        return refusal
    in_part = draft.step.state is StepState.FAILED and draft.step.may_have_deployed
    live = draft.environment_state(environment).live
    named = f"r{release.number}"
    state = cancel_release(draft, event.actor, event.reason)
    if in_part:
        version = live.build.version if live is not None else ""
        left = {"environment": environment, "part": release.build.version, "live": version}
        return Reply("cancelled_in_part", {"release": named, **left})
    return Reply(state or "already_cancelling", {"release": named, "environment": environment})


ACTION = Action(
    "cancel",
    ("cancel r42", "cancel r42 wrong build"),
    "end a release; what runs is stopped first",
    parse,
    {CancelRequested: record},
)
