"""The rules about emergencies: who makes room for one that is first in line, and when its starter may sign it alone."""

from handlers.draft import Draft
from handlers.evaluation import evaluate_gates
from handlers.people import SHIPROOM
from handlers.step import StepState
from handlers.transitions import cancel_release

_ENDS = frozenset({StepState.FAILED, StepState.WAITING})
"""States of a step that holds its environment, may have left a part there, and is over for good once another one goes there."""


def make_room(draft: Draft) -> bool:
    """Give up an environment for an emergency that is first in line there, unless something is in flight.

    A release that is tested there goes on without it. One that failed, or is to be tried again, ends: what it left there is
    replaced.
    """
    for index, step in enumerate(draft.release.steps):
        queue = draft.environment_state(step.environment).queue
        if not step.holding or not queue or not queue[0].emergency:
            continue
        named = f"r{queue[0].release}"
        if step.state is StepState.SUCCEEDED:
            testing = tuple(each.user for each in draft.step.still_testing)
            draft.post("made_room", {"environment": step.environment, "by": named}, testing)
            draft.leave(index)
            draft.show()
            return True
        if step.state in _ENDS:
            cancel_release(draft, SHIPROOM, f"emergency {named}")
            return True
    return False


def tell_alone(draft: Draft) -> bool:
    """Tell once that whoever started an emergency may sign it alone from now on."""
    step = draft.step
    if step.state is not StepState.WAITING or step.alone_told or draft.release.alone_from(step) is None:
        return False
    results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
    found = next((each for result in results for each in result.reasons if each.code == "alone_now"), None)
    if found is None:
        return False
    draft.change(alone_told=True)
    draft.post("alone_now", {"environment": step.environment, "team": found.values["team"]}, found.who)
    draft.show()
    return True
