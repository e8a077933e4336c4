"""Words about `/release back`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _back(context: RenderContext) -> str:
    own = context["user"] == context["by"]
    whom = "You are" if own else context.render("{user:user} is")
    return f"{whom} back. What others signed meanwhile stays signed."


def _not_away(context: RenderContext) -> str:
    own = context["user"] == context["by"]
    return "You are not away." if own else context.render("{user:user} is not away.")


def _came_back(context: RenderContext) -> str:
    own = context["user"] == context["actor"]
    return context.render("{actor:user} is back" if own else "{actor:user} said that {user:user} is back")


WORDS = ActionWords(
    verbs={"back": "note who else is back"},
    replies={"back": _back},
    refusals={"not_away": _not_away},
    direct={"set_back": "{by:user} noted that you are back: nobody signs in your place any more."},
    history={"came_back": _came_back},
    attempted={"came_back": "say that {user:user} is back"},
    refused={"not_away": "they were not away"},
    usage_errors={
        "back_words": "What is {word}? back says that you are back from being away, at once; of somebody else: back for "
        "@amita.",
    },
)
