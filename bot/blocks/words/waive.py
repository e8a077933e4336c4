"""Words about `/release waive`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    verbs={"waive": "waive an unknown author"},
    replies={"waived": "Noted: an unknown author no longer holds {release} up."},
    refusals={"nothing_to_waive": "No unknown author holds {release} up."},
    thread={"waived": "{by:user} waived the unknown author{reason:because}."},
    history={"authors_waived": "{actor:user} waived the unknown author{reason:because}"},
    attempted={"authors_waived": "waive the unknown author"},
)
