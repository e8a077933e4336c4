"""The history as people read it: who did what in which environment and how it ended, refusals too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.blocks.names import Names
from bot.blocks.paragraphs import paragraphs
from bot.blocks.parts import Message, message
from bot.blocks.text import escape
from bot.blocks.words.happenings import HAPPENINGS, REFUSED, TRIED
from bot.blocks.words.scope import Scope
from handlers.people import Directory


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A row of the history: `event` as the history names it, what was said in it, and `refused`, the code of a refusal.

    Of `values` the sentences use actor, environment, state (how a run or a step is), version, team, by, reason, deployed.
    """

    at: datetime
    actor: str
    release: int
    event: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    refused: str = ""


def history(rows: Sequence[HistoryRow], names: Names) -> Message:
    """List what happened last, newest first, refusals too."""
    head = "What happened last" if rows else "Nothing has happened yet."
    return message(head, *paragraphs([_row(row, names) for row in rows] or [head]))


def _row(row: HistoryRow, names: Names) -> str:
    which = f" r{row.release}:" if row.release else ""
    return f"{names.clock(row.at)}{which} {_refused(row, names) if row.refused else _happened(row, names)}"


def _happened(row: HistoryRow, names: Names) -> str:
    return _scope(row, names).say(HAPPENINGS.get(row.event, escape(row.event, 40)))


def _refused(row: HistoryRow, names: Names) -> str:
    tried = _scope(row, names).say("{actor:user} tried to " + TRIED.get(row.event, escape(row.event, 40)))
    return f"{tried}: refused, {REFUSED.get(row.refused) or escape(row.refused.replace('_', ' '), 40)}"


def _scope(row: HistoryRow, names: Names) -> Scope:
    return Scope({**row.values, "actor": row.actor}, names, Directory())
