"""The form of an emergency: what is in its way, what it passes, and who signs and reviews it."""

from dataclasses import replace

import pytest

from bot.blocks.emergency_form import EmergencyChoice, emergency_form
from bot.blocks.form_input import CommandInput
from bot.blocks.forms import read_form
from bot.local_slack.block_kit import view_errors
from handlers.environment_precondition import rollback_precondition
from handlers.environments import EnvironmentState, Lock, QueueEntry
from handlers.lineage import Marks
from handlers.step import StepState
from tests.bot.blocks.spoken import spoken
from tests.bot.blocks.test_forms import HELD, submitted
from tests.bot.blocks.world import BUILD, DIRECTORY, NAMES, OLD, release, under_way
from tests.handlers.urgent import LANE, urgent_plan

CHOICE = EmergencyChoice(urgent_plan(), BUILD, EnvironmentState("production"), NAMES, DIRECTORY)


def read(choice: EmergencyChoice) -> str:
    form = emergency_form(choice, LANE)
    assert view_errors(form) == []
    return spoken(form["blocks"])


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (StepState.RUNNING, "r42 is being deployed there right now"),
        (StepState.CANCELLING, "r42 is being stopped there"),
        (StepState.UNKNOWN, "settle r42 not-deployed REASON"),
        (StepState.FAILED, "r42, which failed there, ends when this is signed"),
        (StepState.GRANTED, "r42 is about to be deployed there"),
    ],
)
def test_it_says_what_becomes_of_who_is_there(state: StepState, said: str) -> None:
    holder = release(under_way(state))
    text = read(replace(CHOICE, state=HELD, holder=holder))
    assert said in text
    assert ("What is in the way" in text) is (state in {StepState.RUNNING, StepState.CANCELLING})


def test_it_names_locks_the_line_and_what_the_build_lacks() -> None:
    lock = Lock("U0TIM", NAMES.now, "db upgrade")
    queue = (QueueEntry(7, NAMES.now, rollback=True), QueueEntry(8, NAMES.now))
    state = EnvironmentState("production", locks=(lock,), queue=queue)
    text = read(replace(CHOICE, state=state, marks=Marks(lacks=OLD)))
    assert f"It lacks {OLD.version}" in text
    assert "r7 rolls back and goes first." in text
    assert "the line: once it is signed it goes before r8." in text
    assert "It does not pass that:" in text
    assert "Testers review it afterwards, within 2d." in text
    assert "15m after the call whoever started it may sign it alone, if they are an operator in ops." in text


def test_it_is_read_as_its_line_bound_to_what_it_showed() -> None:
    form = emergency_form(replace(CHOICE, reason="log in"), LANE)
    bound = rollback_precondition(BUILD, CHOICE.state)
    line = f"emergency website@{BUILD.version} to production"
    filled = {"reason": "log in is down", "cancel_holder": False}
    assert read_form(submitted(form, reason="log in is down")) == CommandInput(line, bound, filled)
