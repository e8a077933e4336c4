"""Checks who may do what, for commands, clicks and the HTTP API alike.

A refusal lists who could do it.
"""

from datetime import datetime

from handlers.draft import Draft
from handlers.environments import EnvironmentState
from handlers.events import AbsenceEvent, Precondition, StartsRelease
from handlers.facts import Facts
from handlers.gates.branch import wrong_branch
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.release import Kind, Release
from handlers.step import Step, StepState

_UNTOUCHED = frozenset({StepState.PENDING, StepState.WAITING})


def refuse_unless(draft: Draft, actor: str, teams: tuple[str, ...], action: str) -> Refusal | None:
    """Refuse anybody who is not in one of the teams now; unknown counts as no.

    Only people are asked about here. No name gives rights by itself, Shiproom's own included: what it decides itself is
    decided by the kind of the event.
    """
    eligible = draft.facts.membership.eligible_in_any(actor, teams, draft.now)
    if eligible is Eligibility.YES:
        return None
    return Refusal(eligible.value, {"action": action}, teams)


def refuse_unless_steering(draft: Draft, actor: str, action: str) -> Refusal | None:
    """Refuse anybody who may not cancel or retry here.

    Once something was deployed to a protected environment, only operators may.
    """
    release, step = draft.release, draft.step
    environment = release.environment
    at_rest = step.state in _UNTOUCHED and not step.holding
    teams = release.requesting_teams if at_rest else release.plan.steering_teams(environment)
    return refuse_unless(draft, actor, teams, action)


def refuse_unless_operator(
    plan: Plan, actor: str, action: str, facts: Facts, now: datetime
) -> Refusal | None:
    """Refuse anybody who is not an operator of the service now."""
    eligible = facts.membership.eligible_in_any(actor, plan.operators, now)
    return (
        None if eligible is Eligibility.YES else Refusal(eligible.value, {"action": action}, plan.operators)
    )


def refuse_unless_absence(
    plan: Plan, event: AbsenceEvent, action: str, facts: Facts, now: datetime
) -> Refusal | None:
    """Refuse whoever may not say whether a person is away: full members of themselves, operators of others."""
    membership = facts.membership
    if membership.directory.person_of(event.user) != membership.directory.person_of(event.actor):
        return refuse_unless_operator(plan, event.actor, action, facts, now)
    status = membership.account_status(event.actor, now)
    return None if status is Eligibility.YES else Refusal(status.value, {"action": action})


def refuse_unless_signable(draft: Draft) -> Refusal | None:
    """Refuse if the step takes no sign-offs now."""
    release, step = draft.release, draft.step
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    if step.state is not StepState.WAITING:
        return Refusal("not_waiting", values)
    if not release.rules(step) or draft.gate_context().takes_over:
        return Refusal("no_sign_off_needed", values)
    return None


def refuse_stale(draft: Draft, precondition: Precondition | None) -> Refusal | None:
    """Refuse a click on an outdated card.

    It showed another step, attempt, build or plan than the release has now.
    """
    release, step = draft.release, draft.step
    if precondition is None or precondition == current_precondition(release):
        return None
    return Refusal(
        "old_card", {"release": f"r{release.number}", "now": step.environment, "state": step.state.value}
    )


def refuse_changed(event: StartsRelease, state: EnvironmentState) -> Refusal | None:
    """Refuse a start or a rollback whose form or button showed something else of the environment.

    What was typed showed nothing, and is never refused here.
    """
    shown = event.precondition
    changed = shown.changed(event.build, state) if shown is not None else ""
    if not changed:
        return None
    live = state.live.build if state.live is not None else None
    values = {
        "changed": changed,
        "kind": event.kind.value,
        "service": event.build.service,
        "environment": event.environment,
        "version": event.build.version,
        "live": (live.version or live.sha[:7]) if live is not None else "",
        "holder": f"r{state.holder}" if state.holder else "",
    }
    return Refusal("environment_changed", values)


def current_precondition(release: Release) -> Precondition:
    """Return the precondition of a button that is rendered now."""
    return Precondition(release.step.environment, release.step.attempt, release.fingerprint())


def refuse_absent(draft: Draft) -> Refusal | None:
    """Refuse what the policy in force has no place for any more."""
    release, environment = draft.release, draft.release.environment
    absent = draft.facts.absent(environment)
    if not absent:
        return None
    values = {
        "absent": absent,
        "release": f"r{release.number}",
        "service": release.service,
        "environment": environment.name,
        "ci": environment.deploy.ci,
    }
    return Refusal("not_in_policy", values, release.plan.operators)


def refuse_branch(draft: Draft, environment: str) -> Refusal | None:
    """Refuse if an environment, or one that is left before it, takes no builds of the branch; a rollback goes anywhere."""
    release = draft.release
    if release.kind is Kind.ROLLBACK:
        return None
    after = [step.environment for step in release.steps].index(environment) + 1
    for step in release.steps[release.position : after]:
        wrong = wrong_branch(draft.gate_context(step))
        if wrong is not None:
            return Refusal(
                "wrong_branch", {**wrong.values, "environment": step.environment, **_urgent(release, step)}
            )
    return None


def _urgent(release: Release, step: Step) -> dict[str, str]:
    """Return what a button needs for an emergency that may take the branch there; nothing without such a lane."""
    if not release.plan_of(step).takes_urgent(release.build.branch):
        return {}
    return {"emergency": "yes", "service": release.service, "version": release.build.version}


def first_refusal(*refusals: Refusal | None) -> Refusal | None:
    """Return the first refusal, if there is one."""
    return next((refusal for refusal in refusals if refusal is not None), None)
