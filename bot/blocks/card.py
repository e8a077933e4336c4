"""Renders a release's card: one message that is edited in place.

It fits a phone: at most twelve lines, two links, three buttons and a menu. The shape is one for all states: the state, who is
wanted since when, what changed, links, buttons; and in small print what only an auditor reads.
"""

from bot.blocks.block_kit import Message, footnote, message
from bot.blocks.card_buttons import card_offers
from bot.blocks.card_lines import card_lines
from bot.blocks.card_view import CardView
from bot.blocks.changes import CARD_TITLES
from bot.blocks.fitting import row_of
from bot.blocks.headline import headline, push_line
from bot.blocks.paragraphs import paragraph
from bot.blocks.phone import LINE_WIDTH, LINES, fit, height, small_height
from bot.blocks.text import link, plain
from handlers.release import ReleaseState
from handlers.step import StepState

LINKS = 2


def card(view: CardView) -> Message:
    """Return a release's card."""
    commit, audit = view.references.commit(view.release.build.sha), _audit(view)
    links = card_links(view)
    fixed = [headline(view), links]
    room = LINES - sum(height(line) for line in fixed if line) - small_height(f"{commit} {audit}")
    lines = _lines(view, room)
    shown = paragraph("\n".join([headline(view), *lines]), links)
    return message(push_line(view), shown, *card_offers(view).row(), footnote(commit or "·", audit))


def _lines(view: CardView, room: int) -> list[str]:
    """Return the lines that fit; titles of changes are counted before anything else is left out."""
    for titles in range(CARD_TITLES, -1, -1):
        lines = card_lines(view, titles)
        if sum(height(line.text) for line in lines) <= room:
            return [line.text for line in lines]
    return fit(card_lines(view, 0), room, f"More: /release why r{view.release.number}")


def _audit(view: CardView) -> str:
    """Return the policy and the head of the history, which can be copied to check it."""
    policy = f"policy {view.policy} · " if view.policy else ""
    return plain(f"{policy}audit {view.head}", 2 * LINE_WIDTH)


def card_links(view: CardView) -> str:
    """Return the two links that help most now, on one line."""
    at_the_run = view.release.state in _AT_THE_RUN
    links = _run_links(view) if at_the_run else [*_environment_links(view), _changes(view)]
    links += [link(address, label) for label, address in view.release.plan.links]
    links.append(link(view.release.build.url, "Build"))
    return row_of([each for each in dict.fromkeys(links) if each][:LINKS])


def _run_links(view: CardView) -> list[str]:
    """Return links to the run, where something is done or seen there, to its log, and to the environment."""
    run = view.step.run
    there = link(view.release.environment.url, f"Open {view.step.environment}")
    if run is None:
        return [there, _changes(view)]
    log = link(run.log_url, "Log") if run.log_url != run.url else ""
    return [log, link(run.url, f"Review at {view.ci}" if view.waits_at_ci else "Run"), there]


def _changes(view: CardView) -> str:
    return link(view.changes_url, "Changes")


def _environment_links(view: CardView) -> list[str]:
    """Return a link to the last environment that the build is in, to try it there, unless something else is there by now."""
    if view.left is not None:
        return []
    there = [step for step in view.release.steps if step.state is StepState.SUCCEEDED]
    environments = [view.release.plan_of(step) for step in there[-1:]]
    return [link(environment.url, f"Open {environment.name}") for environment in environments]


_AT_THE_RUN = frozenset(
    {ReleaseState.DEPLOYING, ReleaseState.CANCELLING, ReleaseState.UNKNOWN, ReleaseState.FAILED}
)

__all__ = ["CardView", "card"]
