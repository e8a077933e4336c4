"""Words about freezes."""

from bot.blocks.words.action_words import GateWords

GATE = GateWords(
    reasons={
        "frozen": "{environment} is frozen until {ends:day} ({freeze}{reason:because}). Only rollbacks and emergencies pass. "
        "After that it has to be requested again.",
    },
    short={"frozen": "frozen until {ends:day} ({freeze})"},
    called_off={"freeze": "a freeze ended the request", "frozen": "a freeze had begun"},
)
