"""Renders a reminder: everything that waits for one person, with the buttons of what came first."""

from collections.abc import Collection, Mapping, Sequence

from bot.blocks.block_kit import Block, Message, actions, message
from bot.blocks.card_buttons import card_offers
from bot.blocks.card_view import CardView
from bot.blocks.headline import push_line
from bot.blocks.message_actions import Offer
from bot.blocks.names import listing, plural
from bot.blocks.paragraphs import paragraph, paragraphs
from bot.blocks.standing import can_do, standing_line
from bot.blocks.text import link
from handlers.release import ReleaseState

WITH_BUTTONS = 3
"""How many releases have buttons; the others are lines with the words to type."""

MOST_BUTTONS = 3
_DECIDED = frozenset({ReleaseState.FAILED, ReleaseState.UNKNOWN})
_DECIDING = frozenset({"rollback", "retry", "settle"})


def reminder(
    views: Sequence[CardView], user: str, teams: Collection[str], links: Mapping[int, str]
) -> Message:
    """Return what waits for a person of some teams; `links` are the addresses of cards, by the number of the release."""
    first, others = views[:WITH_BUTTONS], views[WITH_BUTTONS:]
    blocks = [block for view in first for block in _with_buttons(view, user, teams, links)]
    lines = [f"• {_line(view, user, teams)}" for view in others]
    return message(_push(views), *blocks, *(paragraphs(lines) if lines else ()))


def _push(views: Sequence[CardView]) -> str:
    if len(views) == 1:
        return push_line(views[0])
    named = listing([view.title for view in views])
    return f"{plural(len(views), 'release')} wait for you: {named}"


def _with_buttons(view: CardView, user: str, teams: Collection[str], links: Mapping[int, str]) -> list[Block]:
    offers = _offers(view, user, teams)
    said = standing_line(view) if offers else _line(view, user, teams)
    there = link(links.get(view.release.number, ""), "Open the card")
    row = [actions(*(each.button() for each in offers))] if offers else []
    return [paragraph(said, there), *row]


def _line(view: CardView, user: str, teams: Collection[str]) -> str:
    return f"{standing_line(view)}. You can {listing(can_do(view, user, teams), 'or')}"


def _offers(view: CardView, user: str, teams: Collection[str]) -> list[Offer]:
    """Return what the card offers to this person."""
    offered = card_offers(view)
    return [each for each in (*offered.buttons, *offered.menu) if _is_for(each, view, user, teams)][
        :MOST_BUTTONS
    ]


def _is_for(offer: Offer, view: CardView, user: str, teams: Collection[str]) -> bool:
    command, _, about = offer.action_id.partition(":")
    if command == "approve":
        awaited = view.awaited.get(about)
        stands_in = awaited is not None and user in {each for each, _ in awaited.stand_ins}
        return stands_in or (about in teams and user not in view.cannot_sign.get(about, ()))
    return command in _DECIDING and view.release.state in _DECIDED
