"""Renders a release's card: one message that is edited in place.

It fits a phone: at most twelve lines, three buttons and two links.
"""

from textwrap import wrap

from bot.blocks.block_kit import Block, Message, actions, footnote, message, section
from bot.blocks.card_buttons import card_buttons
from bot.blocks.card_lines import CardLine, card_lines
from bot.blocks.card_view import CardView
from bot.blocks.headline import headline, push_line
from bot.blocks.text import link, plain, visible
from handlers.release import ReleaseState
from handlers.step import StepState

LINES = 12
LINE_WIDTH = 44
LINKS = 2


def card(view: CardView) -> Message:
    """Return a release's card.

    One that has ended has no buttons and names what replaced it.
    """
    audit = plain(f"audit {view.head}", 2 * LINE_WIDTH)
    links = card_links(view)
    fixed = [headline(view), links, audit]
    room = LINES - sum(height(line) for line in fixed if line)
    lines = fit(card_lines(view), room, f"More: /release why r{view.release.number}")
    blocks: list[Block] = [section("\n".join(line for line in (headline(view), *lines, links) if line))]
    buttons = card_buttons(view)
    if buttons:
        blocks.append(actions(*buttons))
    return message(push_line(view), *blocks, footnote(audit))


def height(line: str) -> int:
    """Return how many lines a line takes on a phone."""
    return max(len(wrap(visible(line), LINE_WIDTH)), 1)


def fit(lines: list[CardLine], room: int, more: str) -> list[str]:
    """Drop lines until the rest takes at most `room` lines.

    The highest rank is dropped first, and of equal ranks the last line. `more` replaces what was dropped.
    """
    kept = list(lines)
    while kept and sum(height(line.text) for line in kept) + (len(kept) < len(lines)) > room:
        worst = max(range(len(kept)), key=lambda index: (kept[index].rank, index))
        kept.pop(worst)
    return [line.text for line in kept] + ([more] if len(kept) < len(lines) else [])


def card_links(view: CardView) -> str:
    """Return the two links that help most now, on one line."""
    step, release = view.step, view.release
    run = step.run
    links: list[str] = []
    if run is not None and release.state in _LOOKS_AT_RUN:
        links.append(link(run.log_url or run.url, "Log"))
    elif release.state in _LOOKS_AT_RUN:
        links.append(link(release.build.url, "Build"))
    links += _environment_links(view)
    links.append(link(view.changes_url, "Changes"))
    links += [link(address, label) for label, address in release.plan.links]
    links.append(link(release.build.url, "Build"))
    return " · ".join([each for each in dict.fromkeys(links) if each][:LINKS])


def _environment_links(view: CardView) -> list[str]:
    """Return a link to the last environment that the build is in, to try it there."""
    there = [step for step in view.release.steps if step.state is StepState.SUCCEEDED]
    environments = [view.release.plan_of(step) for step in there[-1:]]
    return [link(environment.url, f"Open {environment.name}") for environment in environments]


_LOOKS_AT_RUN = frozenset(
    {ReleaseState.DEPLOYING, ReleaseState.CANCELLING, ReleaseState.UNKNOWN, ReleaseState.FAILED}
)

__all__ = ["CardView", "card"]
