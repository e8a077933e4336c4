"""Words about `/release take`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _taken(context: RenderContext) -> str:
    line = "You stand for {release} now, so somebody else has to sign it off."
    if context["void"]:
        line += " Your own sign-offs of it do not count any more."
    if context["twice"]:
        line += " It is the second time, so you can never sign it off."
    return context.render(line)


WORDS = ActionWords(
    offer="Stand for",
    verbs={"take": "stand for {this}"},
    replies={"taken": _taken},
    refusals={
        "rollback_not_taken": "{release} is a rollback: an operator's word stands for it, and nobody takes it over.",
        "too_late_to_take": "{release} is {state:state} in {environment}, so nobody else can stand for it now.",
        "stands_already": "You stand for {release} already. To ask somebody else: /release offer {release}",
    },
    thread={"taken": "{by:user} stands for it now: whoever stood for it may sign it off."},
    history={"taken": "{actor:user} stands for it"},
    attempted={"taken": "stand for it"},
    refused={
        "rollback_not_taken": "nobody takes a rollback over",
        "too_late_to_take": "its deployment had begun",
        "stands_already": "they stood for it already",
    },
)
