"""Words about the windows of an environment."""

from bot.blocks.words.action_words import GateWords
from bot.blocks.words.template import RenderContext


def _closed(context: RenderContext) -> str:
    """Return when the window opens, and what follows then: nothing while the environment is frozen at that time."""
    then = " {release} starts by itself then, if it was requested and all else is done."
    if context["freeze"]:
        then = " It is frozen then until {thaws:day} ({freeze}), so {release} has to be requested after that."
    return context.render("The window of {environment} opens {opens:day}." + then)


GATE = GateWords(
    waited="an open window",
    reasons={
        "window_closed": _closed,
        "window_unknown": "No window of {environment} is known to open: the policy has to name one, or {people} can cancel it.",
    },
    short={
        "window_closed": "the window opens {opens:day}",
        "window_unknown": "no window of {environment} is known to open",
    },
    called_off={
        "window": "the policy has other windows now",
        "window_closed": "its window had closed",
        "window_unknown": "no window is known to open",
    },
)
