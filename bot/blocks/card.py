"""A release's card: one message, edited in place, that fits a phone: twelve lines, three buttons, two links."""

from textwrap import wrap

from bot.blocks.card_buttons import card_buttons
from bot.blocks.card_lines import Line, card_lines
from bot.blocks.card_view import CardView
from bot.blocks.headline import headline, push_line
from bot.blocks.parts import Block, Message, actions, footnote, message, section
from bot.blocks.text import link, plain, visible
from handlers.release import ReleaseState
from handlers.step import StepState

LINES = 12
LETTERS = 44
LINKS = 2


def card(view: CardView) -> Message:
    """Draw a release's card; one that has ended has no buttons and names what replaced it."""
    head = plain(f"audit {view.head}", 2 * LETTERS)
    links = card_links(view)
    taken = [headline(view), links, head]
    room = LINES - sum(height(line) for line in taken if line)
    lines = fit(card_lines(view), room, f"More: /release why r{view.release.number}")
    blocks: list[Block] = [section("\n".join(line for line in (headline(view), *lines, links) if line))]
    buttons = card_buttons(view)
    if buttons:
        blocks.append(actions(*buttons))
    return message(push_line(view), *blocks, footnote(head))


def height(line: str) -> int:
    """Count the lines that a line takes on a phone."""
    return max(len(wrap(visible(line), LETTERS)), 1)


def fit(lines: list[Line], room: int, more: str) -> list[str]:
    """Drop lines, the least needed first and of those the last, until the rest takes no more than `room`."""
    kept = list(lines)
    while kept and sum(height(line.text) for line in kept) + (len(kept) < len(lines)) > room:
        worst = max(range(len(kept)), key=lambda index: (kept[index].rank, index))
        kept.pop(worst)
    return [line.text for line in kept] + ([more] if len(kept) < len(lines) else [])


def card_links(view: CardView) -> str:
    """Give the two links that help most now, on one line."""
    step, release = view.step, view.release
    run = step.run
    seen: list[str] = []
    if run is not None and release.state in _LOOKS_AT_RUN:
        seen.append(link(run.log_url or run.url, "Log"))
    elif release.state in _LOOKS_AT_RUN:
        seen.append(link(release.build.url, "Build"))
    seen += _places(view)
    seen.append(link(view.changes_url, "Changes"))
    seen += [link(address, label) for label, address in release.plan.links]
    seen.append(link(release.build.url, "Build"))
    return " · ".join([each for each in dict.fromkeys(seen) if each][:LINKS])


def _places(view: CardView) -> list[str]:
    """Link to where the build can be tried: the last environment that it is in."""
    there = [step for step in view.release.steps if step.state is StepState.SUCCEEDED]
    places = [view.release.plan_of(step) for step in there[-1:]]
    return [link(place.url, f"Open {place.name}") for place in places]


_LOOKS_AT_RUN = frozenset(
    {ReleaseState.DEPLOYING, ReleaseState.CANCELLING, ReleaseState.UNKNOWN, ReleaseState.FAILED}
)

__all__ = ["CardView", "card"]
