"""Answers `/release history`: who did what, where, and how it ended."""

from collections.abc import Sequence

from bot.blocks.block_kit import Message, message
from bot.blocks.names import Names
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import HistoryItem, QueryReads, QueryResult, QueryWords
from bot.blocks.text import escape
from bot.blocks.words.events import ATTEMPTED, HISTORY, REFUSED
from bot.blocks.words.template import RenderContext
from handlers.people import Directory


def history(rows: Sequence[HistoryItem], names: Names) -> Message:
    """Return the latest history, newest first, with refusals."""
    head = "What happened last" if rows else "Nothing has happened yet."
    return message(head, *paragraphs([_row(row, names) for row in rows] or [head]))


def _row(row: HistoryItem, names: Names) -> str:
    which = f" r{row.release}:" if row.release else ""
    return f"{names.clock(row.at)}{which} {_refused(row, names) if row.refused else _happened(row, names)}"


def _happened(row: HistoryItem, names: Names) -> str:
    context = _context(row, names)
    line = context.render(HISTORY.get(row.event, escape(row.event, 40)))
    return line + context.render(_TAKEN_OVER) if context["taken_over"] else line


_TAKEN_OVER = "; it lies in {taken_over} and was not deployed there again"
"""What follows the row of an event by which a release took over what lies in an environment, such as `staging since r3`."""


def _refused(row: HistoryItem, names: Names) -> str:
    tried = _context(row, names).render(
        "{actor:user} tried to " + ATTEMPTED.get(row.event, escape(row.event, 40))
    )
    return f"{tried}: refused, {REFUSED.get(row.refused) or escape(row.refused.replace('_', ' '), 40)}"


def _context(row: HistoryItem, names: Names) -> RenderContext:
    return RenderContext({**row.values, "actor": row.actor}, names, Directory())


def answer(found: QueryResult) -> Message:
    """Return the newest rows of all services."""
    rows = (row for service in found.services for row in service.history)
    newest = sorted(rows, key=lambda row: row.at, reverse=True)[: found.query.count]
    return history(newest, found.names)


WORDS = QueryWords(answer, QueryReads(services=True, history=True))
