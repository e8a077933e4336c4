"""The registry of gates, one module each.

Every gate is evaluated every time, so `why` always has the complete answer.
"""

from handlers.gate import Gate, GateContext, GateResult
from handlers.gates import (
    branch,
    contains_live,
    freeze,
    hold,
    lock,
    policy,
    records,
    review,
    sign_off,
    start_time,
    turn,
    window,
)

GATES: dict[str, Gate] = {
    gate.name: gate
    for gate in (
        policy.GATE,
        records.GATE,
        sign_off.GATE,
        branch.GATE,
        contains_live.GATE,
        start_time.GATE,
        lock.GATE,
        freeze.GATE,
        review.GATE,
        # Behind the others that revoke: `hold` is what revoked a request only if nothing else did.
        hold.GATE,
        window.GATE,
        turn.GATE,
    )
}

QUEUING = frozenset(name for name, gate in GATES.items() if gate.queues)
CALLING_BACK = frozenset(name for name, gate in GATES.items() if gate.calls_back)
REVOKING = frozenset(name for name, gate in GATES.items() if gate.revokes)

NAMES = {gate.settings: name for name, gate in GATES.items() if gate.settings is not None}
"""The name of each configurable gate, by the class of its settings."""

SETTINGS = {name: gate.settings for name, gate in GATES.items() if gate.settings is not None}
"""The settings class of each configurable gate, by its key in the policy.

The policy's reader of a gate is derived from it.
"""


def evaluate(context: GateContext) -> tuple[GateResult, ...]:
    """Evaluate every gate of the step, in the order of the registry.

    Evaluation does not stop at the first closed gate.
    """
    results: list[GateResult] = []
    for gate in GATES.values():
        if has_to_pass(gate, context):
            results.extend(gate.check(context))
    return tuple(results)


def has_to_pass(gate: Gate, context: GateContext) -> bool:
    """Return whether a gate concerns this kind of release at this step."""
    if context.takes_over:
        return gate.checks_taking_over
    if context.emergency:
        return gate.checks_emergencies
    return gate.checks_rollbacks or not context.rollback


__all__ = ["CALLING_BACK", "GATES", "NAMES", "QUEUING", "REVOKING", "SETTINGS", "evaluate", "has_to_pass"]
