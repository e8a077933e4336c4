"""Notes with every decision what the release waits for, so that the history alone tells where releases waited."""

from dataclasses import replace

from handlers.draft import Draft
from handlers.evaluation import evaluate_gates
from handlers.gate import GateResult
from handlers.gates import QUEUING
from handlers.step import IN_FLIGHT, StepState
from handlers.wait import DECISION, DEPLOYMENT, GATE, REQUEST, TEAM, Wait

_DECIDED_BY_PEOPLE = frozenset({StepState.FAILED, StepState.UNKNOWN})


def note_waits(draft: Draft) -> None:
    """Note what the release waits for after this decision; what it waited for before keeps its time."""
    environment, now = draft.step.environment, draft.now
    known = {(each.environment, each.on): each for each in draft.release.waits}
    waits = tuple(known.get((environment, on)) or Wait(environment, on, now) for on in _names(draft))
    if waits != draft.release.waits:
        draft.release = replace(draft.release, waits=waits)


def _names(draft: Draft) -> list[str]:
    """Return what the current step waits for, sorted."""
    step = draft.step
    if draft.release.ended:
        return []
    if step.state in _DECIDED_BY_PEOPLE:
        return [DECISION]
    if step.state is StepState.GRANTED or step.state in IN_FLIGHT:
        return [DEPLOYMENT]
    shut = [each for each in _results(draft) if not each.open]
    # A turn, or an open window, helps nobody before everything else is there.
    names = {_name(each) for each in shut if each.gate not in QUEUING}
    names |= set() if step.requested else {REQUEST}
    return sorted(names or {_name(each) for each in shut})


def _results(draft: Draft) -> tuple[GateResult, ...]:
    return evaluate_gates(draft.release, draft.step, draft.current_facts(), draft.now)


def _name(result: GateResult) -> str:
    return f"{TEAM}{result.team}" if result.team else f"{GATE}{result.gate}"
