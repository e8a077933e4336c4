"""`/release [build] [to] environment [at mon 09:00]`: start a release, or request its next step."""

from datetime import datetime

from handlers.actions.action import Action
from handlers.beginning import Nowhere, begin, beginning
from handlers.draft import Draft
from handlers.events import Started, StepRequested
from handlers.journey_words import parse
from handlers.outcome import Refusal, Reply
from handlers.plan import Plan
from handlers.rights import first_refusal, refuse_branch, refuse_changed, refuse_stale, refuse_unless
from handlers.signers import call_signers
from handlers.standing_for import short_of
from handlers.step import StepState
from handlers.transitions import notify_older_releases


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
    if not draft.step.is_planned(draft.now):
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
    values = {"release": f"r{draft.release.number}", "environment": draft.step.environment, **short_of(draft)}
    state = draft.environment_state(draft.step.environment)
    free = not state.holder and not state.queue
    if draft.step.starts_at is not None and draft.step.is_planned(draft.now):
        return Reply(
            "started_at", {**values, **_planned(draft, draft.step.environment, draft.step.starts_at)}
        )
    if state.live is None or not free or not draft.gate_context().takes_over:
        return Reply("started", values)
    return Reply(
        "goes_on", {**values, "version": draft.release.build.version, "from": f"r{state.live.release}"}
    )


def _planned(draft: Draft, environment: str, at: datetime) -> dict[str, str]:
    """Return when a step is to start, and what of the calendar will keep it from that, as far as is known now."""
    calendar, values = draft.facts.calendar(environment), {"at": at.isoformat()}
    frozen, opens = calendar.frozen_by(at), calendar.opens_at(at)
    if frozen and draft.release.plan_of(draft.release.step_in(environment) or draft.step).protected:
        values |= {"freeze": frozen[0].name, "thaws": frozen[0].ends.isoformat()}
    elif opens is None or opens > at:
        values |= {"opens": opens.isoformat() if opens is not None else "", "shut": "yes"}
    return values


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
    if step.requested and step.starts_at == event.at:
        return Reply("already_asked", values)
    index = release.steps.index(step)
    draft.release = release.with_step(
        index,
        requested=True,
        requested_by=event.actor,
        starts_at=event.at,
        window_key=draft.facts.calendar(event.environment).windows_key if event.at else "",
        unrequested_by="",
        unrequested_detail="",
    )
    if step.state is StepState.WAITING and not draft.step.is_planned(draft.now):
        notify_older_releases(draft)
    draft.show()
    return (
        Reply("asked_at", {**values, **_planned(draft, step.environment, event.at)})
        if event.at
        else Reply("asked", values)
    )


ACTION = Action(
    "journey",
    (
        "staging",
        "website to staging",
        "2.4.1 to staging",
        "cart search to staging",
        "website@2.4.1 to production",
        "2.4.1 to staging again",
        "r42 to production at mon 09:00",
    ),
    "start a release, or ask for its next step; the newest build, if you name none",
    parse,
    {Started: record_start, StepRequested: record_step},
)
