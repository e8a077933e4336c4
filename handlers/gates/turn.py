"""The `turn` gate: one release at a time holds an environment; the others queue.

Rollbacks go first, then emergencies.
"""

from handlers.environments import QueueEntry, in_queue_order
from handlers.gate import Gate, GateContext, GateResult, Reason, opened, waiting


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Open for the holder, and for the first in the queue of a free environment."""
    state, environment = context.environment_state, context.step.environment
    if state.holder == context.release:
        return (opened("turn"),)
    ahead = ahead_of(context)
    if not state.holder and not ahead:
        return (opened("turn"),)
    first = state.holder or ahead[0].release
    values = {
        "holder": f"r{first}",
        "held": "yes" if state.holder else "no",
        "environment": environment,
        "place": str(len(ahead) + 1),
    }
    return (waiting("turn", Reason("turn", values, (), None, f"r{first} leaves {environment}")),)


def ahead_of(context: GateContext) -> tuple[QueueEntry, ...]:
    """List the queue entries before a release.

    A release that is not queued yet would come last of its kind.
    """
    since = context.step.queued_since or context.now
    own = QueueEntry(context.release, since, context.rollback, context.emergency)
    others = tuple(entry for entry in context.environment_state.queue if entry.release != context.release)
    queue = in_queue_order((*others, own))
    return queue[: queue.index(own)]


GATE = Gate("turn", check, checks_taking_over=True, queues=True)
