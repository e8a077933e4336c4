"""Renders what people have to know of a build before they release or sign it."""

from bot.blocks.names import Names
from bot.blocks.text import escape, quoted
from handlers.build import Build
from handlers.lineage import Marks


def mark_lines(marks: Marks, names: Names, build: Build | None = None) -> list[str]:
    """Return a line if a build lacks or may lack what is live, and one if it is or contains what was rolled back."""
    lines: list[str] = []
    for verb, live in (("lacks", marks.lacks), ("may lack", marks.may_lack)):
        if live is not None:
            lines.append(f"{verb} {escape(live.version, 24)} ({escape(live.branch, 40)}), which is live")
    if marks.contains is not None:
        bad = marks.contains
        why = quoted(bad.reason, 60)
        when = f"rolled back {names.clock(bad.at)}" + (f": {why}" if why else "")
        itself = build is not None and bad.build.sha == build.sha
        lines.append(f"was {when}" if itself else f"contains {escape(bad.build.version, 24)}, {when}")
    return lines
