"""`/release rollback production [to 2.4.0] [reason]`: redeploy an earlier build.

Only a build that succeeded in that environment before can be rolled back to.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from handlers.actions.action import Action
from handlers.build import Build
from handlers.command_parsing import PRODUCTION, CommandContext, Target, free_text, is_joining, parse_target
from handlers.draft import Draft
from handlers.effects import Notify
from handlers.environments import EnvironmentState
from handlers.events import StartsRelease
from handlers.outcome import Refusal, Reply
from handlers.preparation import is_only_courtesy
from handlers.release import Kind
from handlers.reports import Displaced
from handlers.requests import BuildRequest, Confirmation, ResolutionContext, UsageError
from handlers.rights import first_refusal, refuse_changed, refuse_unless
from handlers.rollback_target import rollback_target
from handlers.signers import call_signers
from handlers.transitions import begin_first_step
from handlers.typed_words import bare, release_named, same_version


@dataclass(frozen=True, slots=True)
class RollbackStarted(StartsRelease):
    """An operator rolls back to a build that succeeded in the environment before.

    Starting it counts as the operator's sign-off.
    """

    event_name: ClassVar[str] = "rollback_started"
    kind: ClassVar[Kind] = Kind.ROLLBACK

    reason: str = ""
    cancel_holder: bool = False

    def release_note(self) -> str:
        """Return the reason."""
        return self.reason


@dataclass(frozen=True, slots=True)
class RollbackRequest(BuildRequest):
    """Asks to roll an environment back, to `version` or to the default target."""

    version: str = ""
    reason: str = ""
    cancel_holder: bool = False

    def resolve(self, context: ResolutionContext) -> RollbackStarted | Refusal:
        """Find the target: the build with the named version, or the default target."""
        values = {"environment": self.environment, "service": self.service, "version": self.version}
        if self.version:
            target = _named(self.version, context.successes)
        else:
            target = rollback_target(context.successes, context.environment_state)
        if target is None:
            return Refusal("never_succeeded_there" if self.version else "nothing_to_roll_back_to", values)
        return RollbackStarted(target, self.environment, self.actor, self.reason, self.cancel_holder)

    def confirm(self, event: StartsRelease, context: ResolutionContext) -> Confirmation | None:
        """Have operators confirm what is replaced and what replaces it.

        A build that is live already is refused without a form.
        """
        state = context.environment_state
        if _is_live(event.build, state):
            return None
        return Confirmation(event.build, state, context.plan.operators, self.reason)


def _named(version: str, successes: tuple[Build, ...]) -> Build | None:
    """Find the last build of a version: as it is spelled, or else in another spelling."""
    latest = successes[::-1]
    exact = next((build for build in latest if build.version == version), None)
    return exact or next((build for build in latest if same_version(version, build.version)), None)


def parse(words: tuple[str, ...], context: CommandContext) -> RollbackRequest | UsageError:
    """Parse the environment, the version if one is named, and the reason.

    Without an environment production is meant, or else the last one: the form names it and asks.
    """
    target = _target(words, context)
    if isinstance(target, UsageError):
        return _without_a_release(target, words)
    rest, version = target.rest, ""
    if rest and bare(rest[0]) == "to":
        if len(rest) == 1:
            return UsageError("version_needed", "to")
        version, rest = rest[1], rest[2:]
    return RollbackRequest(target.service, target.environment, context.actor, version, free_text(rest))


def _target(words: tuple[str, ...], context: CommandContext) -> Target | UsageError:
    service, rest = context.service, words
    named = context.service_named("".join(words[:1]))
    if named and not context.environment_named(named, named):
        service, rest = named, words[1:]
    if not service and is_only_courtesy(rest, context):
        return UsageError("which_service", "", tuple(context.services))
    environments = context.environments(service)
    if not environments or not _names_no_environment(rest, service, context):
        return parse_target(words, context)
    last = PRODUCTION if PRODUCTION in environments else environments[len(environments) - 1]
    if is_only_courtesy(rest, context):
        return Target(service, last, ())
    return Target(service, last, rest if is_joining(rest[0]) else ("to", *rest))


def _without_a_release(wrong: UsageError, words: tuple[str, ...]) -> UsageError:
    """Return the line to roll back where a release was named: an environment goes back, not a release."""
    if wrong.code != "unknown_environment" or not release_named(wrong.word):
        return wrong
    where = PRODUCTION if PRODUCTION in wrong.choices else wrong.choices[-1]
    return replace(wrong, meant=(" ".join(("rollback", where, *words[1:])),))


def _names_no_environment(rest: tuple[str, ...], service: str, context: CommandContext) -> bool:
    """Return whether an environment is left out: nothing follows, or a version at once."""
    if is_only_courtesy(rest, context):
        return True
    after = rest[1:] if is_joining(rest[0]) else rest
    first = "".join(after[:1])
    version = any(letter.isdigit() for letter in first) and not release_named(first)
    return version and not context.environment_named(first, service)


def record(draft: Draft, event: RollbackStarted) -> Reply | Refusal:
    """Roll back to a build that succeeded there before.

    The release that holds the environment gives way, unless it is in flight.
    """
    plan, state = draft.release.plan, draft.environment_state(event.environment)
    refusal = first_refusal(
        refuse_unless(draft, event.actor, plan.operators, "rollback"),
        _refuse_target(draft, event, state),
        refuse_changed(event, state),
    )
    if refusal is not None:
        return refusal
    if state.holder in draft.facts.in_flight and not event.cancel_holder:
        values = {"holder": f"r{state.holder}", "environment": event.environment}
        return Refusal("holder_in_flight", values, plan.operators)
    begin_first_step(draft, event.actor)
    if state.holder:
        number = draft.release.number
        displaced = Displaced(state.holder, event.environment, number, event.actor, event.cancel_holder)
        draft.emit(Notify(displaced))
    draft.post("rollback_started", {"by": event.actor, "reason": event.reason})
    call_signers(draft)
    draft.show()
    return Reply("rollback_started", {"release": f"r{draft.release.number}", "version": event.build.version})


def _refuse_target(draft: Draft, event: RollbackStarted, state: EnvironmentState) -> Refusal | None:
    values = {"environment": event.environment, "version": event.build.version}
    before = draft.facts.successes.get(event.environment, ())
    if not any(build.version == event.build.version and build.same_artifact(event.build) for build in before):
        return Refusal("never_succeeded_there", values)
    if _is_live(event.build, state):
        return Refusal("already_live", values)
    queued = next((entry.release for entry in state.queue if entry.rollback), 0)
    open_one = draft.facts.rolling_back or queued
    if open_one:
        return Refusal("rollback_open", {**values, "release": f"r{open_one}"})
    return None


def _is_live(build: Build, state: EnvironmentState) -> bool:
    return not state.failed and state.live is not None and state.live.build.version == build.version


ACTION = Action(
    "rollback",
    ("rollback production", "rollback production to 2.4.0 checkout is broken"),
    "bring back a build that succeeded there before, and lock (operators)",
    parse,
    {RollbackStarted: record},
)
