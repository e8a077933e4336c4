"""What people wait for, short enough for a phone: a long reason or name is cut, and a planned start takes three lines."""

from datetime import timedelta

from bot.blocks.phone import height
from bot.blocks.waits import in_short, wait_line, wait_lines
from bot.blocks.words import SHORT, RenderContext
from handlers.facts import Facts
from handlers.hold import Hold
from tests.bot.blocks.lineage import view_of
from tests.bot.blocks.world import DIRECTORY, NAMES, NOW, ROLL, TIM, environment_state, waiting
from tests.bot.blocks.world import release as released

LONG = "legal wants to look at every line of it " * 5
PLANNED = waiting(starts_at=NOW + timedelta(days=6), requested=True, requested_by=TIM)


def test_a_planned_start_says_by_whom_when_and_who_can_undo_it() -> None:
    shown = view_of(released(PLANNED), environment_state(), Facts(ROLL, {}))
    planned = next(each for each in shown.reasons if each.code == "planned")
    line = wait_line(shown.waiting, planned, NAMES, DIRECTORY)
    assert line == (
        "Tim planned it for Mon 9 Nov 10:20. Andy, Mara or Tim can undo that: /release at cancel r42"
    )
    assert height(line) <= 3


def test_a_long_reason_is_cut_in_few_words_and_whole_at_length() -> None:
    held = released(PLANNED, hold=Hold(TIM, NOW, LONG, None))
    waiting_for = view_of(held, environment_state(), Facts(ROLL, {})).waiting
    brief = in_short(waiting_for, NAMES, DIRECTORY)
    assert "held: " in brief
    assert "\u2026" in brief
    assert len(brief.partition("held: ")[2]) <= 62
    assert any(LONG[:120] in each for each in wait_lines(waiting_for, NAMES, DIRECTORY))


def test_a_long_name_of_a_freeze_is_cut_in_few_words() -> None:
    values = {"freeze": "the end of the year " * 4, "ends": (NOW + timedelta(days=6)).isoformat()}
    said = RenderContext(values, NAMES, DIRECTORY).render(SHORT["frozen"])
    assert said.startswith("frozen until Mon 9 Nov 10:20 (the end of the year")
    assert len(said) <= 62
