"""Words about the gate that admits one release at a time to an environment."""

from bot.blocks.names import place_in_line
from bot.blocks.words.action_words import GateWords
from bot.blocks.words.holders import blocked_by, may_be_replaced
from bot.blocks.words.template import RenderContext


def _turn(context: RenderContext) -> str:
    """Return what blocks the release.

    If that may be gone in a moment, a sentence that is true either way.
    """
    if not may_be_replaced(context):
        line = "{release} waits for {environment}: " + blocked_by(context)
        return context.render(line) + f". It is {place_in_line(context['place'])}."
    if context["place"] == "1":
        holds = "{release} is next in {environment}: {holder} holds it now; "
        return context.render(
            holds + "if nobody is testing or has signed {holder}, {release} replaces it right away."
        )
    holds = "{release} waits for {environment}: {holder} holds it now; "
    return context.render(holds + "older releases that nobody is testing or has signed make room right away.")


GATE = GateWords(
    waited="its turn",
    reasons={"turn": _turn},
    short={"turn": blocked_by},
    called_off={"turn": "another release is there"},
)
