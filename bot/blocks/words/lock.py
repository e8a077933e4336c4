"""Words about locks: `/release lock`, and the gate that a lock closes."""

from bot.blocks.words.action_words import ActionWords, GateWords

WORDS = ActionWords(
    verbs={"lock": "lock"},
    replies={
        "locked": "{environment:places} of {service} {environment:are} locked{until:until}. Rollbacks still pass. "
        "To open: {environment:unlock}",
    },
    refusals={
        "already_locked": "{environment:places} {environment:are} locked already by {by:user}{reason:because}. An operator "
        "can open what is locked: {environment:unlock}",
    },
    channel={
        "locked": "{environment:places} of {service} {environment:are} locked by {by:user}{until:until}{reason:because}. "
        "Rollbacks still pass.",
    },
    history={"locked": "{actor:user} locked {environment:places}{reason:because}"},
    attempted={"locked": "lock {environment:places}"},
    refused={"already_locked": "somebody else had locked it"},
    usage_errors={"duration_needed": "For how long? Write it after the word for."},
)

GATE = GateWords(
    reasons={
        "locked": "{environment} is locked by {by:user}{until:until}{reason:because}. {people} can unlock it.",
    },
    short={"locked": "{environment} is locked by {by:user}{until:until}"},
    called_off={
        "lock": "a lock ended the request",
        "unlocked": "a lock ended the request",
        "locked": "the environment was locked meanwhile",
    },
)
