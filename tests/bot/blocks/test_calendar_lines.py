"""What `status` and `where` say of windows and freezes."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.blocks.board import board
from bot.blocks.calendar_lines import calendar_notes, frozen_lines
from bot.blocks.query_words import ServiceView
from handlers.calendar import Calendar, Freeze, Window
from tests.bot.blocks.world import NAMES, PLAN

NOW = NAMES.now
YEAR_END = Freeze("year end", NOW - timedelta(days=1), NOW + timedelta(days=3))
SUNDAYS = Calendar(windows=(Window(frozenset({6}), time(9), time(10)),))
UNKNOWN = Calendar(windows=(Window(frozenset({6}), time(9), time(10), not_on_holidays=True),))
PLAIN = NAMES.in_policy_zone()


def view(calendar: Calendar) -> ServiceView:
    return ServiceView(PLAN, {}, calendars={"production": calendar})


@pytest.mark.parametrize(
    ("calendar", "begins"),
    [
        (Calendar(), []),
        (Calendar(freezes=(YEAR_END,)), ["frozen until "]),
        (SUNDAYS, ["window opens Sun "]),
        (UNKNOWN, ["no window is known to open"]),
        (replace(SUNDAYS, freezes=(YEAR_END,)), ["frozen until ", "window opens Sun "]),
    ],
)
def test_an_environment_that_is_shut_says_until_when(calendar: Calendar, begins: list[str]) -> None:
    notes = calendar_notes(view(calendar), "production", PLAIN)
    assert len(notes) == len(begins)
    assert all(note.startswith(begin) for note, begin in zip(notes, begins, strict=True))
    assert calendar_notes(view(calendar), "staging", PLAIN) == []


def test_the_board_says_it_too() -> None:
    frozen = view(Calendar(freezes=(YEAR_END,)))
    assert "(year end)" in str(board((frozen, view(SUNDAYS)), "production", PLAIN))


def test_the_status_lists_what_is_frozen() -> None:
    [line] = frozen_lines(view(Calendar(freezes=(YEAR_END,))), PLAIN)
    assert line.startswith("production of website is frozen until ")
    assert frozen_lines(view(Calendar(freezes=(YEAR_END,))), PLAIN, "staging") == []
