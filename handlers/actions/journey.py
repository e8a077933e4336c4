"""`/release [build] [to] environment`: start a release, or request its next step."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.actions.action import Action
from handlers.beginning import Nowhere, begin, beginning
from handlers.command_parsing import (
    JOINING,
    TWO,
    CommandContext,
    Target,
    parse_services,
    parse_target,
    release_number,
)
from handlers.draft import Draft
from handlers.events import Started, StepRequested
from handlers.outcome import Refusal, Reply
from handlers.plan import Plan
from handlers.promotion import StartOrPromote
from handlers.requests import Several, StartForm, UsageError
from handlers.rights import first_refusal, refuse_branch, refuse_changed, refuse_stale, refuse_unless
from handlers.scopes import OF
from handlers.signers import call_signers
from handlers.step import StepState
from handlers.transitions import notify_older_releases
from handlers.typed_words import bare
from handlers.vocabulary import NEWEST

MOST_WORDS = 3
AGAIN = "again"


def parse(
    words: tuple[str, ...], context: CommandContext
) -> StartOrPromote | StartForm | Several | UsageError:
    """Parse an environment, with a build or several services before it if they are named, and `again` at the end.

    No words at all open the form.
    """
    if not words:
        return StartForm(context.actor, context.service)
    if len(words) == 1 or words[-1].lower() != AGAIN:
        return _parse(words, context)
    found = _parse(words[:-1], context)
    return replace(found, again=True) if isinstance(found, StartOrPromote) else found


def _parse(words: tuple[str, ...], context: CommandContext) -> StartOrPromote | Several | UsageError:
    ordered = _service_first(words, context)
    if isinstance(ordered, UsageError):
        return ordered
    kept = _newest_named(tuple(word for word in ordered if word not in JOINING), context)
    several = parse_services(kept, context)
    if several is not None:
        return several if isinstance(several, UsageError) else _newest_of_each(several, context)
    if len(kept) > MOST_WORDS or not kept:
        return UsageError("unknown_words", " ".join(words))
    named = _named_build(kept[0], context) if len(kept) > 1 else None
    if named is None:
        return _without_build(kept, context)
    found = _with_build(named, kept[1:], context)
    if isinstance(found, StartOrPromote) and "@" in "".join(kept[:1]) and release_number(found.token):
        return replace(found, service_named=True)
    return found


def _newest_named(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return `cart latest staging` as `cart@latest staging`."""
    named = len(words) > TWO and words[0] in context.services and bare(words[1]) in NEWEST
    return (f"{words[0]}@{words[1]}", *words[2:]) if named else words


def _service_first(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...] | UsageError:
    """Return words with the services that are named behind the environment before it: `staging of cart`."""
    at = next(
        (
            at
            for at in range(1, len(words) - 1)
            if bare(words[at]) in OF | JOINING
            and context.environment_named(words[at - 1])
            and words[at + 1] in context.services
        ),
        0,
    )
    if not at:
        return words
    environment, service, services = words[at - 1], words[at + 1], words[at + 1 :]
    build = "".join(each for each in words[: at - 1] if each not in JOINING)
    if not build or (build,) == services:
        return (*services, environment)
    if build in context.services:
        return UsageError("one_service", service, ("journey",))
    if build not in words or len(services) > 1 or "@" in build:
        return UsageError("unknown_words", " ".join(words))
    return (f"{service}@{build}", environment)


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
    """Split `website@2.4.1`, or `website:2.4.1`, into service and token; None if the word names a service.

    Any other word is a version, a commit prefix or a release of the service that is meant.
    """
    service, at, token = word.partition("@")
    before, colon, after = word.partition(":")
    if colon and after and before in context.services:
        return before, after
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
        return _nowhere(event, found, plan)
    begin(draft, event, found)
    call_signers(draft)
    notify_older_releases(draft)
    draft.show()
    draft.announce()
    return _started(draft)


def _nowhere(event: Started, found: Nowhere, plan: Plan) -> Refusal:
    """Return why a release begins nowhere, and that an emergency could pass over what is missing."""
    build, first, asked = event.build, plan.environments[0].name, plan.environment(event.environment)
    values = {"service": build.service, "version": build.version, "environment": event.environment}
    if found.missing:
        lane = asked.emergency if asked is not None else None
        urgent = {"emergency": "yes"} if lane is not None and found.missing in lane.skips else {}
        missing = {"missing": found.missing, "seen": found.seen}
        return Refusal("skipped_environment", {**values, **missing, **urgent})
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
    refusal = first_refusal(
        refuse_unless(draft, event.actor, release.requesting_teams, "promote"),
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
        "2.4.1 to staging again",
    ),
    "start a release, or ask for its next step; the newest build, if you name none",
    parse,
    {Started: record_start, StepRequested: record_step},
)
