"""Words about `/release rollback`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    offer="Roll back",
    verbs={"rollback": "roll back"},
    replies={"rollback_started": "{release} is created; it rolls back to {version}."},
    refusals={
        "never_succeeded_there": "{version} never succeeded in {environment}, so it is no way back. /release history shows "
        "what did.",
        "nothing_to_roll_back_to": "There is no earlier good build in {environment} of {service} to go back to.",
        "already_live": "{version} is live in {environment} already.",
        "rollback_open": "{release} is rolling {environment} back already. To end it first: /release cancel {release}",
        "holder_in_flight": "{holder} is being deployed to {environment} right now. It has to be cancelled first: tick the "
        "box in the form, or /release cancel {holder}. {people} can.",
    },
    thread={"rollback_started": "{by:user} is rolling back to {version}{reason:because}."},
    history={
        "rollback_started": "{actor:user} started to roll {environment} back to {version}{reason:because}"
    },
    attempted={"rollback_started": "roll {environment} back"},
    usage_errors={"version_needed": "To which version? Name it after the word to."},
)
