import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("approve r42", events.SignedOff(42, ANDY)),
        ("approve R42 looks good", events.SignedOff(42, ANDY, note="looks good")),
        ("approve r42 as testers", events.SignedOff(42, ANDY, "testers")),
        (
            'approve r42 as testers "watching graphs"',
            events.SignedOff(42, ANDY, "testers", "watching graphs"),
        ),
        ("approve r42 good as gold", events.SignedOff(42, ANDY, note="good as gold")),
    ],
)
def test_approve(line: str, wish: events.SignedOff) -> None:
    assert read(line) == wish


def test_a_team_has_to_follow() -> None:
    assert read("approve r42 as") == Misread("team_needed", "as")


@pytest.mark.parametrize(
    ("line", "word"), [("approve", ""), ("approve 42", "42"), ("approve staging", "staging")]
)
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("approve",))
