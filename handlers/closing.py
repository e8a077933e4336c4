"""Calls once more who is missing when a window is about to close."""

from datetime import datetime, timedelta

from handlers.draft import Draft
from handlers.gates import evaluate, has_to_pass, window
from handlers.signers import missing_teams, passable
from handlers.step import StepState

BEFORE = timedelta(minutes=30)
"""How long before the last start of a window those who are missing are called."""


def call_before_closing(draft: Draft) -> bool:
    """Call the teams whose sign-offs are missing shortly before the window closes, once for each closing."""
    step, closes = draft.step, closes_at(draft)
    if closes is None or draft.now < closes - BEFORE:
        return False
    results = evaluate(draft.gate_context())
    teams = missing_teams(results) if passable(results) else ()
    if not teams:
        return False
    draft.call("closes_soon", {"environment": step.environment, "closes": closes.isoformat()}, teams)
    draft.change(closing_called=closes)
    return True


def closes_at(draft: Draft) -> datetime | None:
    """Return when the window closes in which a step can still start; None if nobody is called because of that."""
    step = draft.step
    if step.state is not StepState.WAITING or not draft.release.rules(step):
        return None
    context = draft.gate_context()
    if not has_to_pass(window.GATE, context):
        return None
    closes = context.calendar.closes_at(draft.now)
    return None if closes == step.closing_called else closes
