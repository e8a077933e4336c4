"""Renders what a card says and offers of a hold: why, since when, who lets it go on, and what starts then."""

from datetime import datetime

from bot.blocks.block_kit import dialog
from bot.blocks.card_view import CardView
from bot.blocks.linked_reason import reason_words
from bot.blocks.message_actions import Offer
from bot.blocks.text import plain
from bot.blocks.values import encode
from bot.blocks.waits import askable
from handlers.gate import Reason
from handlers.rights import current_precondition


def hold_line(view: CardView, hold: Reason) -> str:
    """Return why it is held, since when and until when; the first line names who holds it."""
    since = view.names.when(datetime.fromisoformat(hold.values["at"]))
    until = f" until {view.names.when(hold.until)}" if hold.until is not None else ""
    return f"{reason_words(hold.values['reason'], view.names, 60)} since {since}{until}"


def after_the_hold(view: CardView, hold: Reason) -> str:
    """Return who lets it go on, and what starts then."""
    can = askable(view.waiting, hold, view.names, view.directory)
    starts = f"; then {view.environment} starts" if view.starts_when_let_go else ""
    return f"{can} can let it go on{starts}"


def go_on(view: CardView) -> Offer:
    """Offer to let a held release go on; the question names what starts."""
    number, build, where = view.release.number, view.release.build, plain(view.step.environment, 40)
    version = f"{plain(build.version, 40)} ({build.sha[:7]})"
    starts = f"Nothing starts by that alone: {version} waits for more than the hold."
    if view.starts_when_let_go:
        before = f" from {plain(view.since, 40)}" if view.since else ""
        starts = f"{where} goes{before} to {version}. It starts at once, or in its turn."
    ask = dialog(f"Let r{number} go on?", starts, "Go on")
    return Offer("Go on", "go", _value(view, f"go r{number}"), "primary", ask)


def hold(view: CardView) -> Offer:
    """Offer to hold a release; a form asks for the reason."""
    return Offer("Hold", "hold", _value(view, f"hold r{view.release.number}"))


def _value(view: CardView, line: str) -> str:
    return encode(line, current_precondition(view.release))
