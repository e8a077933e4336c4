"""Words about the windows of an environment."""

from bot.blocks.words.action_words import GateWords

GATE = GateWords(
    reasons={
        "window_closed": "The window of {environment} opens {opens:day}. {release} starts by itself then, if it was requested "
        "and all else is done.",
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
