"""Words about `/release cancel`."""

from bot.blocks.names import capital
from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _in_part(context: RenderContext) -> str:
    """Return that it is cancelled, and what its failed deployment may have left."""
    left = "a part of {part} may be in {environment}"
    if context["live"]:
        left = "{environment} may be part {part}, part {live}: /release rollback {environment}"
    return context.render("{release} is cancelled. ") + capital(context.render(left + "."))


WORDS = ActionWords(
    offer="Cancel",
    verbs={"cancel": "cancel {this}"},
    replies={
        "cancelled": "{release} is cancelled.",
        "cancelled_in_part": _in_part,
        "cancelling": "{release} is being stopped in {environment}.",
        "already_cancelling": "{release} is being stopped in {environment} already.",
    },
    history={"cancel_requested": "{actor:user} cancelled it{reason:because}"},
    attempted={"cancel_requested": "cancel it"},
)
