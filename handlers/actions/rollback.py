"""`/release rollback production [to 2.4.0] [reason]`: redeploy an earlier build.

Only a build that succeeded in that environment before can be rolled back to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import ClassVar

from handlers.actions.action import Action
from handlers.build import Build
from handlers.command_parsing import PRODUCTION, CommandContext, Target, free_text, is_joining
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
from handlers.scopes import Scope, one_service, one_target, read_scope
from handlers.signers import call_signers
from handlers.transitions import begin_first_step
from handlers.typed_words import NEGATIONS, abbreviated, bare, nearest, release_named, same_version
from handlers.vocabulary import HARM

_NO_REASON = frozenset({"it", "this", "that", "everything", "all", "both", "r"})
"""What begins no reason: it stands for something that was not named."""


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

    @property
    def named_build(self) -> str:
        """The release whose build is meant; a version is looked for among what succeeded there."""
        return f"r{number}" if (number := release_named(self.version)) else ""

    def resolve(self, context: ResolutionContext) -> RollbackStarted | Refusal:
        """Find the target: the build of the named version or release, or the default target."""
        values = {"environment": self.environment, "service": self.service, "version": self.version}
        if not self.version:
            target = rollback_target(context.successes, context.environment_state)
            return self._to(target) if target is not None else Refusal("nothing_to_roll_back_to", values)
        target = _named(self.version, context.successes)
        if target is not None or not self.named_build:
            return self._to(target) if target is not None else Refusal("never_succeeded_there", values)
        release = context.release
        named = {**values, "release": self.named_build}
        if release is None or release.service != self.service:
            return Refusal("no_such_release" if release is None else "release_of_another", named)
        target = _named(release.build.version, context.successes)
        said = {**values, "version": f"{release.build.version} ({self.named_build})"}
        return self._to(target) if target is not None else Refusal("never_succeeded_there", said)

    def _to(self, target: Build) -> RollbackStarted:
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
    """Parse the environment, the version or release if one is named, and the reason.

    Without an environment production is meant, or else the last one: the form names it and asks.
    """
    scope = read_scope(words, context, "rollback")
    if isinstance(scope, UsageError):
        return scope
    target = _target(scope, context)
    if isinstance(target, UsageError):
        return _explained(target, scope, context)
    if not scope.target and len(scope.rest) == 1 and bare(scope.rest[0]) == "to":
        return UsageError("version_needed", "to")
    return RollbackRequest(
        target.service, target.environment, context.actor, scope.target, free_text(target.rest)
    )


def _target(scope: Scope, context: CommandContext) -> Target | UsageError:
    """Return the environment to roll back; the one that is meant without a name, if nothing or a version is named."""
    service = one_service(scope, context)
    alone = not scope.environments and (scope.target or is_only_courtesy(scope.rest, context))
    if not alone or isinstance(service, UsageError):
        return one_target(scope, context)
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    return Target(service, _usual(context.environments(service)), scope.rest if scope.target else ())


def _usual(environments: tuple[str, ...]) -> str:
    return PRODUCTION if PRODUCTION in environments else environments[-1]


def _explained(wrong: UsageError, scope: Scope, context: CommandContext) -> UsageError:
    """Return the line to roll back where no environment was named: a release, a service's other spelling, or a reason."""
    if wrong.code != "unknown_environment" or scope.environments or not wrong.choices:
        return wrong
    word, *after = scope.rest
    if release_named(word):
        return replace(wrong, meant=(_line(scope.services[:1], after, wrong.choices, context),))
    services = nearest(word, context.services)
    if services and not (scope.services or nearest(word, wrong.choices)):
        return replace(wrong, meant=tuple(_line((each,), after, wrong.choices, context) for each in services))
    if wrong.word == word and _begins_a_reason(scope, wrong.choices, context):
        return replace(wrong, meant=(_line(scope.services[:1], scope.rest, wrong.choices, context),))
    return wrong


def _line(
    services: tuple[str, ...], words: Sequence[str], environments: tuple[str, ...], context: CommandContext
) -> str:
    """Return the line of a rollback with its environment, the usual one if none is among the words."""
    rest = tuple(dropwhile(is_joining, words))
    scope = read_scope(rest, context, "rollback")
    named = isinstance(scope, Scope) and scope.environments
    return " ".join(("rollback", *services, *(() if named else (_usual(environments),)), *rest))


def _begins_a_reason(scope: Scope, environments: tuple[str, ...], context: CommandContext) -> bool:
    """Return whether free text stands where the environment was expected, and no slip in a name or another command."""
    word = scope.rest[0]
    near = nearest(word, environments) or abbreviated(word, environments)
    late = any(context.environment_named(each) for each in scope.rest)
    other = bare(word) in HARM or bare(word) in NEGATIONS | _NO_REASON
    return not (near or late or other)


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
