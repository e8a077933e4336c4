"""Words about `/release reject`."""

from bot.blocks.words.action_words import ActionWords, ReasonPrompt

WORDS = ActionWords(
    offer="Reject",
    verbs={"reject": "reject {this}"},
    replies={"rejected": "{release} is rejected and has ended."},
    thread={"rejected": "{title} is rejected by {by:user}{reason:because}."},
    history={"rejected": "{actor:user} rejected it{reason:because}"},
    attempted={"rejected": "reject it"},
    reason_prompt=ReasonPrompt("Reject {release}"),
)
