"""Says when a step starts by itself, where that is known: its window opens, or the time comes for which it was asked for."""

from bot.blocks.card_view import CardView
from bot.blocks.names import capital
from bot.blocks.text import escape, quoted
from handlers.gate import Reason
from handlers.tally import expires_at

TIMED = frozenset({"window_closed", "planned"})


def later(view: CardView) -> Reason | None:
    """Return the reason that a step waits for a time and starts then; None if a freeze or an old sign-off is in the way."""
    timed = [each for each in view.reasons if each.code in TIMED]
    if any(each.values.get("freeze") for each in timed) or lapses(view):
        return None
    return max(timed, key=lambda each: each.until or view.names.now, default=None)


def lapses(view: CardView) -> bool:
    """Return whether a sign-off will be too old before the time comes that the step waits for."""
    times = [each.until for each in view.reasons if each.code in TIMED and each.until is not None]
    ends = [
        expires_at(rule, signed)
        for rule in view.release.rules(view.step)
        for signed in view.step.unspent
        if signed.team == rule.team
    ]
    return bool(times) and any(end is not None and end <= max(times) for end in ends)


def frozen_line(view: CardView, frozen: Reason) -> str:
    """Return until when a freeze holds and why; what passes it is said by `why`."""
    until = f" until {view.names.when(frozen.until)}" if frozen.until is not None else ""
    said = quoted(frozen.values["reason"], 60)
    because = f": {said}" if said else ""
    return f"{capital(view.environment)} is frozen{until} ({escape(frozen.values['freeze'], 24)}){because}"
