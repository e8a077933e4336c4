"""Words about the gate that admits builds of certain branches only."""

from bot.blocks.words.action_words import GateWords

GATE = GateWords(
    waited="a waiver of its branch",
    reasons={
        "wrong_branch": "Only builds of {branches} may go there, and this one is of {branch}. Nobody can let it pass.",
    },
    short={"wrong_branch": "its branch {branch} may not go there"},
    called_off={"wrong_branch": "its branch may not go there"},
)
