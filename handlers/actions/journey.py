"""`/release [build] [to] environment`: start a release, or request its next step."""

from dataclasses import dataclass, replace

from handlers.actions.action import Action
from handlers.beginning import Nowhere, begin, beginning
from handlers.build import Build
from handlers.command_parsing import JOINING, CommandContext, parse_target, release_number
from handlers.draft import Draft
from handlers.events import Started, StepRequested
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.release import Kind, Release
from handlers.requests import BuildRequest, ResolutionContext, StartForm, UsageError
from handlers.rights import first_refusal, refuse_branch, refuse_changed, refuse_stale, refuse_unless
from handlers.signers import call_signers
from handlers.step import StepState
from handlers.transitions import notify_older_releases

MOST_WORDS = 3
AGAIN = "again"
SHORTEST_SHA = 7


@dataclass(frozen=True, slots=True)
class StartOrPromote(BuildRequest):
    """Asks to start a build's release, or for its next step.

    `token` is a version, a commit prefix, a release, or empty. With `again` the build is deployed once more where it lies.
    """

    token: str = ""
    note: str = ""
    again: bool = False

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
        if self.environment != first_environment and not self.again:
            return self._waiting_for(context)
        if context.newest is None:
            values = {"service": self.service, "branch": context.plan.builds.branch}
            return Refusal("no_build", values)
        return self._with_build(context, context.newest)

    def _with_build(self, context: ResolutionContext, build: Build) -> Started | StepRequested | Refusal:
        for release in context.open_releases:
            if release.kind is Kind.NORMAL and release.build.version == build.version:
                if self.again:
                    return Refusal("again_open", {"release": f"r{release.number}", "version": build.version})
                return StepRequested(release.number, self.actor, self.environment)
        first = context.plan.environments[0].name
        if self.again and self.environment != first:
            values = {"service": self.service, "version": build.version, "first": first}
            return Refusal("again_begins_first", values)
        return Started(build, self.environment, self.actor, (self.actor,), self.note, again=self.again)

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
    """Find a build by its version first, then by a commit prefix.

    A prefix that matches several builds is refused.
    """
    by_version = [build for build in context.builds if build.version == token]
    if by_version:
        return by_version[0]
    lowered = token.lower()
    by_sha = [
        build for build in context.builds if len(token) >= SHORTEST_SHA and build.sha.startswith(lowered)
    ]
    if len(by_sha) > 1:
        return Refusal(
            "ambiguous_build", {"token": token, "builds": ", ".join(build.version for build in by_sha)}
        )
    return (
        by_sha[0] if by_sha else Refusal("unknown_build", {"token": token, "service": context.plan.service})
    )


def _next_is(release: Release, environment: str) -> bool:
    return release.kind is Kind.NORMAL and not release.ended and release.step.environment == environment


def parse(words: tuple[str, ...], context: CommandContext) -> StartOrPromote | StartForm | UsageError:
    """Parse an environment, with a build before it if one is named, and `again` at the end.

    No words at all open the form.
    """
    if not words:
        return StartForm(context.actor, context.service)
    if len(words) == 1 or words[-1].lower() != AGAIN:
        return _parse(words, context)
    found = _parse(words[:-1], context)
    return replace(found, again=True) if isinstance(found, StartOrPromote) else found


def _parse(words: tuple[str, ...], context: CommandContext) -> StartOrPromote | UsageError:
    kept = tuple(word for word in words if word not in JOINING)
    if len(kept) > MOST_WORDS or not kept:
        return UsageError("unknown_words", " ".join(words))
    named = _named_build(kept[0], context) if len(kept) > 1 else None
    if named is None:
        return _without_build(kept, context)
    service, token = named
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    target = parse_target(kept[1:], replace(context, here=service))
    if isinstance(target, UsageError):
        return target
    return StartOrPromote(target.service, target.environment, context.actor, token)


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
    """Start a build's release: only starters may. It begins where its build lies untouched, else in the first environment."""
    plan = draft.release.plan
    refusal = None if event.automatic else refuse_unless(draft, event.actor, plan.starters, "start")
    if refusal is not None:
        return refusal
    state = draft.environment_state(event.environment)
    refusal = refuse_changed(event, state) or refuse_branch(draft, event.environment)
    if refusal is not None:
        return refusal
    found = beginning(draft, event)
    if isinstance(found, Nowhere):
        return _nowhere(event, found, plan.environments[0].name)
    begin(draft, event, found)
    draft.post("started", {"by": event.actor, "note": event.note})
    call_signers(draft)
    notify_older_releases(draft)
    draft.show()
    draft.announce()
    return _started(draft)


def _nowhere(event: Started, found: Nowhere, first: str) -> Refusal:
    build = event.build
    values = {"service": build.service, "version": build.version, "environment": event.environment}
    if found.missing:
        return Refusal("skipped_environment", {**values, "missing": found.missing, "seen": found.seen})
    everywhere = "yes" if found.everywhere else "no"
    bound_to = {"first": first, "fingerprint": build.fingerprint()}
    return Refusal("live_already", {**values, **bound_to, "everywhere": everywhere})


def _started(draft: Draft) -> Reply:
    """Return where the release begins, and from which one it takes over what lies there, unless it has to wait for that."""
    values = {"release": f"r{draft.release.number}", "environment": draft.step.environment}
    state = draft.environment_state(draft.step.environment)
    free = not state.holder and not state.queue
    if state.live is None or not free or not draft.gate_context().takes_over:
        return Reply("started", values)
    return Reply(
        "goes_on", {**values, "version": draft.release.build.version, "from": f"r{state.live.release}"}
    )


def record_step(draft: Draft, event: StepRequested) -> Reply | Refusal:
    """Request a step; an early request is remembered, a second one changes nothing."""
    release = draft.release
    step = release.step_in(event.environment)
    if step is None:
        return Refusal("no_such_environment", {"environment": event.environment, "service": release.service})
    teams = unique(release.plan.starters + release.plan.operators)
    refusal = first_refusal(
        refuse_unless(draft, event.actor, teams, "promote"),
        refuse_stale(draft, event.precondition),
        refuse_branch(draft, event.environment),
    )
    if refusal is not None:
        return refusal
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
        "website@2.4.1 to production",
        "2.4.1 to staging again",
    ),
    "start that build's journey, or ask for its next step",
    parse,
    {Started: record_start, StepRequested: record_step},
)
