"""`/release notify`: everybody asks for themselves, and only of their own changes."""

import pytest

from handlers.actions import read_command
from handlers.requests import Follow, UsageError
from tests.handlers.builders import TIM
from tests.handlers.typed import HERE

LINE = "notify me when my change is live"


@pytest.mark.parametrize(
    ("line", "follows"),
    [
        (LINE, True),
        ("notify me", True),
        ("please notify me once my commits are live in production", True),
        ("Notify ME", True),
        ("notify off", False),
        ("notify me no more", False),
        ("notify me not when my change is live", False),
    ],
)
def test_a_person_asks_for_themselves(line: str, follows: bool) -> None:
    assert read_command(line, HERE) == Follow(TIM, follows)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("notify", UsageError("notify_whom", meant=(LINE, "notify off"))),
        ("notify amita", UsageError("notify_others", "amita", meant=(LINE,))),
        ("notify me when r4 fails", UsageError("notify_of_what", "r4 fails", meant=(LINE,))),
        ("notify off r4", UsageError("notify_others", "off", meant=(LINE,))),
        ("notify me?", UsageError("a_question", "notify me?", meant=("notify me",))),
    ],
)
def test_nothing_else_can_be_heard_of(line: str, expected: UsageError) -> None:
    assert read_command(line, HERE) == expected
