"""Words about `/release retry`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    offer="Retry",
    verbs={"retry": "retry {this}"},
    replies={"retried": "{release} tries {environment} once more."},
    refusals={
        "nothing_to_retry": "{release} is {state:state} in {environment}. Only what failed can be tried again.",
    },
    thread={"retried": "{by:user} tries {environment} once more."},
    history={"retry_requested": "{actor:user} tried {environment} once more"},
    attempted={"retry_requested": "retry it"},
)
