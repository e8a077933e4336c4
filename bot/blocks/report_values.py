"""How reports write what they measured: hours of work, shares, and what a release waited for."""

from bot.blocks.text import escape
from bot.blocks.words.registry import GATE_WORDS
from handlers.wait import DECISION, DEPLOYMENT, GATE, REQUEST, TEAM

_OTHERS = {
    REQUEST: "a starter to ask for the next step",
    DEPLOYMENT: "deployments that ran",
    DECISION: "a decision after a failure",
}


def hours(time: int) -> str:
    """Return microseconds of working time as 31h, 3h 20m or 12m: days would be read as days of work."""
    minutes = time // 60_000_000
    if minutes >= 60 * 10:
        return f"{(minutes + 30) // 60}h"
    whole, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{whole}h" if whole else "", f"{rest}m" if rest or not whole else "")))


def share(of_one: float) -> str:
    """Return a share as a percentage."""
    return f"{round(100 * of_one)} %"


def waited_for(on: str) -> str:
    """Return in a few words what a release waited for, by a name of `handlers.wait`."""
    if on.startswith(TEAM):
        return escape(on.removeprefix(TEAM), 24)
    known = GATE_WORDS.get(on.removeprefix(GATE)) if on.startswith(GATE) else None
    return known.waited if known is not None else _OTHERS.get(on, escape(on, 40))
