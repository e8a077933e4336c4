from handlers.actions import COMMANDS, MOST_LETTERS, RESERVED, action_of, approve, journey
from handlers.events import StepRequested
from handlers.requests import Query
from tests.handlers.actions.contexts import read
from tests.handlers.builders import ANDY


def test_the_first_word_finds_the_command_in_any_case() -> None:
    assert read("STATUS") == Query("status", ANDY, "website")


def test_a_line_is_cut() -> None:
    line = "reject r42 " + "x" * MOST_LETTERS
    found = read(line)
    assert len(getattr(found, "reason", "")) == 3989


def test_every_command_shows_how_it_is_written() -> None:
    assert {name for name, command in COMMANDS.items() if not (command.usage and command.summary)} == set()
    assert all(name == command.name for name, command in COMMANDS.items())


def test_reserved_words() -> None:
    assert set(COMMANDS) - {"journey"} | {"to", "on", "in", "as", "for", "everything", "again"} == RESERVED


def test_the_action_of_an_event_is_known() -> None:
    assert action_of(approve.SignedOff(4, ANDY)) is approve.ACTION
    assert action_of(StepRequested(4, ANDY, "staging")) is journey.ACTION
