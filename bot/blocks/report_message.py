"""A report as a message: its parts, and its charts below them."""

from bot.blocks.block_kit import Message, message
from bot.blocks.names import Names, plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.report_charts import report_charts
from bot.blocks.report_lines import heading, parts
from bot.reports.report import Report


def report_message(found: Report, names: Names) -> Message:
    """Return a report as a message."""
    head = heading(found, names)
    lines = [f"*{head}*"]
    for part in parts(found, names):
        lines += ["", f"*{part.heading}*", *(f"• {line}" for line in part.lines)]
    live = plural(found.total.deployed, "change")
    return message(f"{head}: {live} went live", *paragraphs(lines), *report_charts(found, names.zone))
