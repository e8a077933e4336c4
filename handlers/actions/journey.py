"""`/release [build] [to] environment`: start a release, or request its next step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers.actions.action import Action
from handlers.build import Build
from handlers.build_lookup import builds_named
from handlers.command_parsing import (
    JOINING,
    CommandContext,
    Target,
    parse_services,
    parse_target,
    release_number,
)
from handlers.draft import Draft
from handlers.events import Started, StepRequested
from handlers.gates import branch
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.release import Kind, Release
from handlers.requests import BuildRequest, ResolutionContext, Several, StartForm, UsageError
from handlers.rights import first_refusal, refuse_changed, refuse_stale, refuse_unless
from handlers.signers import call_signers
from handlers.step import StepState
from handlers.transitions import begin_first_step, notify_older_releases
from handlers.typed_words import bare
from handlers.vocabulary import NEWEST

MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class StartOrPromote(BuildRequest):
    """Asks to start a build's release, or for its next step.

    `token` is a version, a commit prefix, a release, or empty.
    """

    token: str = ""
    note: str = ""

    @property
    def named_build(self) -> str:
        """The token."""
        return self.token

    def resolve(self, context: ResolutionContext) -> Started | StepRequested | Refusal:
        """Find the build or release that is meant; nothing defaults to production."""
        number = release_number(self.token)
        if number:
            return StepRequested(number, self.actor, self.environment)
        first_environment = context.plan.environments[0].name
        if self.token:
            build = _named(self.token, context)
            return build if isinstance(build, Refusal) else self._with_build(context, build)
        if self.environment != first_environment:
            return self._waiting_for(context)
        if context.newest is None:
            values = {"service": self.service, "branch": context.plan.builds.branch}
            return Refusal("no_build", values)
        return self._with_build(context, context.newest)

    def _with_build(self, context: ResolutionContext, build: Build) -> Started | StepRequested | Refusal:
        for release in context.open_releases:
            if release.kind is Kind.NORMAL and release.build.version == build.version:
                return StepRequested(release.number, self.actor, self.environment)
        first_environment = context.plan.environments[0].name
        if self.environment != first_environment:
            values = {
                "environment": self.environment,
                "missing": first_environment,
                "version": build.version,
                "service": self.service,
            }
            return Refusal("skipped_environment", values)
        return Started(build, first_environment, self.actor, (self.actor,), self.note)

    def _waiting_for(self, context: ResolutionContext) -> StepRequested | Refusal:
        """Find the one release whose previous step succeeded.

        If several match, the refusal lists them; if none does, it says so.
        """
        fitting = [release for release in context.open_releases if _next_is(release, self.environment)]
        if len(fitting) == 1:
            return StepRequested(fitting[0].number, self.actor, self.environment)
        values = {"environment": self.environment, "service": self.service}
        if not fitting:
            return Refusal("nothing_ready", {**values, "missing": context.plan.environments[0].name})
        named = ", ".join(f"r{release.number} ({release.build.version})" for release in fitting)
        return Refusal("several_ready", {**values, "releases": named})


def _named(token: str, context: ResolutionContext) -> Build | Refusal:
    """Find the build that is named; a prefix that matches several commits is refused."""
    found = builds_named(token, context.builds)
    if len(found) == 1:
        return found[0]
    versions = ", ".join(build.version for build in found)
    if versions:
        return Refusal("ambiguous_build", {"token": token, "builds": versions})
    return Refusal("unknown_build", {"token": token, "service": context.plan.service})


def _next_is(release: Release, environment: str) -> bool:
    return release.kind is Kind.NORMAL and not release.ended and release.step.environment == environment


def parse(
    words: tuple[str, ...], context: CommandContext
) -> StartOrPromote | StartForm | Several | UsageError:
    """Parse an environment, with a build or several services before it if they are named.

    No words at all open the form.
    """
    if not words:
        return StartForm(context.actor, context.service)
    kept = tuple(word for word in words if word not in JOINING)
    several = parse_services(kept, context)
    if several is not None:
        return several if isinstance(several, UsageError) else _newest_of_each(several, context)
    if len(kept) > MOST_WORDS or not kept:
        return UsageError("unknown_words", " ".join(words))
    named = _named_build(kept[0], context) if len(kept) > 1 else None
    return _without_build(kept, context) if named is None else _with_build(named, kept[1:], context)


def _newest_of_each(several: Mapping[str, str], context: CommandContext) -> Several:
    parts = (StartOrPromote(service, environment, context.actor) for service, environment in several.items())
    return Several(context.actor, tuple(parts))


def _with_build(
    named: tuple[str, str], words: tuple[str, ...], context: CommandContext
) -> StartOrPromote | UsageError:
    service, token = named
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    target = parse_target(words, replace(context, here=service))
    if isinstance(target, UsageError):
        return target
    if target.rest:
        return UsageError("unknown_words", " ".join(target.rest))
    if bare(token) in NEWEST:
        return _newest(target, context)
    return StartOrPromote(target.service, target.environment, context.actor, token)


def _newest(target: Target, context: CommandContext) -> StartOrPromote | UsageError:
    if target.environment != context.environments(target.service)[0]:
        return UsageError("build_needed", target.environment)
    return StartOrPromote(target.service, target.environment, context.actor)


def _named_build(word: str, context: CommandContext) -> tuple[str, str] | None:
    """Split `website@2.4.1` into service and token; None if the word names a service.

    Any other word is a version, a commit prefix or a release of the service that is meant.
    """
    service, at, token = word.partition("@")
    if at:
        return (service, token) if service in context.services else ("", token)
    if word in context.services:
        return None
    return context.service, word


def _without_build(words: tuple[str, ...], context: CommandContext) -> StartOrPromote | UsageError:
    target = parse_target(words, context)
    if isinstance(target, UsageError):
        if target.code == "which_service":
            return target
        return UsageError("unknown_words", " ".join(words), target.choices)
    if target.rest:
        return UsageError("unknown_words", " ".join(words))
    return StartOrPromote(target.service, target.environment, context.actor)


def record_start(draft: Draft, event: Started) -> Reply | Refusal:
    """Start a build's release: only starters may, and only in the first environment."""
    plan = draft.release.plan
    refusal = None if event.automatic else refuse_unless(draft, event.actor, plan.starters, "start")
    if refusal is not None:
        return refusal
    first_environment = plan.environments[0].name
    if event.environment != first_environment:
        version = event.build.version
        values = {"environment": event.environment, "missing": first_environment, "version": version}
        return Refusal("skipped_environment", values)
    refusal = refuse_changed(event, draft.environment_state(first_environment))
    if refusal is not None:
        return refusal
    wrong = branch.wrong_branch(draft.gate_context())
    if wrong is not None:
        return Refusal("wrong_branch", {**wrong.values, "environment": first_environment})
    begin_first_step(draft, event.actor)
    draft.post("started", {"by": event.actor, "note": event.note})
    call_signers(draft)
    notify_older_releases(draft)
    draft.show()
    draft.announce()
    return Reply("started", {"release": f"r{draft.release.number}", "environment": first_environment})


