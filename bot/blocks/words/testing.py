"""Words about `/release testing`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    offer="Start testing",
    verbs={"testing": "say that they are testing it"},
    replies={
        "testing": "You are testing {release}: no newer build takes its place from now on.",
        "already_testing": "You are testing {release} already.",
    },
    refusals={"nothing_to_test": "Nothing of {release} waits for a test now: it is {state:state}."},
    thread={"testing": "{by:user} is testing it: no newer build takes its place."},
    history={"testing_started": "{actor:user} is testing it before {environment}"},
    attempted={"testing_started": "say that they are testing"},
)
