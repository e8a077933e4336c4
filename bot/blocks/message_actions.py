"""What a message offers to do: a label with the command line that it stands for, as a button or as an entry of a menu.

Slack has one question for a whole menu, so an entry that has to be confirmed opens a modal with the question of its button.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.block_kit import OPTION_VALUE, Block, Button, Dialog, Option, actions, button, overflow
from bot.blocks.text import plain

MENU = "more"
"""The action id of the menu of a message."""

MOST_ENTRIES = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that people can do now: its label, its action id, its value and the question before it."""

    label: str
    action_id: str
    value: str
    style: str = ""
    ask: Dialog | None = None

    def button(self) -> Button:
        """Return the offer as a button."""
        return button(self.label, self.action_id, self.value, style=self.style, ask=self.ask)

    def option(self) -> Option:
        """Return the offer as an entry of a menu."""
        return Option(plain(self.label, 75), self.value)

    @property
    def fits_menu(self) -> bool:
        """Whether Slack takes the value in a menu."""
        return len(self.value) <= OPTION_VALUE


@dataclass(frozen=True, slots=True)
class Offers:
    """The offers of a message: those with a button of their own, and those in its menu."""

    buttons: Sequence[Offer] = ()
    menu: Sequence[Offer] = ()

    def row(self) -> list[Block]:
        """Return the row of buttons with the menu; none if nothing is offered."""
        entries = [each.option() for each in self.menu if each.fits_menu][:MOST_ENTRIES]
        elements = [each.button() for each in self.buttons]
        elements += [overflow(MENU, entries)] if entries else []
        return [actions(*elements)] if elements else []

    def find(self, value: str) -> Offer | None:
        """Return the offer with a value; None if it is not offered any more."""
        return next((each for each in (*self.buttons, *self.menu) if each.value == value), None)