def record_step(draft: Draft, event: StepRequested) -> Reply | Refusal:
    """Request a step; an early request is remembered, a second one changes nothing."""
    release = draft.release
    step = release.step_in(event.environment)
    if step is None:
        return Refusal("no_such_environment", {"environment": event.environment, "service": release.service})
    teams = unique(release.plan.starters + release.plan.operators)
    refusal = first_refusal(
        refuse_unless(draft, event.actor, teams, "promote"), refuse_stale(draft, event.precondition)
    )
    if refusal is not None:
        return refusal
    wrong = branch.wrong_branch(draft.gate_context(step))
    if wrong is not None and release.kind is Kind.NORMAL:
        return Refusal("wrong_branch", {**wrong.values, "environment": event.environment})
    values = {"release": f"r{release.number}", "environment": event.environment}
    if step.state not in {StepState.PENDING, StepState.WAITING}:
        named = {"service": release.service, "version": release.build.version}
        return Reply("already_there", {**values, **named, "state": step.state.value})
    if step.requested:
        return Reply("already_asked", values)
    index = release.steps.index(step)
    draft.release = release.with_step(
        index, requested=True, requested_by=event.actor, unrequested_by="", unrequested_detail=""
    )
    if step.state is StepState.WAITING:
        notify_older_releases(draft)
    draft.post("asked", {"by": event.actor, "environment": event.environment})
    draft.show()
    return Reply("asked", values)


ACTION = Action(
    "journey",
    (
        "staging",
        "website to staging",
        "2.4.1 to staging",
        "cart search to staging",
        "website@2.4.1 to production",
    ),
    "start that build's journey, or ask for its next step",
    parse,
    {Started: record_start, StepRequested: record_step},
)
