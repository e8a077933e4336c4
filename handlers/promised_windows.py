"""A step that waits for its window alone starts when that opens, unless the policy has changed the windows since."""

from handlers.draft import Draft
from handlers.gates import has_to_pass, window
from handlers.revoking import revoke
from handlers.step import StepState


def show_calendar(draft: Draft) -> bool:
    """Update the card of a step that waits when windows or freezes have changed what it can say."""
    step, calendar = draft.step, draft.gate_context().calendar
    if step.state is not StepState.WAITING or not (
        calendar.windows or calendar.freezes or step.calendar_shown
    ):
        return False
    opens = None if calendar.is_open(draft.now) else calendar.opens_at(draft.now)
    frozen = (each.name for each in calendar.frozen_by(draft.now))
    shown = " ".join(filter(None, (opens.isoformat() if opens is not None else "", *frozen)))
    if shown == step.calendar_shown:
        return False
    draft.change(calendar_shown=shown)
    draft.show()
    return True


def note_window(draft: Draft) -> bool:
    """Note for which windows a step waits alone; nothing once they are open."""
    context = draft.gate_context()
    waits = has_to_pass(window.GATE, context) and not context.calendar.is_open(draft.now)
    key = context.calendar.windows_key if waits else ""
    if draft.step.window_key == key:
        return False
    draft.change(window_key=key, promised=draft.step.promised or waits)
    return True


def revoke_changed(draft: Draft) -> bool:
    """Revoke the request for a protected step if the policy has other windows than those it waited for.

    What people signed named another time, or none: a reload starts nothing protected.
    """
    waited_for = draft.step.window_key
    if not waited_for or draft.gate_context().calendar.windows_key == waited_for:
        return False
    if not draft.release.environment.protected:
        draft.change(window_key="")
        return True
    revoke(draft, "window")
    return True
