"""Words about steps that were asked for at a time."""

from bot.blocks.words.action_words import GateWords

GATE = GateWords(
    waited="its planned start",
    reasons={
        "planned": "{by:user} planned it for {at:day}. {people} can undo that: /release at cancel {release}",
    },
    short={"planned": "planned for {at:day}"},
    called_off={
        "planned": "it was planned for later",
        "planned_start_cancelled": "its planned start was cancelled",
    },
)
