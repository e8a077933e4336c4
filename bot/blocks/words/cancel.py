"""Words about `/release cancel`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    offer="Cancel",
    verbs={"cancel": "cancel {this}"},
    replies={
        "cancelled": "{release} is cancelled.",
        "cancelling": "{release} is being stopped in {environment}.",
        "already_cancelling": "{release} is being stopped in {environment} already.",
    },
    history={"cancel_requested": "{actor:user} cancelled it{reason:because}"},
    attempted={"cancel_requested": "cancel it"},
)
