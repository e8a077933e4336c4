"""Records events from other releases: newer builds and rollbacks."""

from dataclasses import replace

from handlers.draft import Draft
from handlers.lineage import Relation, is_newer
from handlers.outcome import Reply
from handlers.people import SHIPROOM
from handlers.release import Kind
from handlers.reports import Displaced, NewerRequested, NewerSucceeded, Reevaluated
from handlers.revoking import call_starters, can_be_requested_again
from handlers.step import StepState
from handlers.transitions import cancel_release, supersede

_NOT_ENTERED = frozenset({StepState.PENDING, StepState.WAITING, StepState.GRANTED, StepState.FAILED})
"""States in which a step has not entered its environment, unless it may have deployed; a failed one may have been refused."""


def newer_requested(draft: Draft, event: NewerRequested) -> Reply:
    """Supersede the release by a newer build that was requested for an environment.

    It must hold that environment or be queued for it, and nobody may be working on it, or hold it. What failed or may have
    deployed something in a protected environment stays until operators decide.
    """
    release = draft.release
    visit = release.step_in(event.environment)
    concerned = visit is not None and (visit.holding or visit.queued_since is not None)
    kept = release.hold is not None or release.held_for_operators
    stays = release.in_flight or release.worked_on or kept
    if not concerned or not _is_older(draft) or stays:
        return Reply("nothing_new")
    supersede(draft, event.by)
    return Reply("superseded", {"by": f"r{event.by}"})


def newer_succeeded(draft: Draft, event: NewerSucceeded) -> Reply:
    """Supersede the release because a newer build already succeeded there.

    What is in flight ends first. That a build contains this one is only a claim if just its sender says so: that ends nothing
    which somebody signed or tests.
    """
    release = draft.release
    visit = release.step_in(event.environment)
    if (
        visit is None
        or not _is_older(draft)
        or (_is_claim(draft) and release.worked_on)
        or visit.state not in _NOT_ENTERED
        or visit.may_have_deployed
        or release.superseded_by
    ):
        return Reply("nothing_new")
    draft.release = replace(release, superseded_by=event.by)
    return Reply("superseded", {"by": f"r{event.by}"})


def _is_older(draft: Draft) -> bool:
    """Return whether the release is normal, and its build older than the one that the event is about.

    What went somewhere in an emergency counts only if the CI says that it contains this one.
    """
    release, newer = draft.release, draft.facts.newer
    if release.kind is not Kind.NORMAL or newer is None:
        return False
    if draft.facts.in_emergency:
        proved = draft.facts.relation is Relation.CONTAINS
        return proved and newer.version != release.build.version
    return is_newer(newer, release.build, draft.facts.relation)


def _is_claim(draft: Draft) -> bool:
    """Return whether only the sender of the other build says that it contains this one, which is of another branch."""
    newer, build = draft.facts.newer, draft.release.build
    return newer is not None and newer.branch != build.branch and draft.facts.relation is Relation.CLAIMED


def displaced(draft: Draft, event: Displaced) -> Reply:
    """Give up the environment for a rollback, or end what is in the way of an emergency."""
    visit = draft.release.step_in(event.environment)
    if visit is None or not visit.holding:
        return Reply("nothing_new")
    if event.cancel or not draft.step.in_flight:
        cancel_release(draft, event.actor or SHIPROOM, f"{event.kind} r{event.by}")
    return Reply("displaced", {"by": f"r{event.by}"})


def reevaluated(draft: Draft, _event: Reevaluated) -> Reply:
    """Notify starters, once, that a step can be requested again after a lock is gone.

    Everything else is derived afterwards.
    """
    if can_be_requested_again(draft):
        call_starters(draft, was_held=False)
    return Reply("nothing_new")
