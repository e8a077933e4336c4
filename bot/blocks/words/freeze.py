"""Words about freezes."""

from bot.blocks.words.action_words import GateWords
from bot.blocks.words.template import RenderContext


def _frozen(context: RenderContext) -> str:
    after = " After that it has to be requested again." if context["again"] else ""
    said = "{environment} is frozen until {ends:day} ({freeze}{reason:because}). Only rollbacks and emergencies pass."
    return context.render(said + after)


GATE = GateWords(
    waited="the end of a freeze",
    reasons={"frozen": _frozen},
    short={"frozen": "frozen until {ends:day} ({freeze:short})"},
    called_off={"freeze": "a freeze ended the request", "frozen": "a freeze had begun"},
)
