"""Words about `/release withdraw`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    offer="Take back the sign-off on",
    replies={"withdrawn": "Your sign-off on {release} is taken back."},
    refusals={"nothing_to_withdraw": "You have no sign-off to take back on {release} ({environment})."},
    thread={"withdrawn": "{by:user} took the sign-off for {team} back."},
    history={"withdrawn": "{actor:user} took a sign-off for {environment} back"},
    attempted={"withdrawn": "take a sign-off back"},
)
