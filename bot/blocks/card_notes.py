"""Renders what the person said who started a release."""

from bot.blocks.card_view import CardView
from bot.blocks.phone import CardLine
from bot.blocks.text import quoted


def note_line(view: CardView) -> CardLine:
    """Return who rolls back or started an emergency, and why; of another release that is open, what was said of it."""
    release = view.release
    said, by = quoted(release.note, 60), view.names.user(next(iter(release.requesters), ""))
    told = f"{by}: {said}" if said else by
    if view.rolls_back:
        return CardLine(f"A rollback by {told}")
    if view.is_urgent:
        return CardLine(told)
    return CardLine(told if said and not release.ended else "", 3)
