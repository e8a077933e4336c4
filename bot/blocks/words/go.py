"""Words about `/release go`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _lifted(context: RenderContext) -> str:
    again = " It is asked for in {environment} again." if context["again"] else ""
    return context.render("{release} is held no more." + again)


def _not_held(context: RenderContext) -> str:
    """Return what may have been meant by letting something go that nobody holds."""
    line = "{release} is not held, so there was nothing to let go on, and nothing was done."
    if context["state"] in {"waiting", "pending"}:
        line += (
            " To sign it off: /release approve {release}. To start it: /release {release} to {environment}"
        )
    else:
        line += " It is {state:state} in {environment}: /release why {release}"
    return context.render(line)


WORDS = ActionWords(
    offer="Go on with",
    verbs={"go": "let {this} go on"},
    replies={"hold_lifted": _lifted},
    refusals={"not_held": _not_held},
    thread={"hold_lifted": "{by:user} lets it go on{note:because}."},
    history={"hold_lifted": "{actor:user} let it go on{note:because}"},
    attempted={"hold_lifted": "let it go on"},
    refused={"not_held": "nobody held it"},
)
