"""Words about `/release settle`."""

from bot.blocks.words.action_words import ActionWords, ReasonPrompt
from bot.blocks.words.template import RenderContext


def _ending(context: RenderContext) -> str:
    return "it was deployed" if context["deployed"] == "yes" else "it was not deployed"


def _thread(context: RenderContext) -> str:
    return context.render("{by:user} looked and says " + _ending(context) + "{reason:because}.")


def _history(context: RenderContext) -> str:
    return context.render("{actor:user} said that " + _ending(context) + " to {environment}{reason:because}")


WORDS = ActionWords(
    verbs={"settle": "say how a deployment ended"},
    replies={
        "settled_deployed": "Noted: {release} was deployed to {environment}.",
        "settled_not_deployed": "Noted: {release} was not deployed to {environment}.",
    },
    refusals={
        "nothing_to_settle": "{release} is {state:state} in {environment}. Only an unknown or failed deployment needs "
        "your word.",
    },
    thread={"settled": _thread},
    history={"settled": _history},
    attempted={"settled": "say how it ended"},
    usage_errors={"ending_needed": "How did it end?"},
    reason_prompt=ReasonPrompt(
        "{release} was not deployed",
        "How do you know that it was not deployed?",
        "The environment is free for others then. If a run of this start shows up after all, it is cancelled and you are "
        "told, but it is not prevented.",
    ),
)
