"""Answers `/release report`: the measures of a period, what went live, and where releases waited."""

from bot.blocks.block_kit import Message, message
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.report_message import report_message


def report(found: QueryResult) -> Message:
    """Return the report that was asked for."""
    made = found.report
    if made is None or made.known_since is None:
        return message("Nothing has been released yet.", *paragraphs(["Nothing has been released yet."]))
    return report_message(made, found.names)


WORDS = QueryWords(report, QueryReads(report=True))
