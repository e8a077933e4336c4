"""Says how a release goes on after an environment was unlocked: by itself, with its last sign-off, or requested again."""

from datetime import datetime

from handlers.evaluation import evaluate_gates
from handlers.facts import Facts
from handlers.gates import QUEUING, REVOKING
from handlers.release import Release
from handlers.step import StepState

AGAIN, SIGNED, ALONE = "again", "signed", "alone"
_REVOKED = REVOKING | {"unlocked", "hold_over"}
"""Why a step has to be requested again after a lock or a hold; `unlocked` and `hold_over` once starters were told so."""


def after_unlock(release: Release, facts: Facts, now: datetime) -> str:
    """Return how a release goes on that waits for an environment that is open again; empty if a lock did not concern it.

    The request of a protected step that only a lock held up was revoked. One that waits for something else still stands.
    """
    step = release.step
    if release.ended or step.state is not StepState.WAITING:
        return ""
    results = evaluate_gates(release, step, facts, now)
    closed = {result.gate for result in results if not result.open}
    if closed & REVOKING:
        return ""
    if not step.requested:
        return AGAIN if step.unrequested_by in _REVOKED else ""
    if not closed - QUEUING:
        return ALONE
    return SIGNED if closed - QUEUING == {"sign_off"} else ""
