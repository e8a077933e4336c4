"""Words about `/release unlock`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    verbs={"unlock": "unlock"},
    replies={
        "unlocked": "{environment:places} of {service} {environment:are} open again. What waited there has to be requested "
        "again where it is protected.",
    },
    refusals={"not_locked": "{environment:places} of {service} {environment:are} not locked."},
    channel={
        "unlocked": "{environment:places} of {service} {environment:are} open again, unlocked by {by:user}. Nothing "
        "protected starts by itself.",
    },
    direct={"unlocked": "{by:user} opened {environment:places} of {service}, which you had locked."},
    history={"unlocked": "{actor:user} unlocked {environment:places}"},
    attempted={"unlocked": "unlock {environment:places}"},
    refused={"not_locked": "it was not locked"},
)
