"""Who may do a deed: one check for commands, clicks and the HTTP API, refusing with who could do it instead."""

from handlers.draft import Draft
from handlers.events import Bound
from handlers.outcome import Refusal
from handlers.people import SHIPROOM, Eligibility
from handlers.release import Release
from handlers.step import StepState

_UNTOUCHED = frozenset({StepState.PENDING, StepState.WAITING})


def refuse_unless(draft: Draft, actor: str, teams: tuple[str, ...], deed: str) -> Refusal | None:
    """Refuse whoever is not in one of the teams now; unknown is no."""
    answer = draft.facts.roll.eligible_in_any(actor, teams, draft.now)
    if actor == SHIPROOM or answer is Eligibility.YES:
        return None
    return Refusal(answer.value, {"deed": deed}, teams)


def refuse_unless_steering(draft: Draft, actor: str, deed: str) -> Refusal | None:
    """Refuse whoever may not cancel or retry here: operators alone, once something touched a protected environment."""
    release, step = draft.release, draft.step
    environment = release.environment
    at_rest = step.state in _UNTOUCHED and not step.holding
    plan = release.plan
    teams = tuple(dict.fromkeys(plan.starters + plan.operators)) if at_rest else plan.may_steer(environment)
    return refuse_unless(draft, actor, teams, deed)


def refuse_old(draft: Draft, bound: Bound | None) -> Refusal | None:
    """Refuse a click on a card that shows another step, attempt, build or plan than the release has now."""
    release, step = draft.release, draft.step
    if bound is None or bound == bound_to(release):
        return None
    return Refusal(
        "old_card", {"release": f"r{release.number}", "now": step.environment, "state": step.state.value}
    )


def bound_to(release: Release) -> Bound:
    """Give what a button of this release is bound to now."""
    return Bound(release.step.environment, release.step.attempt, release.fingerprint())


def first(*refusals: Refusal | None) -> Refusal | None:
    """Give the first refusal, if there is one."""
    return next((refusal for refusal in refusals if refusal is not None), None)
