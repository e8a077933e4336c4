"""The states that docs/messages.md shows, in the order in which a release goes through them: a card, and what is wanted of whom."""

from dataclasses import dataclass

from bot.blocks.block_kit import Message
from bot.blocks.card import card
from tests.bot.blocks.world import states


@dataclass(frozen=True, slots=True)
class CardState:
    """A message of a state, and in one sentence what is wanted of whom."""

    message: Message
    meaning: str


def card_states() -> dict[str, CardState]:
    """Return the message of each state by its name."""
    return {name: CardState(card(states()[state]), meaning) for name, (state, meaning) in _CARDS.items()}


_CARDS = {
    "Waits for sign-offs": ("step waiting", "Amita tests it and signs, Tim signs; either can say no."),
    "Failed": ("step failed", "Tim decides: back to 2.4.0, or once more."),
}
