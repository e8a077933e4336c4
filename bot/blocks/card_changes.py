"""Renders what changes where a release goes: the first titles, and what has to be known of the build."""

from collections.abc import Iterator
from dataclasses import replace

from bot.blocks.card_view import CardView
from bot.blocks.changes import title_lines
from bot.blocks.marks import mark_lines
from bot.blocks.names import capital, plural
from bot.blocks.phone import CardLine
from bot.blocks.text import escape
from handlers.lineage import Marks


def card_changes(view: CardView, titles: int) -> Iterator[CardLine]:
    """Return what changes where the release goes: the first titles, and what has to be known of the build."""
    for line in mark_lines(_marks(view), view.names, view.release.build):
        yield CardLine(f"It {line}")
    if view.rolls_back:
        yield CardLine(f"{escape(view.since, 24)} is there now" if view.since else "", 3)
        return
    yield CardLine(what_changes(view), 2)
    for line in title_lines(view.changes, view.references, titles):
        yield CardLine(line, 4)


def what_changes(view: CardView) -> str:
    """Return how much changes where the release goes, as far as that is known."""
    if not view.since:
        known = f"{plural(len(view.changes), 'change')}; " if view.changes else ""
        return capital(f"{known}nothing is in {view.environment} yet")
    if view.since == view.release.build.version:
        return f"The same as in {view.environment}"
    if not view.changes:
        return f"No changes since {escape(view.since, 24)} are known"
    known = plural(len(view.changes), "change")
    if view.marks.lacks is not None:
        return f"{known} of its own"
    least = "At least " if any(each.code == "changes_unknown" for each in view.reasons) else ""
    return f"{least}{known} since {escape(view.since, 24)}"


def _marks(view: CardView) -> Marks:
    """Return what is to know of the build, without what a closed gate says already."""
    told = any(each.code in {"lacks_live", "live_unrelated"} for each in view.reasons)
    return replace(view.marks, lacks=None, may_lack=None) if told else view.marks
