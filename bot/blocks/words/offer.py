"""Words about `/release offer`."""

from bot.blocks.words.action_words import ActionWords

WORDS = ActionWords(
    offer="Offer",
    verbs={"offer": "ask somebody else to stand for {this}"},
    replies={
        "offered": "Asked: whoever stands for {release} next is told in its thread, and you may sign it off then.",
        "offered_already": "That is asked already: nobody has come to stand for {release} yet.",
    },
    refusals={
        "nothing_to_offer": "{release} is {state:state} in {environment}, so nobody else can stand for it now.",
    },
    thread={"stand_wanted": "Stand for {title}, so that {by:user} may sign it off for {environment}."},
    history={"offered": "{actor:user} asked somebody else to stand for it"},
    attempted={"offered": "ask somebody else to stand for it"},
    refused={"nothing_to_offer": "nobody could take it over"},
)
