"""Offers to release the build of an ended release once more."""

from collections.abc import Iterator

from bot.blocks.block_kit import dialog
from bot.blocks.card_view import CardView
from bot.blocks.headline import state
from bot.blocks.message_actions import Offer
from bot.blocks.text import plain, visible
from bot.blocks.values import encode, typeable


def start_again(view: CardView) -> Iterator[Offer]:
    """Offer a new release of the build, which needs new sign-offs."""
    release = view.release
    if typeable(release.build.version) and not view.rolls_back:
        version, first = release.build.version, release.steps[0].environment
        lies_there = view.environment_state.has_untouched(release.build)
        line = f"{release.service}@{version} to {first}" + (" again" if lies_there else "")
        value = encode(line, None)
        told = f"r{release.number}: {plain(visible(state(view)), 80)}."
        ask = dialog(
            f"Release {plain(version, 40)} again?", f"{told} It needs new sign-offs.", "Release again"
        )
        label = f"Release {plain(version, 30)} again, with new sign-offs"
        yield Offer(label, f"journey:{first}", value, ask=ask)
