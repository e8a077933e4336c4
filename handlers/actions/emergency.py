"""`/release emergency 2.4.2 [to production] reason`: release one build to one environment, past what costs more than it saves.

It passes windows, freezes, the line and who is kept there; never a lock, a deployment in flight, or its own sign-offs.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import PRODUCTION, CommandContext, free_text, is_joining
from handlers.draft import Draft
from handlers.effects import Notify
from handlers.emergency_plan import EmergencyPlan
from handlers.environments import EnvironmentState
from handlers.events import StartsRelease
from handlers.gates.branch import wrong_branch
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.promotion import build_named
from handlers.release import Kind
from handlers.reports import Displaced
from handlers.requests import BuildRequest, Confirmation, ResolutionContext, UsageError
from handlers.rights import first_refusal, refuse_changed, refuse_unless
from handlers.sign_off_rule import sign_off_rules
from handlers.signers import call_signers
from handlers.transitions import begin_first_step
from handlers.typed_words import bare, release_named

WORD = "emergency"


@dataclass(frozen=True, slots=True)
class EmergencyStarted(StartsRelease):
    """A person started an emergency; with `cancel_holder` what is being deployed there is stopped first."""

    event_name: ClassVar[str] = "emergency_started"
    kind: ClassVar[Kind] = Kind.EMERGENCY

    reason: str = ""
    cancel_holder: bool = False

    def release_note(self) -> str:
        """Return the reason."""
        return self.reason


@dataclass(frozen=True, slots=True)
class EmergencyRequest(BuildRequest):
    """Asks to release a build to an environment in an emergency; `token` is a version, a commit prefix or a release."""

    token: str = ""
    reason: str = ""
    cancel_holder: bool = False

    @property
    def named_build(self) -> str:
        """The token."""
        return self.token

    def resolve(self, context: ResolutionContext) -> EmergencyStarted | Refusal:
        """Find the build that is meant, where the environment has an emergency lane."""
        values = {"environment": self.environment, "service": self.service}
        planned = context.plan.environment(self.environment)
        if planned is None or planned.emergency is None:
            return Refusal("no_emergency_lane", values, context.plan.operators)
        release, number = context.release, release_named(self.token)
        if number and (release is None or release.service != self.service):
            code = "no_such_release" if release is None else "release_of_another"
            return Refusal(code, {**values, "release": f"r{number}"})
        found = release.build if number and release is not None else build_named(self.token, context)
        if isinstance(found, Refusal):
            return found
        if not planned.takes_urgent(found.branch):
            branches = {"branch": found.branch, "branches": ", ".join(planned.emergency_branches)}
            return Refusal("wrong_branch", {**values, **branches})
        return EmergencyStarted(found, self.environment, self.actor, self.reason, self.cancel_holder)

    def confirm(self, event: StartsRelease, context: ResolutionContext) -> Confirmation | None:
        """Have those who may start one confirm what it does, and why."""
        planned = context.plan.environment(self.environment)
        lane = planned.emergency if planned is not None else None
        may = lane.may if lane is not None else ()
        return Confirmation(event.build, context.environment_state, may, self.reason, WORD)


def parse(words: tuple[str, ...], context: CommandContext) -> EmergencyRequest | UsageError:
    """Parse the build, its service and the environment, in any order, and the reason after them.

    Without an environment production is meant, or else the last one: the form names it and asks.
    """
    named, rest = _named(words, context)
    service = named.service or context.service
    if not named.token:
        return UsageError("emergency_build", " ".join(words))
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    environments = context.environments(service)
    usual = PRODUCTION if PRODUCTION in environments else environments[-1]
    return EmergencyRequest(service, named.environment or usual, context.actor, named.token, free_text(rest))


def inside(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return the words of `2.4.2 to production emergency log in is down` without that word; none for another line.

    Before the word stands a build, and nothing but names.
    """
    at = next((at for at, word in enumerate(words) if bare(word) == WORD), 0)
    named, rest = _named(words[:at], context)
    return (*words[:at], *words[at + 1 :]) if named.token and not rest else ()


@dataclass(frozen=True, slots=True)
class _Named:
    service: str = ""
    token: str = ""
    environment: str = ""


