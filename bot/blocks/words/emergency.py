"""Words about `/release emergency`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    offer="Emergency in",
    verbs={"emergency": "release in an emergency"},
    replies={
        "emergency_started": "{release} is created: {version} goes to {environment} as an emergency, once it is signed.",
    },
    refusals={
        "no_emergency_lane": "{environment} of {service} has no emergency lane: {people} can give it one in shiproom.yml. "
        "To go back instead: /release rollback {environment}",
    },
    thread={
        "emergency_started": "EMERGENCY: {by:user} wants {title} in {environment}{reason:because}.",
        "emergency": "EMERGENCY in {environment}: {by:user} releases {title} past your sign-off{reason:because}. You can look "
        "at it, and reject it: /release why {release}",
        "made_room": "The emergency {by} takes {environment} now: this build is not there any more. Its sign-offs stay.",
        "alone_now": "Nobody else has signed for {team} in time: whoever started this may sign it alone now. "
        "/release approve {release}",
        "review_owed": "Review {title} until {due:clock}: it went to {environment} as an emergency, or may have. Who neither "
        "started, signed nor wrote it says what they found: /release review {release} TEXT",
    },
    history={
        "emergency_started": "{actor:user} started an emergency in {environment} with {version}{reason:because}"
    },
    attempted={"emergency_started": "start an emergency in {environment}"},
    refused={"no_emergency_lane": "there is no emergency lane"},
    usage_errors={
        "emergency_build": "Which build? An emergency names it by its version, its commit or its release: nothing is guessed "
        "there. Nothing was done.",
    },
)
