"""Answers `/release history`: who did what, where, how it ended, and how long it took."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.blocks.block_kit import Message, message
from bot.blocks.names import Names, listing, plural, span
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import HistoryItem, QueryReads, QueryResult, QueryWords
from bot.blocks.text import escape
from bot.blocks.words.events import ATTEMPTED, HISTORY, REFUSED
from bot.blocks.words.template import RenderContext
from handlers.people import Directory
from handlers.requests import Query


def history(rows: Sequence[HistoryItem], query: Query, names: Names) -> Message:
    """Return the newest rows that a query asks for, newest first; refusals of others are counted in one line."""
    folded = [] if query.everything else [row for row in rows if row.refused and row.actor != query.actor]
    shown = [row for row in rows if row not in folded]
    several = len({row.service for row in shown}) > 1
    lines = [_row(row, names, several=several) for row in shown[: query.count]]
    if len(shown) > query.count and (query.since is not None or query.release):
        lines.append(f"There is more: only the last {query.count} are shown.")
    if folded:
        lines.append(_folded(folded, names))
    head = "What happened last" if lines else _nothing(query, names)
    return message(head, *paragraphs(lines or [head]))


def _nothing(query: Query, names: Names) -> str:
    plain = names.in_policy_zone()
    if query.since is None:
        return "Nothing has happened yet."
    since = plain.clock(query.since)
    if query.until is None:
        return f"Nothing has happened since {since}."
    since, until = _beside(query.since, query.until, plain), _beside(query.until, query.since, plain)
    return f"Nothing happened between {since} and {until}."


def _beside(at: datetime, other: datetime, names: Names) -> str:
    """Return a time with its date where that is not the day of the other one, or not today."""
    return max(names.clock(at), replace(names, now=other).clock(at), key=len)


def _folded(rows: Sequence[HistoryItem], names: Names) -> str:
    actors = listing(list(dict.fromkeys(names.user(row.actor) for row in rows)))
    attempts = plural(len(rows), "refused attempt")
    return f"{attempts} of others ({actors}): `/release history all` shows them"


def _row(row: HistoryItem, names: Names, *, several: bool) -> str:
    which = " ".join(
        filter(None, (f"r{row.release}" if row.release else "", escape(row.service, 24) if several else ""))
    )
    said = _refused(row, names) if row.refused else _happened(row, names)
    lasted = f", {_VERBS.get(row.event, 'took')} {span(row.lasted)}" if row.lasted is not None else ""
    return f"{names.clock(row.at)}{f' {which}:' if which else ''} {said}{lasted}"


_VERBS = {"signed_off": "waited"}


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
    query = found.query
    rows = (
        row
        for service in found.services
        for row in service.history
        if query.environment in ("", *row.values.get("environment", "").split(", "))
    )
    newest = sorted(rows, key=lambda row: row.at, reverse=True)
    return history(newest, query, found.names)


WORDS = QueryWords(answer, QueryReads(services=True, history=True))