def _named(words: tuple[str, ...], context: CommandContext) -> tuple[_Named, tuple[str, ...]]:
    """Return what is named at the front of the words, each once, and the words after that."""
    named = _Named()
    for at, word in enumerate(words):
        found = _with(named, word, words[at + 1 : at + 2], context)
        if found is None:
            return named, words[at:]
        named = found
    return named, ()


def _with(named: _Named, word: str, after: tuple[str, ...], context: CommandContext) -> _Named | None:
    """Return what is named with one more word; None if that names nothing more."""
    if is_joining(word):
        follows = any(context.environment_named(each, named.service) for each in after)
        return named if follows and not named.environment else None
    environment = context.environment_named(word, named.service)
    if environment and not named.environment:
        return replace(named, environment=environment)
    service, at, token = word.partition("@")
    if at and context.service_named(service) and not (named.token or named.service):
        return replace(named, service=context.service_named(service), token=token)
    if context.service_named(word) and not named.service:
        return replace(named, service=context.service_named(word))
    is_build = any(letter.isdigit() for letter in word) and not named.token
    return replace(named, token=word) if is_build else None


def record(draft: Draft, event: EmergencyStarted) -> Reply | Refusal:
    """Start an emergency: its build went through all environments before it that the lane does not skip."""
    lane, state = draft.release.lane(draft.step), draft.environment_state(event.environment)
    values = {
        "environment": event.environment,
        "version": event.build.version,
        "service": event.build.service,
    }
    if lane is None:
        return Refusal("no_emergency_lane", values, draft.release.plan.operators)
    refusal = first_refusal(
        refuse_unless(draft, event.actor, lane.may, "emergency"),
        _refuse_build(draft, lane, values),
        refuse_changed(event, state),
        _refuse_cancelling(draft, event, state),
    )
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "emergency"})
    begin_first_step(draft, event.actor)
    if event.cancel_holder and state.holder:
        number = draft.release.number
        displaced = Displaced(
            state.holder, event.environment, number, event.actor, cancel=True, kind=event.kind
        )
        draft.emit(Notify(displaced))
    draft.post(
        "emergency_started", {"by": event.actor, "reason": event.reason, "environment": event.environment}
    )
    _tell_signers(draft, event, lane)
    call_signers(draft)
    draft.show()
    draft.announce()
    named = {"release": f"r{draft.release.number}", "version": event.build.version}
    return Reply("emergency_started", {**named, "environment": event.environment})


def _refuse_build(draft: Draft, lane: EmergencyPlan, values: dict[str, str]) -> Refusal | None:
    """Refuse a build of another branch, one that is live there, and one that skipped an environment that it may not."""
    build, plan, where = draft.release.build, draft.release.plan, draft.step.environment
    wrong = wrong_branch(draft.gate_context())
    if wrong is not None:
        return Refusal("wrong_branch", {**wrong.values, "environment": where})
    if draft.environment_state(where).has_untouched(build):
        return Refusal("already_live", {"environment": where, "version": build.version})
    names = [each.name for each in plan.environments]
    for name in names[: names.index(where)]:
        seen = draft.facts.successes.get(name, ())
        succeeded = any(each.version == build.version and each.same_artifact(build) for each in seen)
        if name not in lane.skips and not succeeded:
            return Refusal("skipped_environment", {**values, "missing": name, "seen": ""})
    return None


def _refuse_cancelling(draft: Draft, event: EmergencyStarted, state: EnvironmentState) -> Refusal | None:
    """Refuse to stop what is being deployed there for somebody who may not."""
    if not event.cancel_holder or not state.holder:
        return None
    return refuse_unless(
        draft, event.actor, draft.release.plan.steering_teams(draft.release.environment), "cancel"
    )


def _tell_signers(draft: Draft, event: EmergencyStarted, lane: EmergencyPlan) -> None:
    """Tell the teams that sign for the environment otherwise, and are passed now."""
    asked = {rule.team for rule in sign_off_rules(lane.gates)}
    usual = unique(tuple(rule.team for rule in sign_off_rules(draft.release.environment.gates)))
    passed = tuple(team for team in usual if team not in asked)
    if passed:
        values = {"environment": event.environment, "by": event.actor, "reason": event.reason}
        draft.warn("emergency", values, passed)


ACTION = Action(
    WORD,
    ("emergency 2.4.2 log in is down", "2.4.2 to production emergency log in is down"),
    "release a fix past windows, freezes and the line; it is signed, and reviewed later",
    parse,
    {EmergencyStarted: record},
)
