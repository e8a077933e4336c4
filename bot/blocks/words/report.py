"""Answers `/release report`: the measures of a period, what went live, and where releases waited."""

from bot.blocks.block_kit import Message, message
from bot.blocks.names import Names, plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
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


def report(found: QueryResult) -> Message:
    """Return the report that was asked for."""
    made = found.report
    if made is None or made.known_since is None:
        return message("Nothing has been released yet.", *paragraphs(["Nothing has been released yet."]))
    return report_message(made, found.names)


WORDS = QueryWords(report, QueryReads(report=True))
